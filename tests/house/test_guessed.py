"""Whoever guesses what is somebody else's is answered, byte by byte, as for what does not exist."""

# ruff: noqa: F811 - fixtures of another file are asked for by name

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account, AccountQuerySet, InvitationQuerySet
from authority.models import DisclosureQuerySet, KeyholderQuerySet, RevealQuerySet
from districts.models import Unit
from jobs.models import JobQuerySet
from stations.models import RegisterSheetQuerySet
from stations.sheets import issue
from tests import make, make_stations, make_tracing
from tests.page import Reader
from tracing.models.cases import CaseQuerySet
from tracing.models.contacts import ContactQuerySet
from tracing.models.drills import DrillQuerySet
from venues import codes
from venues.models import Venue, VenueQuerySet

from .addresses import ADDRESSES, filled
from .test_addresses import everybody, places  # noqa: F401 - fixtures

NOWHERE: dict[str, object] = {
    **dict.fromkeys("person invitation factor contact stay look holder drill object_id".split(), 999_999),
    **{name: uuid4() for name in ("station", "visitor", "listed", "pk")},
    "code": codes.new_code(), "sheet": codes.new_code(), "number": "BN2026-9998",
    "commune": "99999", "unit": "999", "name": "nothing.txt",
}  # fmt: skip
# What one is let in by: whoever has it is no stranger.
KEYS = {"token", "key", "uidb36"}
GUESSABLE = [
    line for line in ADDRESSES
    if set(re.findall(r":(\w+)>", line)) & set(NOWHERE)
    and not set(re.findall(r"[<:](\w+)>", line)) & KEYS
    and len(set(ADDRESSES[line].split())) > 1
]  # fmt: skip
GUARDS = (
    AccountQuerySet, InvitationQuerySet, KeyholderQuerySet, DisclosureQuerySet, RevealQuerySet,
    JobQuerySet, RegisterSheetQuerySet, CaseQuerySet, ContactQuerySet, DrillQuerySet, VenueQuerySet,
)  # fmt: skip
METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "POST", "BREW")
# What every request may write: its session and how long its key stays open, the count of its source.
_WRITES = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|WITH|TRUNCATE|COPY)\b"
    r"(?!.*(django_session|_unlocking|accounts_limit|cache_entry))",
    re.DOTALL | re.IGNORECASE,
)
_GIVEN_OUT = re.compile(rb'value="[\w-]{32,64}"|cid=[\w.]+')


@dataclass
class Stranger:
    """Somebody of the district next door with all of their own there."""

    name: str
    client: Client
    own: dict[str, object] = field(default_factory=dict)


@pytest.fixture
def strangers(venue: Venue, everybody: list, page: Reader) -> list[Stranger]:
    _nobody, _owner, another, _here, next_door, _province = everybody
    tree = make.tree()
    tracer = make_tracing.tracer(tree.next_door, "tracer-next@example.vn")
    administrator = make.official(tree.next_door, "admin-next@example.vn", role="administrator")
    own = _of_an_owner(another) | _of_an_official(next_door)
    return [
        Stranger("nobody", Client()),
        Stranger("another owner", page.by(another).client, own),
        Stranger("official next door", page.by(next_door).client, own),
        Stranger("administrator next door", page.by(administrator).client, own),
        Stranger("tracer next door", make_tracing.unlocked(page, tracer).client, own | _of_a_tracer(tracer)),
    ]  # fmt: skip


def _of_an_owner(owner: Account) -> dict[str, object]:
    venue = make.venue("Quán Bên Kia", owner=owner, commune=make.tree().ward_next_door)
    return {
        "code": venue.poster.code, "station": make_stations.station(venue).pk,
        "sheet": issue(venue, 1, owner, timezone.now())[0].code,
    }  # fmt: skip


