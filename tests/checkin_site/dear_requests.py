"""The dearest requests of whoever is signed in, where everything that pages list is full."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import Any
from urllib.parse import urlencode

from django.core.management import call_command
from django.db import connection
from django.db.models import Count, Q
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from authority.models import Reveal
from dashboards.silence.progress import note_silence
from declarations.models import Visitor
from declarations.tallies import fold
from districts import days
from districts.models import Unit
from tests import make, make_tracing
from tests.house.addresses import ADDRESSES, filled
from tests.page import Reader
from tests.processes import Served
from tests.wire import FORM, Answer, Wire, encoded
from tracing.models import Case, Contact, Stay
from venues.kinds import Kind
from venues.models import Venue

TOKEN = "a" * 32
_PLACES = re.compile(r":(\w+)>")
STAYS = 20
# At each place where the case was, a share of all people for as long as it was there.
_CROWD = """
INSERT INTO declarations_visit (venue_id, entered_at, recorded_at, left_at, left_reason, evidence,
    outcome, id, visitor_id)
SELECT venue_id, entered_at, entered_at, left_at, 1, 2, 0, gen_random_uuid(), key
FROM (
    SELECT *, row_number() OVER () - 1 AS place FROM declarations_visit
    WHERE visitor_id = %(ill)s AND evidence = 1
) stay JOIN (
    SELECT key, row_number() OVER () AS number FROM declarations_visitor
    WHERE key <> %(ill)s LIMIT %(people)s
) visitor ON number %% %(stays)s = place
"""
_LOOKS = """
INSERT INTO declarations_disclosure (number, at, officer_id, officer_name, area_id, unit_name,
    case_number, purpose, visitor, mask, fields, together, second_officer_name, mac)
SELECT n, now() - (%(looks)s - n) * interval '5 seconds', %(officer)s, 'Cán bộ Thử', %(area)s,
    'Tỉnh Thử', 'BN2026-T', 'trace', %(ill)s, 'N.V.T · 678', ARRAY['visits'], 1, '', '\\x00'
