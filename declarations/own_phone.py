"""Confirming one's phone: who types the code that came to it speaks for its people from then on."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.one_time_codes import CodeCheck, CodeNotSent, ensure_code, try_code
from accounts.owners import CodeForm
from accounts.sources import source_of
from forms.phones import displayed

from .memory import Memory
from .models import Version, Visitor

_SAID = ("document_hash", "residence_id", "sealing_key_id", "mask", "sealed")


@csrf_exempt
@never_cache
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Send a code to the phone that was declared, then take it; the same for whoever asks."""
    memory, now = Memory.of(request), timezone.now()
    if not memory.details:
        return _back()
    form = CodeForm(request.POST if "code" in request.POST else None)
    if form.is_bound:
        return _tried(request, memory, form, now)
    try:
        ensure_code(memory.details["phone"], source_of(request), now)
    except CodeNotSent as refusal:
        form.add_error(None, refusal.sentence)
        return refusal.on(_page(request, memory, form))
    return _page(request, memory, form)


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


def _tried(request: HttpRequest, memory: Memory, form: CodeForm, now: datetime) -> HttpResponse:
    if form.is_valid():
        answer = try_code(memory.details["phone"], form.cleaned_data["code"], now)
        if answer is CodeCheck.RIGHT:
            take_over(memory)
            sentence = gettext("This is your phone now: doors know you by what it declares.")
            messages.success(request, sentence)
            return _back()
        form.refuse(answer)
    return _page(request, memory, form)


def _page(request: HttpRequest, memory: Memory, form: CodeForm) -> HttpResponse:
    context = {"form": form, "phone": displayed(memory.details["phone"])}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "declarations/confirm.html", context, status=status)


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("declarations:me"), status=HTTPStatus.SEE_OTHER)