def _of_an_official(official: Account) -> dict[str, object]:
    ward, file = make.tree().ward_next_door, make.job(official, "theirs.txt").files.get()
    return {
        "unit": make.tree().next_door.code, "pk": file.job_id, "name": file.name,
        "listed": make.listed(official).pk, "person": make.official(ward, "ward-next@example.vn").pk,
        "invitation": make.invitation(ward, "invited-next@example.vn").pk,
    }  # fmt: skip


def _of_a_tracer(tracer: Account) -> dict[str, object]:
    ward = make.tree().ward_next_door
    who = make.visitor("Sơn Thị Xa", "+84900000077", residence=ward)
    case = make_tracing.case(who, area=tracer.area, opened_by=tracer)
    contact = make_tracing.contact(case, make.visitor("Kim Văn Xa", "+84900000078", residence=ward))
    return {"number": case.number, "contact": contact.pk, "commune": ward.code}


def differences(stranger: Stranger, theirs: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each line where what is theirs is answered in another way than what is not there."""
    for line in GUESSABLE:
        parts = {part for part in re.findall(r":(\w+)>", line) if part in NOWHERE}
        for guessed in {frozenset(parts), *(frozenset([part]) for part in parts)}:
            if guessed != parts and not (parts - guessed) <= set(stranger.own):
                continue
            around = theirs | stranger.own
            real = around | {part: theirs[part] for part in guessed}
            nothing = around | {part: NOWHERE[part] for part in guessed}
            other = (
                METHODS[len(line) % len(METHODS)] if len(line) % 3 == len(stranger.name) % 3 else ""
            )
            for method in {"", other}:
                answers = [_answered(stranger, line, method, ids) for ids in (real, nothing)]
                if answers[0] != answers[1] or answers[0][0] >= 500:
                    yield line, f"{stranger.name} {method} {sorted(guessed)}: {_unlike(*answers)}"


def _answered(stranger: Stranger, line: str, method: str, ids: dict[str, Any]) -> tuple:
    """Return the answer as far as it may tell something, and what was written."""
    usual, url = filled(line, ids)
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        answer = stranger.client.generic(
            method or usual, url, "", "application/x-www-form-urlencoded"
        )
        transaction.set_rollback(True)
    written = [q["sql"][:200] for q in queries if _WRITES.match(q["sql"])]
    body = _GIVEN_OUT.sub(b"", b"".join(answer) if answer.streaming else answer.content)
    body, location = (
        body.replace(url.encode(), b"#"), answer.headers.get("Location", "").replace(url, "#"),
    )  # fmt: skip
    for value in sorted(map(str, ids.values()), key=len, reverse=True):
        if len(value) > 2:
            body, location = body.replace(value.encode(), b"#"), location.replace(value, "#")
    return answer.status_code, location, answer.headers.get("Allow"), body, written


def _unlike(real: tuple, nothing: tuple) -> str:
    return " / ".join(
        f"{a!r:.150} ≠ {b!r:.150}" for a, b in zip(real, nothing, strict=True) if a != b
    )


def test_what_is_somebody_elses_does_not_exist(strangers, places):
    assert len(GUESSABLE) > 100
    assert [told for stranger in strangers for told in differences(stranger, places)] == []


def test_the_walk_notices_what_is_open_to_all(strangers, places, monkeypatch):
    for stranger in strangers:
        stranger.client.raise_request_exception = False
    for queryset in GUARDS:
        monkeypatch.setattr(queryset, "visible_to", lambda self, account: self)
    monkeypatch.setattr(Account, "visible_units", lambda self: Unit.objects.all())
    official, tracer = strangers[2], strangers[4]
    lines = {line for one in (official, tracer) for line, _told in differences(one, places)}
    noticed = {part for line in lines for part in re.findall(r":(\w+)>", line)}
    # A second factor is one's own or nobody's; owners' pages ask for the owner besides.
    assert noticed >= set(NOWHERE) - {"factor", "object_id", "visitor", "name"}
