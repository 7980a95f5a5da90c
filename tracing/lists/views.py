"""Handing out lists of contacts: with names only after every look was written down."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from accounts.access import official_of, tracer_required
from accounts.models import Account
from accounts.turns import making_files
from authority.addresses import address
from authority.disclosures import MOST_ALONE, Look, SecondOfficerNeededError, reveal
from authority.models import Purpose, Seen
from authority.sealing import Opener
from authority.unlocking import opener_of, way_to_unlock
from districts.days import today
from districts.models import Level, Unit
from documents.responses import file_response
from documents.spreadsheets import csv_file, xlsx_file
from tracing.access import case_required, look_at_cases
from tracing.models import Case, Contact, ContactQuerySet
from tracing.people import NAME, People, subjects_of

from .listing import (
    About,
    Listing,
    ListScope,
    listed_people,
    of_commune,
    once,
    to_do,
    without_station,
)
from .paper import contact_paper
from .table import contact_sheet

MOST_ON_PAPER = 300  # more than are called from one list
MOST_WITH_NAMES = 2000
_NO_STATION = "elsewhere"
_FILES: dict[str, Callable[[Listing], HttpResponseBase]] = {
    "pdf": lambda listing: file_response(
        contact_paper(listing), "application/pdf", f"{contact_sheet(listing).name}.pdf"
    ),
    "csv": lambda listing: csv_file(contact_sheet(listing)),
    "xlsx": lambda listing: xlsx_file(contact_sheet(listing)),
}


@dataclass(frozen=True)
class HealthStation:
    """A commune's health station: people in follow-up, and how many of them are left for today.

    Without a commune: those whom no health station here follows up.
    """

    commune: Unit | None
    people: int
    to_do: int

    @property
    def code(self) -> str:
        """Stands in the addresses of its lists."""
        return self.commune.code if self.commune else _NO_STATION


@never_cache
@require_GET
@partial(case_required, seen=Seen.CONTACTS)
@making_files
def call_list(request: HttpRequest, case: Case, file_type: str) -> HttpResponseBase:
    """Hand out a case's contacts, narrowed as the address says."""
    scope = ListScope.of(request.GET)
    return _taken(request, About(case=case, scope=scope), scope.contacts(case, today()), file_type)


@never_cache
@require_GET
@tracer_required
@making_files
def commune_list(request: HttpRequest, commune: str, file_type: str) -> HttpResponseBase:
    """Hand out to a commune's health station whom it follows up today, of all cases.

    Of another district's commune the officer gets the contacts of the own cases.
    """
    officer = official_of(request)
    if commune == _NO_STATION:
        return _taken(request, About(), without_station(officer, today()), file_type)
    unit = Unit.objects.with_parents().called(commune, today())
    if unit is None or unit.level != Level.COMMUNE:
        raise Http404
    contacts = of_commune(unit, officer, today())
    if not (contacts or officer.visible_units().filter(pk=unit.pk).exists()):
        raise Http404
    return _taken(request, About(commune=unit), contacts, file_type)


@never_cache
@require_safe
@tracer_required
def stations(request: HttpRequest) -> HttpResponse:
    """List the communes that follow somebody up, with the lists for their health stations."""
    context = {"stations": _stations(official_of(request), today())}
    return render(request, "tracing/lists/stations.html", context)


def _taken(
    request: HttpRequest, about: About, contacts: Sequence[Contact], file_type: str
) -> HttpResponseBase:
    """Answer with the file, or with what is missing before there may be one with names."""
    if file_type not in _FILES:
        raise Http404
    officer, now, is_masked = official_of(request), timezone.now(), "masked" in request.GET
    listed = contacts[:MOST_ON_PAPER] if file_type == "pdf" else contacts
    people: People = {}
    opener = None if is_masked else opener_of(request)
    if opener is None and not is_masked:
        return way_to_unlock(request)
    if opener and len(listed) > MOST_WITH_NAMES:
        return _too_many(request, about)
    try:
        _look_at_cases(officer, listed, now)
        if opener:
            people = _names(list(once(listed)), officer, opener, now)
    except SecondOfficerNeededError as needed:
        return _waiting(request, about, needed)
    rows = list(listed_people(listed, people, today()))
    is_whole = len(listed) == len(contacts)
    return _FILES[file_type](Listing(about, rows, officer, now, is_masked, is_whole))


