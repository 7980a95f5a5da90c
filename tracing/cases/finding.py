"""The tracers' front page, and finding somebody by whatever is known of the person."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import limits
from accounts.access import official_of, tracer_required
from accounts.models import Account
from authority.addresses import see_other
from authority.disclosures import (
    Look,
    Subject,
    second_officer_asked,
    unconfirmed,
    write_down,
)
from authority.looks import to_decide
from authority.models import SEARCHING, Purpose, Reveal, Seen
from authority.unlocking import opener_of
from declarations import identities, personal_codes
from declarations.models import Version, Visit, Visitor
from declarations.nonces import Receipt
from districts.days import LOCAL_ZONE, local_day, today
from forms import phones
from forms.fields import PlainTextField
from forms.pages import TOO_MANY, form_page, form_page_only, sent
from forms.search import typed_search
from tracing.joining import MOST_PAIRS, is_alike
from tracing.models import Case, Rule, outside
from venues import codes
from venues.models import Venue

from .page import figures_of

MOST_PEOPLE = 50
# In place of the mask of somebody who is not shown.
HIDDEN = "***"
# Enough for a day of many cases; too few to try the numbers of a commune.
MOST_SEARCHES = {timedelta(hours=1): 100, timedelta(days=1): 500}
_ABOUT = timedelta(minutes=30)
# How somebody is found: at a venue of the area about a time, or at one elsewhere.
AT_A_VENUE, ELSEWHERE = "venue", "venue elsewhere"

_CLOCK = re.compile(r"([01]?\d|2[0-3])[:hg]([0-5]\d)", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?")


class FindForm(forms.Form):
    """The one field by which a person or a case is found; its buttons say what for."""

    purposes = SEARCHING

    text = PlainTextField(
        max_length=300,
        label=_("Find a person"),
        required_sentence=_("Enter what you know of the person."),
        help_text=_(
            "Phone number, ID card or passport, personal code, link of a receipt, number of a "
            "case, or the code of a venue with a time: ABCD-EFGH 08:30 24/11"
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask why, where no button said so."""
        if self.data.get("purpose") not in SEARCHING:
            self.add_error("text", _("Press the button that says why you look for the person."))
        return self.cleaned_data


@dataclass(frozen=True)
class PersonFound:
    """Somebody who checked in, as far as a search may tell."""

    visitor: Visitor
    visits: int
    cases: list[Case]
    is_meant: bool
    is_typed_by_others: bool = False
    is_outsider: bool = False

    @property
    def key(self) -> UUID:
        return self.visitor.key


@dataclass(frozen=True)
class SearchResult:
    """Who was found, by what, those meant first; the others share a phone with them.

    Who is hidden waits for a second officer.
    """

    how: str
    people: list[PersonFound]
    left_out: int = 0
    hidden: Sequence[PersonFound] = ()
    waiting: Reveal | None = None

    @property
    def pairs(self) -> list[tuple[PersonFound, PersonFound]]:
        """People of one phone whose names fold alike: they may be one person."""
        return [
            (one, other) for one, other in combinations(self.people, 2)
            if is_alike(one.visitor, other.visitor)
        ][:MOST_PAIRS]  # fmt: skip


@never_cache
@require_safe
@tracer_required
def home(request: HttpRequest) -> HttpResponse:
    """Show the cases of the own area that are worked on, or on demand also those closed."""
    everything = Case.objects.visible_to(official_of(request)).with_units()
    shown = everything if "closed" in request.GET else everything.open()
    search = typed_search(request.GET)[:20]
    matching = shown.filter(number__icontains=search) if search else shown
    page = Paginator(matching, 25).get_page(request.GET.get("page"))
    figures = figures_of(page.object_list)
    opener = opener_of(request)
    context = {
        "unlocked_until": opener.until if opener else None,
        "asked": to_decide(official_of(request), timezone.now()).count(),
        "find": FindForm(),
        "page": page,
        "rows": [
            (case, figures[case.pk], (today() - local_day(case.opened_at)).days)
            for case in page.object_list
        ],
        "typed": search,
        "shows_closed": "closed" in request.GET,
        "every_row": shown.count(),
        "closed": everything.exclude(closed_at=None).count(),
        "has_rules": Rule.objects.exists(),
    }
    return render(request, "tracing/cases/home.html", context)


