"""The page of a case: who it is, where it was, how many it met, and what was done, in sentences."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import official_of
from accounts.models import Account
from authority.addresses import address, see_other
from authority.disclosures import Look
from authority.models import Purpose
from authority.unlocking import opener_of, way_to_unlock
from declarations.models import Visitor
from districts.days import LOCAL_ZONE, local_day
from forms.phones import displayed
from stations.models import Scan
from tracing.access import case_required, looks_confirmed, open_case_required
from tracing.joining import is_alike
from tracing.models import Case, Contact, FollowUp, Standing, Status, Stay, lives_outside
from tracing.people import aliases_of, name_of, with_details
from tracing.trace import trace_anew

from .timeline import days_of

_WHAT = {
    "opened": gettext_lazy("Case opened"),
    "corrected": gettext_lazy("Case corrected"),
    "rule": gettext_lazy("Another rule chosen"),
    "decided": gettext_lazy("Decided on contacts"),
    "closed": gettext_lazy("Case closed"),
    "reopened": gettext_lazy("Case opened again"),
    "traced": gettext_lazy("Traced again"),
    "told": gettext_lazy("Stay added by hand"),
    "retold": gettext_lazy("Stay changed by hand"),
    "untold": gettext_lazy("Stay taken away that was added by hand"),
    "published": gettext_lazy("Notice published"),
    "withdrawn": gettext_lazy("Notice withdrawn"),
    "joined": gettext_lazy("Joined as one person"),
    "separated": gettext_lazy("Separated: two people"),
    "two people": gettext_lazy("Told apart: two people"),
    "set aside": gettext_lazy("Set aside: came in one minute from one phone or network"),
    "taken back": gettext_lazy("Taken back what was set aside: not decided"),
    "owner told": gettext_lazy("Message to the owner of a published place"),
}


_FIELDS = {
    "status": gettext_lazy("Status"),
    "onset_on": gettext_lazy("First day with symptoms"),
    "sample_on": gettext_lazy("Day of the positive sample"),
    "isolated_at": gettext_lazy("Isolated since"),
    "rule": gettext_lazy("Rule"),
    "infectious_period": gettext_lazy("Infectious period"),
}


@never_cache
@require_safe
@case_required
def show(request: HttpRequest, case: Case) -> HttpResponse:
    return render(
        request, "tracing/cases/case.html", case_page(case, official_of(request), timezone.now())
    )


@never_cache
@require_POST
@case_required
@looks_confirmed
def show_name(request: HttpRequest, case: Case) -> HttpResponse:
    """Show who the case is, after the look is written down."""
    now, opener = timezone.now(), opener_of(request)
    if opener is None:
        return way_to_unlock(request, address(request, "case", case.number))
    look = Look(official_of(request), case.number, Purpose.RECOGNISE)
    aliases = aliases_of(case.records)
    people = name_of(case, aliases, look, opener, now)
    person = people.get(case.sealed_row)
    context = case_page(case, official_of(request), now) | {
        "person": person,
        "aliases": with_details(aliases, people),
        "phone": displayed(person["phone"]) if person else "",
        "is_damaged": person is None,
    }
    return render(request, "tracing/cases/case.html", context)


@never_cache
@require_POST
@open_case_required
def record(request: HttpRequest, case: Case, visitor: UUID) -> HttpResponse:
    """Join another record to the person of a case, or separate one; the case is traced again."""
    officer, now = official_of(request), timezone.now()
    if "separate" in request.POST:
        if separate(case, visitor, officer, now):
            messages.success(request, _("Separated, and traced again."))
    elif join(case, visitor, officer, now):
        messages.success(request, _("Joined, and traced again."))
    return see_other(request, "case", case.number)


def case_page(case: Case, officer: Account, now: datetime) -> dict[str, Any]:
    stays = list(case.stays.of_the_case().with_venues().select_related("told_by"))
    return {
        "case": case,
        "now": now,
        "retention_days": settings.TRACING_RETENTION_DAYS,
        "figures": figures_of([case])[case.pk],
        "days": days_of(stays, case.infectious_period, local_day(now)),
        "aliases": aliases_of(case.records),
        "suggestions": [] if case.closed_at else suggestions_of(case, officer),
        "doubtful": Scan.objects.doubtful((s.venue_id, s.visit) for s in stays if s.visit),
        "history": [
            (event, _WHAT.get(event.what, event.what), _details(event.details))
            for event in case.events.select_related("by")
        ],
    }


@dataclass(frozen=True)
class Figures:
    """What is counted of a case; people are those whom the case itself met (F1)."""

    case: int
    exposures: int = 0
    people: int = 0
    certain: int = 0
    possible: int = 0
    undecided: int = 0
    confirmed: int = 0
    followed: int = 0

    @property
    def link(self) -> int:
        """People who cannot have been there together for as long as the rule says."""
        return self.people - self.certain - self.possible


def figures_of(cases: Iterable[Case]) -> dict[int, Figures]:
    """Return the figures of cases by their keys, in two statements."""
    wanted = [case.pk for case in cases]
    exposures = Stay.objects.of_the_case().exposures().filter(case__in=wanted)
    places = dict(exposures.values_list("case").annotate(Count("pk")))
    confirmed = Q(standing=Standing.CONFIRMED)
    begun = Exists(FollowUp.objects.of(OuterRef("pk")))
    met = Contact.objects.of_generation(1).counted().filter(case__in=wanted).annotate(begun=begun)
    measured = met.with_length(F("case__rule__minimum_minutes"))
    rows = measured.values("case").annotate(
        people=Count("pk"),
        certain=Count("pk", filter=Q(is_certainly_long=True)),
        possible=Count("pk", filter=Q(is_certainly_long=False, is_possibly_long=True)),
        undecided=Count("pk", filter=Q(standing=Standing.PROPOSED)),
        confirmed=Count("pk", filter=confirmed),
        followed=Count("pk", filter=confirmed & Q(begun=True)),
    )
    counted: dict[int, dict[str, Any]] = {row["case"]: {**row} for row in rows}
    return {
        key: Figures(exposures=places.get(key, 0), **counted.get(key, {"case": key}))
        for key in wanted
    }


def suggestions_of(case: Case, officer: Account) -> list[Visitor]:
    """Return who else declared under the same phone and is called alike, and so may be the person.

    Outsiders of the officer's area only where a second officer confirmed that the case may be followed.
    """
    assert officer.area is not None  # noqa: S101 - a tracer has an area
    phones = Visitor.objects.filter(phone_hash__in=case.phone_hashes).order_by("-seen_on", "key")
    known = list(phones.filter(key__in=case.visitors))
    if not known:  # who never checked in is known as far as that may stay readable
        known = [Visitor(phone_hash=phone, mask=case.mask) for phone in case.phone_hashes]
    others = phones.exclude(key__in=case.visitors).select_related("residence__parent")
    if not case.reaches_outsiders:
        others = others.exclude(lives_outside(officer.area))
    alike = [other for other in others[:300] if any(is_alike(other, one) for one in known)]
    return alike[:10]


@transaction.atomic
def join(case: Case, visitor: UUID, by: Account, now: datetime) -> bool:
    """Add a record to the person of a case and trace it again; tell whether it is a new one."""
    case = Case.objects.lock(case)
    other = next((one for one in suggestions_of(case, by) if one.key == visitor), None)
    if other is None:
        return False
    case.visitors = [*case.visitors, other.key]
    _keep_records(case, "joined", other.mask, by, now)
    return True


@transaction.atomic
def separate(case: Case, visitor: UUID, by: Account, now: datetime) -> bool:
    """Take a record from the person of a case, who keeps the one whose box the case has."""
    case = Case.objects.lock(case)
    if visitor not in case.visitors or visitor == case.sealed_row:
        return False
    case.visitors = [key for key in case.visitors if key != visitor]
    gone = Visitor.objects.filter(key=visitor).first()
    kept = set(Visitor.objects.filter(key__in=case.visitors).values_list("phone_hash", flat=True))
    if gone and kept:
        case.phone_hashes = sorted(kept)
    _keep_records(case, "separated", gone.mask if gone else "", by, now)
    return True


def _keep_records(case: Case, what: str, mask: str, by: Account, now: datetime) -> None:
    case.save(update_fields=["visitors", "phone_hashes"])
    trace_anew(case, what, by, now, masks=[case.mask, *filter(None, [mask])])


def _details(kept: dict[str, Any]) -> Iterator[str]:
    for field, (before, after) in kept.get("changes", {}).items():
        yield f"{_FIELDS.get(field, field)}: {_shown(field, before)} → {_shown(field, after)}"
    if kept.get("venue"):
        yield f"{kept['venue']}, {_shown('stay_period', kept['stay_period'])}"
    if kept.get("masks"):
        yield " + ".join(kept["masks"])
    if kept.get("people") and "standing" not in kept:
        yield ngettext("%(n)d person", "%(n)d people", kept["people"]) % {"n": kept["people"]}
    if kept.get("reason"):
        yield _("Reason: %(reason)s") % {"reason": kept["reason"]}
    if traced := kept.get("found"):
        people = ngettext("%(n)d person", "%(n)d people", traced["people"])
        yield _("Traced: %(places)d exposures, %(people)s, %(new)d new, %(dropped)d gone") % {
            "places": traced["exposures"],
            "people": people % {"n": traced["people"]},
            "new": traced["new"],
            "dropped": traced["dropped"],
        }


def _shown(field: str, value: Any) -> str:
    if value in (None, ""):
        return _("nothing")
    if field == "status":
        return str(Status(value).label)
    if field.endswith("_on"):
        return date_format(date.fromisoformat(value), "j/n/Y")
    if field.endswith("_at"):
        return date_format(datetime.fromisoformat(value).astimezone(LOCAL_ZONE), "H:i j/n/Y")
    if field.endswith("_period"):
        return "–".join(_shown("end_at", end) for end in value)
    return str(value)
