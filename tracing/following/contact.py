"""One contact: why, who, calls, daily checks, measures, handing over, the end, or a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import official_of
from accounts.models import Account
from authority.addresses import address, see_other
from authority.disclosures import Look, second_officer_asked
from authority.models import Purpose, Seen
from authority.sealing import NotOpenedError, Opener
from authority.unlocking import opener_of, way_back, way_to_unlock
from declarations.outcomes import Symptom
from districts.days import local_day, today
from forms import pages
from forms.pages import form_page_only, sent
from stations.models import Scan
from tracing.access import contact_required, look_at_contact, looks_confirmed
from tracing.cases.opening import Identity, IllnessForm, open_case
from tracing.models import Act, CallOutcome, Case, Contact, FollowUp, FollowUpResult, Meeting
from tracing.people import aliases_of, names_of, subjects_of, with_details

from .acts import ACT_FORMS, ActForm, FollowUpEntry, SampleResult, record, sealed_note


@dataclass(frozen=True)
class DayOfFollowUp:
    """One day: how the person was, or that nobody heard."""

    day: date
    check: FollowUp | None
    is_past: bool

    @property
    def symptoms(self) -> list[str]:
        if self.check is None:
            return []
        return [str(symptom.label) for symptom in Symptom if self.check.symptoms & symptom]


@never_cache
@require_safe
@contact_required
def contact(request: HttpRequest, contact: Contact) -> HttpResponse:
    return _page(request, contact)


@never_cache
@require_POST
@contact_required
@looks_confirmed
def contact_name(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Show who a contact is and what was said, after the look is written down."""
    opener, now = opener_of(request), timezone.now()
    if opener is None:
        return way_to_unlock(request, address(request, "contact", contact.pk))
    look = Look(official_of(request), contact.case.number, Purpose.FOLLOW_UP)
    aliases = aliases_of(contact.visitors)
    people = names_of([contact], look, opener, now, aliases)
    shown: dict[str, Any] = {"person": people.get(contact.visitor), "has_name": True}
    shown["aliases"] = with_details(aliases, people)
    return _page(request, contact, notes=_notes(contact, opener), **shown)


@require_POST
@partial(contact_required, is_shown=False)
def act(request: HttpRequest, contact: Contact, name: str) -> HttpResponse:
    """Write down what was done, and go back to where it was sent from; else show it again."""
    form = ACT_FORMS[name](request.POST, contact=contact)
    if not form.is_valid():
        look_at_contact(official_of(request), contact, Seen.VISITS, timezone.now())
        return _page(request, contact, bound={name: form})
    nonce = form.cleaned_data["nonce"]
    record(contact, form.done, official_of(request), timezone.now(), nonce)
    if name == "call" and getattr(request, "htmx", False):
        context = {"contact": contact, "outcome": CallOutcome(form.done.outcome).label}
        return render(request, "tracing/triage/_called.html", context)
    messages.success(request, _("%(who)s: written down.") % {"who": contact.mask})
    if request.POST.get("next"):
        return pages.see_other(way_back(request))
    return see_other(request, "contact", contact.pk)


@never_cache
@form_page_only
@contact_required
def became(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Open a case of a contact who fell ill; the chain goes on from there."""
    if contact.became is not None:
        return see_other(request, "case", contact.became.number)
    form, officer, now = IllnessForm(sent(request)), official_of(request), timezone.now()
    identity, look = _identity(contact, officer), Look(officer, contact.case.number, Purpose.TRACE)
    context = {"form": form, "contact": contact, "is_forgotten": identity is None}
    waiting = second_officer_asked(look, identity.subjects(officer), now) if identity else None
    if identity is None or waiting or not form.is_valid():
        context["waiting"] = waiting
        status = 403 if waiting else 422 if form.is_bound else 200
        return render(request, "tracing/following/became.html", context, status=status)
    nonce = form.cleaned_data["nonce"]
    with transaction.atomic():
        locked = Contact.objects.select_for_update().get(pk=contact.pk)
        if locked.became is not None:  # somebody else was faster
            return see_other(request, "case", locked.became.number)
        case = open_case(identity, form.illness, look, now, nonce=nonce)
        Contact.objects.filter(pk=contact.pk).update(became=case)
        if not contact.result:
            ended = FollowUpEntry(Act.ENDED, today(), FollowUpResult.CASE)
            record(contact, ended, officer, now, nonce)
    messages.success(request, _("Case %(number)s is open and traced.") % {"number": case.number})
    return see_other(request, "case", case.number)


def _page(
    request: HttpRequest, contact: Contact, bound: dict[str, ActForm] | None = None, **more: Any
) -> HttpResponse:
    meetings = Meeting.objects.of_people([contact.pk]).select_related(
        "stay__venue__commune__parent"
    )
    acts = list(FollowUp.objects.of(contact).select_related("by"))
    cases = Case.objects.visible_to(official_of(request))
    context = {
        "contact": contact,
        "case": contact.case,
        "case_is_visible": cases.filter(pk=contact.case_id).exists(),
        "joined": contact.joined.order_by("pk"),
        "aliases": aliases_of(contact.visitors),
        "meetings": sorted(meetings, key=lambda meeting: meeting.possible_period.lower),
        "doubtful": Scan.objects.doubtful((met.stay.venue_id, met.visit) for met in meetings),
        "acts": [(done, _outcome(done)) for done in reversed(acts)],
        "days": _days(contact, acts),
        "forms": {name: form(contact=contact) for name, form in ACT_FORMS.items()} | (bound or {}),
    }
    status = 422 if bound else 200
    return render(request, "tracing/following/contact.html", context | more, status=status)


def _notes(contact: Contact, opener: Opener) -> dict[int, str]:
    """Open what was said at each act; of a damaged note it is said that it can't be opened."""
    notes = {}
    for done in FollowUp.objects.of(contact).exclude(sealed_note=None):
        key, sealed = sealed_note(done)
        try:
            notes[done.pk] = opener.open(key, done.nonce, sealed)["note"]
        except NotOpenedError as error:
            notes[done.pk] = str(error)
    return notes


def _days(contact: Contact, acts: Iterable[FollowUp]) -> list[DayOfFollowUp]:
    """Return every day from the decision to the last one; the newest check of a day counts."""
    if contact.decided_at is None or contact.follow_up_until is None:
        return []
    heard = {done.on: done for done in acts if done.act == Act.DAY}
    first = min([local_day(contact.decided_at), *heard])
    number = (contact.follow_up_until - first).days + 1
    days = [first + timedelta(days=n) for n in range(number)]
    return [DayOfFollowUp(day, heard.get(day), day < today()) for day in days]


def _outcome(done: FollowUp) -> str:
    kinds: Any = {Act.CALL: CallOutcome, Act.ENDED: FollowUpResult, Act.SAMPLE: SampleResult}
    kind = kinds.get(done.act)
    return str(kind(done.outcome).label) if kind and done.outcome else ""


def _identity(contact: Contact, officer: Account) -> Identity | None:
    """Return who a contact is as a case keeps it; None when the person is forgotten."""
    subjects = subjects_of([contact], officer)
    if not subjects:
        return None
    return Identity(
        visitors=contact.visitors,
        phone_hashes=[contact.phone_hash],
        mask=contact.mask,
        residence_id=contact.residence_id,
        sealing_key_id=subjects[0].sealing_key_id,
        sealed_row=contact.visitor,
        sealed=subjects[0].sealed,
    )