@never_cache
@form_page_only
@tracer_required
def find(request: HttpRequest) -> HttpResponse:
    """Find people by what is known of them; what was typed stays out of the address."""
    form, page = FindForm(sent(request)), "tracing/cases/find.html"
    if not form.is_valid():
        return form_page(request, page, form)
    text, tracer, now = form.cleaned_data["text"], official_of(request), timezone.now()
    if case := case_called(text, tracer):
        return see_other(request, "case", case.number)
    try:
        count_search(tracer, now)
    except ValidationError as refusal:
        form.add_error("text", refusal)
        return form_page(request, page, form)
    look = Look(tracer, "", purpose_of(request))
    result = looked_for(text, look, now)
    if result.hidden and "ask" in request.POST:
        waiting = second_officer_asked(look, map(_subject, result.hidden), now)
        result = replace(result, waiting=waiting)
    own = Case.objects.visible_to(tracer).values_list("pk", flat=True)
    context = {"found": result, "own": set(own), "text": text, "purpose": look.purpose}
    return form_page(request, page, form, context)


def purpose_of(request: HttpRequest) -> Purpose:
    """Return why somebody is looked for, as the button or the page before said."""
    fields = request.POST if request.method == "POST" else request.GET
    asked = fields.get("purpose", "")
    return Purpose(asked) if asked in SEARCHING else Purpose.REPORTED


@transaction.atomic
def looked_for(text: str, look: Look, now: datetime) -> SearchResult:
    """Search, and write down whom the search found, or that it found nobody, before it is shown.

    Outsiders are shown when a second officer confirmed it. Who arrived at a venue of the area is
    shown, as far as a mask and a residence go; who arrived elsewhere is an outsider, wherever they live.
    """
    officer, result = look.officer, search(text, look.officer, now)
    far = outside(officer.own_area, {person.visitor.residence_id for person in result.people})
    people = [
        replace(person, is_outsider=result.how == ELSEWHERE or person.visitor.residence_id in far)
        for person in result.people
    ]
    subjects = [_subject(person) for person in people]
    waiting = {subject.visitor for subject in unconfirmed(look, subjects, now)}
    people = [replace(person, is_outsider=person.key in waiting) for person in people]
    hidden = [person for person in people if person.is_outsider and result.how != AT_A_VENUE]
    searched = [_subject(person, is_hidden=person in hidden) for person in people]
    write_search(look, searched or [Subject(_typed(text), HIDDEN)], now)
    shown = [person for person in people if person not in hidden]
    return replace(result, people=shown, hidden=hidden)


def write_search(look: Look, subjects: Iterable[Subject], now: datetime) -> None:
    """Write down whom a search found: an outsider as well, without the mask that is not shown."""
    everybody = [
        replace(each, is_outsider=False, mask=HIDDEN if each.is_outsider else each.mask)
        for each in subjects
    ]
    write_down(look, everybody, Seen.SEARCH, now)


def _subject(person: PersonFound, *, is_hidden: bool | None = None) -> Subject:
    is_outsider = person.is_outsider if is_hidden is None else is_hidden
    return Subject(person.key, person.visitor.mask, is_outsider=is_outsider)


def _typed(text: str) -> UUID:
    """Return the keyed hash of what found nobody: the log is no store of numbers."""
    phone = phones.understood(text).phone
    return identities.keyed_hash("search", phone or "".join(text.split()).casefold())


def count_search(tracer: Account, now: datetime) -> None:
    """Count one more search of a tracer; raises ValidationError where it is one too many."""
    counted = [
        limits.count(f"search for a person {period}", str(tracer.pk), period, now) <= most
        for period, most in MOST_SEARCHES.items()
    ]
    if not all(counted):
        sentence = _("That was a lot of searches. Wait for an hour and go on then.")
        raise ValidationError(sentence, TOO_MANY)


def case_called(text: str, tracer: Account) -> Case | None:
    """Return the case whose number was typed, if the tracer may see it."""
    written = r"(BN|DT)\s*(\d{4})\s*[-–]?\s*(\d{1,6})"
    match = re.fullmatch(written, text.strip(), re.IGNORECASE)
    if match is None:
        return None
    number = f"{match[1].upper()}{match[2]}-{int(match[3]):04}"
    return Case.objects.visible_to(tracer).filter(number=number).first()


def search(text: str, officer: Account, now: datetime) -> SearchResult:
    """Return the people whom a typed text may mean, with those who share their phones."""
    ways = _ways(text, officer, now)
    for how, meant in ways.items():
        keys = set(Visitor.objects.filter(meant).values_list("key", flat=True)[: MOST_PEOPLE + 1])
        earlier, others = _versions(how, meant)
        if keys or earlier or others:
            return _result(how, keys | earlier, others)
    return SearchResult("code alone" if codes.normalise(text) else next(iter(ways), ""), [])