def _too_many(request: HttpRequest, about: About) -> HttpResponse:
    sentence = gettext(
        "A list with names has at most %(n)d people. Choose fewer of them first, by band, place "
        "or commune, or take the list without names."
    )
    places = ("contacts", about.case.number) if about.case else ("stations",)
    if not about.case:
        sentence = gettext(
            "A list with names has at most %(n)d people. Take the list of each case instead, or "
            "the list without names."
        )
    messages.error(request, sentence % {"n": MOST_WITH_NAMES})
    return redirect(address(request, *places))


def _look_at_cases(officer: Account, contacts: Iterable[Contact], now: datetime) -> None:
    """Write down that the list says where cases were, but for those of others who gave contacts here."""
    listed = {contact.case_id: contact.case for contact in contacts}
    own = Case.objects.visible_to(officer).filter(pk__in=listed).values_list("pk", flat=True)
    look_at_cases(officer, [listed[key] for key in sorted(own)], Seen.CONTACTS, now)


def _names(contacts: Sequence[Contact], officer: Account, opener: Opener, now: datetime) -> People:
    """Return what names each contact, by visitor; raises SecondOfficerNeededError.

    Each look is written down for the case that met the person. A second officer reads the first
    case and how many others there are: BN2026-0001 +2.
    """
    case_of = {contact.visitor: contact.case.number for contact in contacts}
    numbers = sorted(set(case_of.values()))
    others = f" +{len(numbers) - 1}" if len(numbers) > 1 else ""
    look = Look(officer, "".join(numbers[:1]) + others, Purpose.LIST)
    subjects = [
        replace(one, case_number=case_of[one.visitor]) for one in subjects_of(contacts, officer)
    ]
    return reveal(look, subjects, (*NAME, "phone", "address"), opener, now)


def _waiting(request: HttpRequest, about: About, needed: SecondOfficerNeededError) -> HttpResponse:
    asked = request.GET.copy()
    asked["masked"] = "1"
    context = {
        "case": about.case,
        "waiting": needed.request,
        "most_alone": MOST_ALONE,
        "here": request.get_full_path(),
        "masked": f"{request.path}?{asked.urlencode()}",
    }
    return render(request, "tracing/second_officer.html", context, status=403)


def _stations(officer: Account, on: date) -> list[HealthStation]:
    """Return the communes in force that follow up somebody whom the officer sees, by name.

    Last come those who have no commune here.
    """
    followed = Contact.objects.visible_to(officer).counted().to_follow_up(on)
    people, left = _by_commune(followed), _by_commune(to_do(followed, on))
    communes = Unit.objects.filter(pk__in=filter(None, people))
    joined: dict[Unit, tuple[set[UUID], set[UUID]]] = defaultdict(lambda: (set(), set()))
    for commune in communes.with_parents().select_related("successor"):
        everybody, still = joined[_in_force(commune, on)]
        everybody |= people[commune.pk]
        still |= left[commune.pk]
    in_order = sorted(joined.items(), key=lambda pair: (pair[0].place, pair[0].pk))
    listed = [HealthStation(unit, len(both[0]), len(both[1])) for unit, both in in_order]
    elsewhere = HealthStation(None, len(people[None]), len(left[None]))
    return [*listed, elsewhere] if elsewhere.people else listed


def _by_commune(contacts: ContactQuerySet) -> dict[int | None, set[UUID]]:
    visitors: dict[int | None, set[UUID]] = defaultdict(set)
    for commune, visitor in contacts.values_list("commune", "visitor"):
        visitors[commune].add(visitor)
    return visitors


def _in_force(commune: Unit, on: date) -> Unit:
    """Return the unit whose health station it is now, after however many reforms."""
    while commune.successor and commune.ended_by(on):
        commune = commune.successor
    return commune
