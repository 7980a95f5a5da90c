"""The work of a day, and a contact who became a case."""

from datetime import date, timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import official_of, tracer_required
from districts.days import local_day, today
from tracing.access import contact_required
from tracing.addresses import see_other
from tracing.cases.opening import Identity, IllnessForm, open_case
from tracing.follow_up import FollowUpEntry, record
from tracing.models import Act, Contact, Result
from tracing.people import subjects_of

from .work import Narrowing, communes_of, shares, work_of

MOST_OF_A_SHARE = 100


@never_cache
@require_safe
@tracer_required
def follow_up(request: HttpRequest) -> HttpResponse:
    """Show whom to call and to ask today, commune by commune."""
    account, day = official_of(request), _day(request)
    by = Narrowing(request.GET.get("commune", "")[:8], request.GET.get("case", "")[:20])
    everything = work_of(account, day, Narrowing(case=by.case))
    work = work_of(account, day, by)
    found = shares(work, day)
    context = {
        "day": day,
        "today": today(),
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day <= today() else None,
        "by": by,
        "communes": communes_of(everything),
        "counts": {name: share.count() for name, share in found.items()},
        "shares": [(name, share[:MOST_OF_A_SHARE]) for name, share in found.items()],
        "most": MOST_OF_A_SHARE,
    }
    return render(request, "tracing/following/follow_up.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@contact_required
def became(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Open a case of a contact who fell ill; the chain goes on from there."""
    if contact.became is not None:
        return see_other(request, "case", contact.became.number)
    form = IllnessForm(request.POST if request.method == "POST" else None)
    who = _identity(contact)
    if who is None or not form.is_valid():
        context = {"form": form, "contact": contact, "is_forgotten": who is None}
        status = 422 if form.is_bound else 200
        return render(request, "tracing/following/became.html", context, status=status)
    officer, now, nonce = official_of(request), timezone.now(), form.cleaned_data["nonce"]
    with transaction.atomic():
        alone = Contact.objects.select_for_update().get(pk=contact.pk)
        if alone.became is not None:  # somebody else was faster
            return see_other(request, "case", alone.became.number)
        case = open_case(who, form.illness, officer, now, nonce=nonce)
        Contact.objects.filter(pk=contact.pk).update(became=case)
        if not contact.result:
            told = FollowUpEntry(Act.ENDED, today(), Result.CASE)
            record(contact, told, officer, now, nonce)
    messages.success(request, _("Case %(number)s is open and traced.") % {"number": case.number})
    return see_other(request, "case", case.number)


def _identity(contact: Contact) -> Identity | None:
    """Return who a contact is as a case keeps it; None when the person is forgotten."""
    found = subjects_of([contact])
    if not found:
        return None
    return Identity(
        visitors=[one.visitor for one in contact.one_person],
        phone_hashes=[contact.phone_hash],
        mask=contact.mask,
        residence_id=contact.residence_id,
        sealing_key_id=found[0].sealing_key_id,
        sealed_row=contact.visitor,
        sealed=found[0].sealed,
    )


def _day(request: HttpRequest) -> date:
    """Return the day an address asks for, tomorrow at the latest; today if it makes no sense."""
    now = local_day(timezone.now())
    try:
        return min(date.fromisoformat(request.GET.get("day", "")), now + timedelta(days=1))
    except ValueError:
        return now