def cases_of(keys: Iterable[UUID]) -> defaultdict[UUID, list[Case]]:
    """Return the cases of visitors, the newest first."""
    wanted = list(keys)
    cases: defaultdict[UUID, list[Case]] = defaultdict(list)
    for case in Case.objects.filter(visitors__overlap=wanted).select_related("area__parent"):
        for key in case.visitors:
            cases[key].append(case)
    return cases


def _versions(how: str, meant: Q) -> tuple[set[UUID], set[UUID]]:
    """Return of whom their own phone typed a number before, and of whom others typed it."""
    if how not in ("phone", "document", "code"):
        return set(), set()
    versions = Version.objects.filter(meant).values_list("visitor", "source", "document_hash")
    rows = list(versions[: 10 * MOST_PEOPLE])
    earlier = {visitor for visitor, source, document in rows if source == document}
    return earlier, {visitor for visitor, *_rest in rows} - earlier


def _result(how: str, own: set[UUID], others: set[UUID]) -> SearchResult:
    meant = own | others
    phones_meant = Visitor.objects.filter(key__in=meant).values("phone_hash")
    # The companions of a receipt, or the people at a venue, are meant as they are.
    more = Q(phone_hash__in=phones_meant) if how in ("phone", "document", "code") else Q()
    visitors = (
        Visitor.objects.filter(Q(key__in=meant) | more)
        .select_related("residence__parent")
        .order_by(F("seen_on").desc(), "mask", "key")
    )
    everybody = sorted(visitors, key=lambda one: one.key not in meant)
    shown = {visitor.key: visitor for visitor in everybody[:MOST_PEOPLE]}
    visits = Visit.objects.filter(visitor__in=shown).values_list("visitor")
    counted, cases = dict(visits.annotate(Count("id"))), cases_of(shown)
    people = [
        PersonFound(visitor, counted.get(key, 0), cases[key], key in meant, key in others - own)
        for key, visitor in shown.items()
    ]
    return SearchResult(how, people, len(everybody) - len(people))


def _ways(text: str, officer: Account, now: datetime) -> dict[str, Q]:
    """Return what a text may mean; a row of nine digits may be a phone and an identity card."""
    ways: dict[str, Q] = {}
    if receipt := Receipt.opened(text.strip().rstrip("/").rpartition("/r/")[2]):
        ways["receipt"] = Q(
            key__in=list(Visit.objects.of(receipt).values_list("visitor", flat=True))
        )
    if arrivals := _at_a_venue(text, now):
        venue, visitors = arrivals
        is_elsewhere = bool(outside(officer.own_area, {venue.commune_id}))
        ways[ELSEWHERE if is_elsewhere else AT_A_VENUE] = Q(key__in=visitors)
    if personal := personal_codes.normalised(text):
        ways["code"] = Q(key__range=personal_codes.keys_between(personal))
    if phone := phones.understood(text).phone:
        ways["phone"] = Q(phone_hash=identities.phone_hash(phone))
    document = "".join(text.split()).upper()
    if re.fullmatch(r"[0-9A-Z]{6,20}", document):
        ways["document"] = Q(document_hash=identities.document_hash(document))
    return ways


def _at_a_venue(text: str, now: datetime) -> tuple[Venue, list[UUID]] | None:
    """Return a venue and who arrived there about a time: `ABCD-EFGH 08:30 24/11`."""
    clock = _CLOCK.search(text)
    code = codes.normalise(text[: clock.start()]) if clock else None
    venue = Venue.objects.filter(posters__code=code).first() if code else None
    if clock is None or venue is None:
        return None
    moment = _moment(clock, text[clock.end() :], now)
    if moment is None:
        return None
    arrived = Visit.objects.at(venue).entered_during(moment - _ABOUT, moment + _ABOUT)
    return venue, list(arrived.values_list("visitor", flat=True)[: MOST_PEOPLE + 1])


def _moment(clock: re.Match[str], rest: str, now: datetime) -> datetime | None:
    """Return the moment of a clock's time on the day that follows it, else on the last one."""
    day, match = local_day(now), _DAY.search(rest)
    if match:
        try:
            day = date(int(match[3] or day.year), int(match[2]), int(match[1]))
        except ValueError:
            return None
    if day.year in (MINYEAR, MAXYEAR):  # there may be no moment before or after it
        return None
    moment = datetime.combine(day, time(int(clock[1]), int(clock[2])), LOCAL_ZONE)
    return moment if match or moment <= now else moment - timedelta(days=1)
