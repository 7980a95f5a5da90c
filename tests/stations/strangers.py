"""People of known status, and a station of somebody who only registered a venue, over real HTTP."""

import json
import os
import re
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection
from itertools import count
from urllib.parse import urlsplit
from uuid import uuid4

from django.utils import timezone

from declarations import identities
from declarations.models import Visitor
from districts import days
from tests import make, make_stations

from .sending import scan, typed

HEALTHY = dict.fromkeys("travelled case_contact area_contact symptomatic_contact".split(), False)
ILL = HEALTHY | {"case_contact": True}
# Status, and what the visitor's row says of today: the outcome, and whether their own phone said it.
STATUSES = {
    "healthy": (0, True),
    "asked": (1, True),
    "ill": (2, True),
    "healthy at a door": (0, False),
    "ill at a door": (2, False),
    "healthy yesterday": (0, True),
    "not declared": (None, True),
    "unknown": None,
}
MAY_BE_TOLD = {"healthy", "healthy at a door"}
# What differs between two answers although nothing is told: ids, times, and what was itself sent.
_OWN = re.compile(r'"(id|at|server_at|who)": "[^"]*"')


@dataclass(frozen=True)
class Someone:
    """Somebody with a phone and a card; `card` is what the card says when it is scanned."""

    name: str
    phone: str
    year: int
    number: str

    @property
    def card(self) -> str:
        return f"{self.number}||{self.name}|0202{self.year}|Nam|Xã Long Đức, Trà Vinh|01052021"


def people(each: int) -> dict[str, list[Someone]]:
    """Make so many people of each status; the database knows all but the last as a door does."""
    numbers = count(int(os.environ.get("STRANGERS_FROM", "1")))
    made: dict[str, list[Someone]] = defaultdict(list)
    for status, known in STATUSES.items():
        for number in (next(numbers) for _ in range(each)):
            year = 1950 + number % 50
            one = Someone(
                f"Thạch Văn {'ABCDEFGH'[number % 8]}n", f"+849{number:08d}", year,
                f"0840{year % 100:02d}{number:06d}",
            )  # fmt: skip
            made[status].append(one)
            if known:
                _know(one, status, *known)
    return made


def _know(one: Someone, status: str, outcome: int | None, is_own: bool) -> None:
    today = days.today() - timedelta(days=status == "healthy yesterday")
    person = identities.Person(one.name, one.year, one.phone)
    hashes = person.hashes()
    make.visitor(
        one.name, one.phone, one.year,
        spelling=hashes.spelling, fold=hashes.fold,
        born=person.born_hash,
        card_hash=identities.card_hash(one.number),
        document_hash=identities.document_hash(one.number),
        memory=uuid4() if is_own else None, is_own=is_own,
        declared_on=None if outcome is None else today, outcome=outcome,
    )  # fmt: skip


class Stranger:
    """A station that anybody may have, and what it is answered."""

    def __init__(self, line: HTTPConnection, number: int) -> None:
        owner = make.owner(f"+8491{number:07d}")
        venue = make.venue("Quán lạ", owner=owner, commune=make.tree().ward_next_door)
        self.key = make_stations.station(venue, "Cổng").key
        self.line, self.now = line, timezone.now()

    def post(self, *scans: dict) -> str:
        body = json.dumps({"sent_at": self.now.isoformat(), "scans": scans}).encode()
        self.line.request(
            "POST", f"/s/{self.key}/scans/", body, {"Content-Type": "application/json"}
        )
        answer = self.line.getresponse()
        assert answer.status == 200
        return answer.read().decode()

    def told(self, *scans: dict) -> tuple[list[str], str]:
        """Return the results, and the answer but for what is sent or counted by itself."""
        whole = self.post(*scans)
        results = [one["result"] for one in json.loads(whole)["scans"]]
        return results, _OWN.sub("", whole)

    def at(self, minutes: int) -> datetime:
        return self.now - timedelta(minutes=minutes)


def steps(one: Someone, at) -> list[dict]:
    """Everything a station can send of somebody, whose card, name, phone and year it knows."""
    phone, second = typed(one.phone, at(50)), typed(one.phone, at(48))
    card = scan(one.card, at(30))
    year, local = str(one.year), one.phone.replace("+84", "0")
    return [
        phone,
        phone | {"told": [year]},
        phone | {"told": [year, one.name]},
        second | {"told": [f"{one.name} {year}"]},
        typed(local, at(46), "auto", told=[year]),
        typed(local, at(44), "out", told=[year]),
        typed(one.number, at(42)),
        typed(one.number, at(40), told=[local, one.name]),
        typed(f"{one.name} {year}", at(38), told=[local]),
        scan(one.card, at(36), "auto"),
        card,
        card | {"told": [local]},
        scan(one.card, at(28), "out"),
        scan(one.card, at(26), told=["0911 222 333"]),
        phone | {"text": "", "answers": HEALTHY},
        card | {"text": "", "answers": ILL},
        scan(one.card, at(10)),
        typed(one.phone, at(8), told=[year]),
    ]


def walk(site: str, each: int) -> tuple[dict[str, list[set]], dict[str, list[str]]]:
    """Send every step of everybody, each status from a station of its own.

    Return for each status what every step was answered, bytes and all, and the results of the two
    steps at which a card alone was scanned that nothing was answered of yet.
    """
    everybody = people(each)
    answers: dict[str, list[set]] = {}
    scanned: dict[str, list[str]] = {}
    with closing(HTTPConnection(urlsplit(site).netloc)) as line:
        for number, (status, group) in enumerate(everybody.items()):
            station = Stranger(line, number)
            told = [
                [station.told(*batch[i : i + 50]) for i in range(0, len(batch), 50)]
                for batch in zip(*(steps(one, station.at) for one in group), strict=True)
            ]
            answers[status] = [{text for _, text in step} for step in told]
            scanned[status] = [r for at in (9, 10, 11) for got, _ in told[at] for r in got]
    return answers, scanned


def row_of(one: Someone) -> dict:
    """What is known of somebody, but for the day on which they were seen."""
    key = identities.Person(one.name, one.year, one.phone).key
    row = Visitor.objects.filter(key=key).values().get()
    return {name: value for name, value in row.items() if name != "seen_on"}
