"""One contact: why, who, calls, daily checks, measures, handing over, the end."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import official_of
from authority.disclosures import Look, SecondOfficerNeededError
from authority.models import Purpose
from authority.sealing import NotOpenedError
from authority.unlocking import opener_of, way_back, way_to_unlock
from districts.days import today
from tracing.access import contact_required
from tracing.addresses import address, see_other
from tracing.follow_up import Told, record, sealed_note
from tracing.models import Act, CallOutcome, Case, Contact, FollowUp
from tracing.people import aliases_of, names_of, with_details

from .forms import ActForm, CallForm, DayForm, EndForm, HandOverForm, MeasureForm
from .pages import communes_of, contact_page


@never_cache
@require_safe
@contact_required
def contact(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Show a contact under its mask."""
    return _page(request, contact)


@never_cache
@require_POST
@contact_required
def contact_name(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Show who a contact is and what was said, after the look is written down."""
    opener, now = opener_of(request), timezone.now()
    if opener is None:
        return way_to_unlock(request, address(request, "contact", contact.pk))
    look = Look(official_of(request), contact.case.number, Purpose.FOLLOW_UP)
    aliases = aliases_of([one.visitor for one in contact.one_person])
    try:
        people = names_of([contact], look, opener, now, aliases)
    except SecondOfficerNeededError:
        messages.warning(request, _("You looked at many people: a second officer has to confirm."))
        return see_other(request, "looks")
    notes = {}
    for act in FollowUp.objects.of(contact).exclude(sealed_note=None):
        key, sealed = sealed_note(act)
        try:
            notes[act.pk] = opener.open(key, act.nonce, sealed)["note"]
        except NotOpenedError as error:
            notes[act.pk] = str(error)
    shown: dict[str, Any] = {"person": people.get(contact.visitor), "has_name": True}
    shown["aliases"] = with_details(aliases, people)
    return _page(request, contact, notes=notes, **shown)


@require_POST
@contact_required
def call(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Write down what came of a call."""
    form = CallForm(request.POST, contact=contact)
    is_list = bool(getattr(request, "htmx", False))
    if is_list and form.is_valid():
        typed = form.cleaned_data
        told = Told(Act.CALL, today(), typed["outcome"], note=typed["note"])
        record(contact, told, official_of(request), timezone.now(), typed["nonce"])
        outcome = CallOutcome(typed["outcome"]).label
        context = {"contact": contact, "outcome": outcome}
        return render(request, "tracing/triage/_called.html", context)
    return _recorded(request, form, "call", lambda typed: Told(
        Act.CALL, today(), typed["outcome"], note=typed["note"]
    ))  # fmt: skip


@require_POST
@contact_required
def day(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Write down how a contact is on a day."""
    form = DayForm(request.POST, contact=contact)
    return _recorded(request, form, "day", lambda typed: Told(
        Act.DAY, typed["on"], symptoms=form.bits, note=typed["note"]
    ))  # fmt: skip


@require_POST
@contact_required
def measure(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Write down isolation or a sample."""
    form = MeasureForm(request.POST, contact=contact)
    return _recorded(request, form, "measure", lambda typed: Told(
        Act(typed["act"]), typed["on"], typed["outcome"] if typed["act"] == Act.SAMPLE else ""
    ))  # fmt: skip


@require_POST
@contact_required
def hand_over(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Give the follow-up to another commune's health station."""
    communes = communes_of(contact, timezone.now())
    form = HandOverForm(request.POST, contact=contact, communes=communes)
    return _recorded(request, form, "hand_over", lambda typed: Told(
        Act.ASSIGNED, today(), typed["commune"].code, commune=typed["commune"]
    ))  # fmt: skip


@require_POST
@contact_required
def end(request: HttpRequest, contact: Contact) -> HttpResponse:
    """End the follow-up."""
    form = EndForm(request.POST, contact=contact)
    return _recorded(request, form, "end", lambda typed: Told(
        Act.ENDED, today(), typed["outcome"], note=typed["note"]
    ))  # fmt: skip


def _recorded(request: HttpRequest, form: ActForm, name: str, told: Any) -> HttpResponse:
    """Record what a form says and go back to where it was sent from, else show it again."""
    if not form.is_valid():
        return _page(request, form.contact, bound={name: form}, status=422)
    officer, now = official_of(request), timezone.now()
    record(form.contact, told(form.cleaned_data), officer, now, form.cleaned_data["nonce"])
    messages.success(request, _("%(who)s: written down.") % {"who": form.contact.mask})
    back = way_back(request) if request.POST.get("next") else None
    return HttpResponse(status=303, headers={
        "Location": back or address(request, "contact", form.contact.pk)
    })  # fmt: skip


def _page(
    request: HttpRequest,
    contact: Contact,
    bound: dict[str, ActForm] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = contact_page(contact, timezone.now(), bound) | more
    cases = Case.objects.visible_to(official_of(request))
    context["case_is_visible"] = cases.filter(pk=contact.case_id).exists()
    return render(request, "tracing/following/contact.html", context, status=status)