FROM generate_series(1, %(looks)s) n
"""
_EVENTS = """
INSERT INTO accounts_signinevent (account_id, at, kind, device, network, details)
SELECT %(account)s, now() - n * interval '1 minute', 'signed_in', 'Firefox, Linux', '', '{}'
FROM generate_series(1, %(looks)s) n
"""
_YEAR = """
INSERT INTO declarations_kindtally (commune_id, kind, day, arrived, declared, ask)
SELECT unit.id, given, current_date - back, 10, 5, 1
FROM districts_unit unit, unnest(%(kinds)s::text[]) given, generate_series(22, 365) back
WHERE level = 'commune'
"""


@dataclass(frozen=True)
class Extent:
    """How full the province is; `people` met the case, `looks` were written down."""

    venues: int
    visits: int
    people: int
    looks: int
    sessions: int


WHOLE = Extent(venues=12_650, visits=60_000, people=10_000, looks=100_000, sessions=300)
SMALL = Extent(venues=120, visits=400, people=100, looks=100, sessions=3)
SEARCHES = ("a", "%", "_%" * 40, "\u0323\u0302" * 40, "ấ" * 400, "chợ " * 30, "0900")
_SEARCHED = [{"q": text} for text in SEARCHES]
_LONG_AGO = {"first": f"{days.today() - timedelta(days=365):%Y-%m-%d}"}
_A_MONTH = {"first": f"{days.today() - timedelta(days=30):%Y-%m-%d}"}
# What is asked beside the bare address.
QUERIES: dict[str, list[dict[str, Any]]] = {
    "dashboard/<slug:unit>/": [*_SEARCHED, {"sort": "name", "all": 1}],
    "dashboard/<slug:unit>/silent/": [*_SEARCHED, {"sort": "name"}, {"sort": "longest"}],
    "dashboard/<slug:unit>/days.<slug:file_type>": [_A_MONTH, _LONG_AGO],
    "dashboard/<slug:unit>/hours.<slug:file_type>": [_A_MONTH, _LONG_AGO],
    "accounts/people/": _SEARCHED,
    "tracing/": _SEARCHED,
    "tracing/log/": [{"page": 1000}, {"case": "BN2026-T", "page": 1000}, {"seen": "names"}],
    "tracing/cases/<str:number>/contacts/": [{"page": 50}, {"possible": 1}, {"venue": 1}],
    "tracing/cases/<str:number>/contacts.<slug:file_type>": [
        {"standing": "proposed", "masked": 1}
    ],
}  # fmt: skip
FILE_TYPES = ("csv", "xlsx", "pdf")
TABLES = ("kinds", "venues", "silent", "weeks", "communes", "decisions")
# Whose pages are looked at: by how their addresses begin.
OF = {
    "official": ("/dashboard", "/venues", "/accounts", "/jobs"),
    "tracer": ("/tracing",),
    "owner": ("/venues", "/accounts"),
    "administrator": ("/accounts/people",),
}


@dataclass(frozen=True)
class Province:
    """Who is signed in there, and what stands in the variable parts of addresses."""

    readers: dict[str, Reader]
    places: dict[str, Any]


@dataclass(frozen=True)
class Cost:
    """Seconds of a core that a request took of site and database, and the bytes that came back.

    `memory` is the most that a process of the site ever held until then.
    """

    asked: str
    status: int
    site: float
    database: float
    sent: int
    memory: int

    @property
    def seconds(self) -> float:
        return self.site + self.database

    @property
    def is_dear(self) -> bool:
        """Whether it is a file, of which one is made at a time, or a whole tracing."""
        return self.asked.partition("?")[0].endswith((*FILE_TYPES, "/trace/", "/further/"))

    def __str__(self) -> str:
        spent = f"{self.site:.2f} + {self.database:.2f} s {self.sent // 1000:7} kB"
        return f"{spent} {self.memory // 10**6:4} MB {self.status} {self.asked}"


@dataclass
class Purse:
    """Asks for everything once, and notes what it cost."""

    site: Served
    province: Province
    is_long: bool
    costs: list[Cost] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.wires = {
            name: Wire.of(self.site.url, reader.client)
            for name, reader in self.province.readers.items()
        }
        for wire in self.wires.values():
            wire.cookies["csrftoken"] = TOKEN

    def close(self) -> None:
        for wire in self.wires.values():
            wire.close()

    def ask(self, who: str, target: str, fields: dict[str, Any] | None = None) -> Answer:
        before = self.site.seconds(), self.site.database_seconds()
        answer = ask(self.wires[who], target, fields)
        site, database = self.site.seconds() - before[0], self.site.database_seconds() - before[1]
        asked = f"{who}{' POST' if fields is not None else ''} {target[:120]}"
        self.costs.append(
            Cost(asked, answer.status, site, database, len(answer.body), self.site.memory())
        )
        return answer

    def confirm(self, case: str, query: str, whom: Q) -> None:
        """Decide that everybody whom a page counts is a close contact."""
        proposed = Contact.objects.of_generation(1).filter(whom, standing="proposed")
        everybody = {"standing": "confirmed", "everybody": "on"}
        counted = {"counted": proposed.distinct().count()}
        self.ask("tracer", f"{case}/contacts/{query}", everybody | counted)

    def walk(self) -> None:
        """Trace the case, look at every page and file, and do what costs most."""
        case = f"/tracing/cases/{self.province.places['number']}"
        self.ask("tracer", f"{case}/trace/", {})
        self.look()
        self.follow(case)
        self.act()

    def look(self) -> None:
        """Look at all pages and files of the province, and in a long walk of a commune as well."""
        for unit in ("84", self.province.places["commune"])[: 1 + self.is_long]:
            for target in pages(self.province.places | {"unit": unit}, 10 if self.is_long else 1):
                for who in (who for who, begin in OF.items() if target.startswith(begin)):
                    self.ask(who, target)

    def follow(self, case: str) -> None:
        """Confirm ever more contacts, find whom they met, and take lists of them."""
        venues = Stay.objects.values_list("venue", flat=True).order_by("-venue").distinct()
        for number, venue in enumerate(venues[:3]):
            self.confirm(case, f"?venue={venue}", Q(meetings__stay__venue=venue))
            if not number:
                self.ask("tracer", f"{case}/further/", {})
        for file_type in FILE_TYPES:
            self.ask("tracer", f"{case}/contacts.{file_type}")
            for look in Reveal.objects.waiting():
                self.ask("second", f"/tracing/looks/{look.pk}/confirm/", {})
            self.ask("tracer", f"{case}/contacts.{file_type}")
        self.confirm(case, "", Q())
        self.ask("tracer", f"{case}/further/", {})
        self.ask("tracer", "/tracing/follow-up/")
        for file_type in FILE_TYPES:
            self.ask("tracer", f"{case}/contacts.{file_type}")
            self.ask("tracer", f"{case}/contacts.{file_type}?masked=1")

    def act(self) -> None:
        places = self.province.places
        posters = {"paper": "a4", "which": "silent", "by": "commune", "make": "1"}
        self.ask("official", "/dashboard/84/posters/", posters)
        chosen = {"v": places["silent"], "text": "Thử {ten}"}
        self.ask("official", "/dashboard/84/silent/remind/", chosen)
        self.ask("owner", f"/venues/{places['code']}/sheets/", {"number": 50})
        self.ask("owner", f"/venues/{places['code']}/sheets/1-50.pdf")
        self.ask("tracer", "/tracing/drills/", {"area": places["area"], "size": "medium"})
        self.ask("tracer", "/drill/")

    def at_once(self, who: list[str], target: str) -> list[int]:
        """Ask for the same, everybody over a line of their own; return the statuses."""
        wires = [Wire(self.site.url, dict(self.wires[name].cookies)) for name in who]
        with ThreadPoolExecutor(len(wires)) as pool:
            answers = list(pool.map(lambda wire: wire.get(target), wires))
        for wire in wires:
            wire.close()
        return [answer.status for answer in answers]


def ask(wire: Wire, target: str, fields: dict[str, Any] | None = None) -> Answer:
    """Look at an address, or send it fields."""
    if fields is None:
        return wire.get(target)
    pairs = [
        (name, str(each))
        for name, value in (fields | {"csrfmiddlewaretoken": TOKEN}).items()
        for each in (value if isinstance(value, list) else [value])
    ]
    return wire.send("POST", target, {"Content-Type": FORM}, encoded(pairs))


def pages(places: dict[str, Any], queries: int) -> Iterator[str]:
    """Yield the addresses of the pages and files of whoever is signed in, with what is asked."""
    for line in ADDRESSES:
        if line.startswith("POST") or set(_PLACES.findall(line)) - places.keys() - {
            "table",
            "file_type",
        }:
            continue
        tables = TABLES if "<slug:table>" in line else ("",)
        file_types = FILE_TYPES if "file_type" in line else ("",)
        for table, file_type in product(tables, file_types):
            address = filled(line, places | {"file_type": file_type, "table": table})[1]
            for query in [{}, *QUERIES.get(line, [])[:queries]]:
                yield f"{address}?{urlencode(query)}" if query else address


def full_province(extent: Extent) -> Province:
    """Fill the province, and sign people in."""
    for units in ("tra_vinh_2021.csv", "provinces_2021.csv"):
        call_command("load_units", f"districts/data/{units}", verbosity=0)
    make.sealing_key()
    call_command("seed", venues=extent.venues, visits=extent.visits, days=21, verbosity=0)
    province, page = Unit.objects.get(code="84"), Reader(Client())
    venues = list(Venue.objects.order_by("-pk")[: extent.venues // 6])
    owner, official = make.owner(), make.official(province)
    Venue.objects.filter(pk__in=[venue.pk for venue in venues]).update(owner=owner)
    tracer, second = (make_tracing.tracer(province, f"tracer-{n}@example.vn") for n in range(2))
    case = _case(extent, venues[:STAYS], tracer)
    fold()
    note_silence(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_YEAR, {"kinds": list(Kind.values)})
        for account in (official, owner):
            cursor.execute(_EVENTS, {"account": account.pk, "looks": extent.looks})
            for _number in range(extent.sessions):
                make.open_session(account)
        cursor.execute("ANALYZE")
    administrator = make.official(province, "administrator@example.vn", role="administrator")
    return Province(
        {
            "official": page.by(official), "owner": page.by(owner),
            "administrator": page.by(administrator),
            "tracer": make_tracing.unlocked(page, tracer),
            "second": make_tracing.unlocked(page, second),
        },
        {
            "commune": Unit.objects.annotate(n=Count("venues")).latest("n").code,
            "code": venues[0].poster.code, "number": case.number, "suffix": "pdf",
            "area": province.pk, "silent": [venue.pk for venue in venues[:200]],
        },
    )  # fmt: skip


def _case(extent: Extent, venues: list[Venue], tracer: Account) -> Case:
    """Make a case with a stay at each venue, and a crowd there."""
    ill = Visitor.objects.order_by("key").last()
    for number, venue in enumerate(venues):
        arrival = make.moment(f"{7 + number % 5 * 2:02}:10", days_ago=1 + number % 4)
        make.visit(venue, arrival, visitor=ill, stay=timedelta(minutes=45), evidence=1)
    case = make_tracing.case(ill, area=tracer.area, opened_by=tracer)
    with connection.cursor() as cursor:
        cursor.execute(_CROWD, {"ill": ill.pk, "people": extent.people, "stays": STAYS})
        given = {"officer": tracer.pk, "area": tracer.area_id, "ill": ill.pk}
        cursor.execute(_LOOKS, given | {"looks": extent.looks})
    return case
