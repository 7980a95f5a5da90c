"""What visitors are shown of their own: receipts, visits, who looked; and which phone is theirs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.one_time_codes import (
    Asking,
    CodeCheck,
    CodeNotSent,
    CodePurpose,
    ensure_code,
    try_code,
)
from accounts.owners import CodeForm
from authority.models import Disclosure
from districts.days import local_day
from documents.qr import symbol
from forms.pages import form_page, see_other
from forms.phones import displayed

from . import personal_codes
from .memory import Memory, forget_in, private
from .models import Version, Visit, Visitor
from .nonces import Receipt, word_of_the_day
from .notices import met, to_tell
from .outcomes import Outcome
from .settling import check_out, let_in

_SAID = ("document_hash", "residence_id", "sealing_key_id", "mask", "sealed")


@private
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Show the receipt: go, ask or stop, with what an honest one must have."""
    visits, now = Visit.objects.of(_opened(token)), timezone.now()
    people = list(visits.select_related("venue__commune__parent__parent"))
    if not people:
        raise Http404
    visit, today = people[0], local_day(now)
    outcome = Outcome(max(one.outcome for one in people))
    is_old = local_day(visit.entered_at) != today
    heading = gettext("This receipt is no longer valid") if is_old else str(outcome.label)
    context = {
        "heading": gettext("You have left. Thank you!") if visit.has_left else heading,
        "venue": visit.venue,
        "visit": visit,
        "outcome": outcome.word,
        "people": len(people),
        "is_old": is_old,
        "word": word_of_the_day(visit.venue_id, today),
        "token": token,
        "symbol": symbol(f"{settings.SITE_ADDRESS}{request.path}"),
        "now": now,
        "met": to_tell(Memory.of(request), now),
    }
    return render(request, "declarations/receipt.html", context)


@csrf_exempt
@require_POST
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Check out the people of a receipt, or let in those who were told to stay outside."""
    shown, now = _opened(token), timezone.now()
    response = see_other("declarations:receipt", token)
    if request.POST.get("went_in") == "yes":
        let_in(shown, now)
        return response
    check_out(shown, now)
    memory = Memory.of(request)
    if memory.leave(token, now - shown.nonce.moment):
        memory.save(response)
    return response


def _opened(token: str) -> Receipt:
    shown = Receipt.opened(token)
    if shown is None:
        raise Http404
    return shown


@private
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Show what this phone remembers, and nothing else."""
    memory = Memory.of(request)
    receipts = {visit.token: Receipt.opened(visit.token) for visit in memory.visits}
    codes = Visitor.objects.code_keys(memory.keys[:1], memory.id)
    code = personal_codes.code_of(codes[memory.keys[0]]) if codes else ""
    visits = Visit.objects.by_receipt(list(filter(None, receipts.values())))
    context = {
        "visits": [
            {"token": token, "visit": visits[shown], "venue": visits[shown].venue}
            for token, shown in receipts.items()
            if shown in visits
        ],
        "mask": memory.mask,
        "code": personal_codes.displayed(code) if code else "",
        "symbol": symbol(code, least_version=1) if code else None,
        "people": len(memory.keys) if code else 0,
        "met": met(memory, timezone.now()),
        "looks": _looks_at(memory),
    }
    return render(request, "declarations/me.html", context)


@csrf_exempt
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Make this phone forget its visitor."""
    response = see_other("declarations:me")
    forget_in(response)
    return response


def _looks_at(memory: Memory) -> list[Disclosure]:
    """Return the newest looks at the people of a phone's memory, newest first.

    A look is shown for somebody whom this phone was the first to declare as its own, and whose
    visit it made before the look: whoever types another's name, phone and year of birth at a
    poster learns nothing. A phone knows its newest 20 visits, and these as long as they are kept:
    older looks go from sight with them.
    """
    of_them = Q()
    for visitor, recorded_at in _made_by(memory).items():
        of_them |= Q(visitor=visitor, at__gte=recorded_at)
    return list(Disclosure.objects.filter(of_them).newest_first()[:50]) if of_them else []


def _made_by(memory: Memory) -> dict[UUID, datetime]:
    """Return since when this phone has made visits as each of its people."""
    receipts = list(filter(None, (Receipt.opened(visit.token) for visit in memory.visits)))
    keys = memory.keys if memory.details else []
    if not receipts or not keys:
        return {}
    made = Visit.objects.filter(
        venue__in={shown.venue_id for shown in receipts},
        entered_at__in={shown.nonce.moment for shown in receipts},
        visitor__in=Visitor.objects.filter(key__in=keys, memory=memory.id),
    )
    since = made.order_by().values_list("visitor").annotate(since=Min("recorded_at"))
    return dict(since.values_list("visitor", "since"))


@csrf_exempt
@never_cache
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Send a code to the phone that was declared, then take it; the same for whoever asks."""
    memory, now = Memory.of(request), timezone.now()
    if not memory.details:
        return see_other("declarations:me")
    phone = memory.details["phone"]
    asking = Asking.of(request, phone, CodePurpose.OWN_PHONE, asker=str(memory.id))
    form = CodeForm(request.POST if "code" in request.POST else None)
    context = {"phone": displayed(phone)}
    if form.is_valid():
        answer = try_code(asking, form.cleaned_data["code"], now)
        if answer is CodeCheck.RIGHT:
            take_over(memory)
            sentence = gettext("This is your phone now: doors know you by what it declares.")
            messages.success(request, sentence)
            return see_other("declarations:me")
        form.refuse(answer)
    elif not form.is_bound:
        try:
            ensure_code(asking, now)
        except CodeNotSent as refusal:
            form.add_error(None, refusal.sentence)
            return refusal.on(form_page(request, "declarations/confirm.html", form, context))
    return form_page(request, "declarations/confirm.html", form, context)


@transaction.atomic
def take_over(memory: Memory) -> None:
    """Let a confirmed phone speak for its people; what others said of them stands beside it."""
    people = Visitor.objects.select_for_update().filter(key__in=memory.keys)
    for visitor in people.exclude(memory=memory.id):
        said = Version.objects.filter(visitor=visitor, source=memory.id).first()
        _put_aside(visitor)
        visitor.memory = memory.id
        if said:
            visitor.declared_on, visitor.outcome = said.declared_on, said.outcome
            if said.row == visitor.key:  # else its box is of another name: it stays beside
                visitor.is_own = True
                for name in _SAID:
                    setattr(visitor, name, getattr(said, name))
        visitor.save()


def _put_aside(visitor: Visitor) -> None:
    """Keep what was known as the version of whoever said it, with the code they may have seen.

    By that code a door is told from now on what they said; the confirmed phone has another.
    """
    kept: dict[str, Any] = {name: getattr(visitor, name) for name in _SAID}
    kept |= {"row": visitor.key, "key": visitor.key, "phone_hash": visitor.phone_hash}
    kept |= {"seen_on": visitor.seen_on, "declared_on": visitor.declared_on}
    kept["outcome"] = visitor.outcome
    source = visitor.memory or visitor.key
    Version.objects.update_or_create(visitor=visitor, source=source, defaults=kept)
