"""The only way to a name: who looks says for which case and why, and it is written down first.

Disclosures are a chain: each vouches for the one before it, so that none can change or go.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min, Q

from accounts.models import Account
from database.apart import is_apart
from database.statements import lock_named

from .models import Disclosure, Purpose, Reveal
from .sealing import NotOpenedError, Opener

MOST_ALONE = 50
# People newly looked at by one officer within this time add up, so that slices are no way around.
ALONE_WITHIN = timedelta(hours=1)
# For so long the same people of the same case can be looked at again without counting anew.
KNOWN_FOR = timedelta(hours=24)
GOOD_FOR = timedelta(hours=1)
FIELDS = ("full_name", "birth_year", "phone", "gender", "id_number", "address")


@dataclass(frozen=True)
class Look:
    """An officer's reason to look: which case, and what for."""

    officer: Account
    case_number: str
    purpose: Purpose


class SealedRow(NamedTuple):
    """What is sealed of somebody: by which key, and with which row written into it."""

    sealing_key_id: int
    row: UUID
    sealed: bytes


@dataclass(frozen=True)
class Subject:
    """A person to look at: the sealed box, and what may stay readable.

    In a list over several cases each person has the number of the own case. `also` are boxes of
    what others typed of the person, by their source; the same look opens them.
    """

    visitor: UUID
    mask: str
    sealing_key_id: int
    sealed: bytes = field(repr=False)
    case_number: str = ""
    also: Mapping[UUID, SealedRow] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Broken:
    """The first place at which the chain does not hold: `missing` or `changed`."""

    number: int
    how: str


class SecondOfficerNeededError(Exception):
    """So many people are looked at only after a second officer confirmed the request."""

    def __init__(self, request: Reveal) -> None:
        super().__init__(request)
        self.request = request


def reveal(
    look: Look, subjects: Iterable[Subject], fields: Sequence[str], opener: Opener, now: datetime
) -> dict[UUID, dict[str, Any]]:
    """Return the asked fields of each person, after every look is written down for good.

    Somebody whose box can't be opened is left out; the look is written down all the same. What
    others typed stands in `also` of the details, as far as it can be opened. Raises
    SecondOfficerNeededError where there are too many for one officer alone. Not to be called
    inside a transaction, which could roll back what was written down; only a drill always runs in one.
    """
    people = {subject.visitor: subject for subject in subjects}
    if not people:
        return {}
    with transaction.atomic(durable=not is_apart()):
        lock_named("disclosures")
        request = None
        if _needs_two(look, people, fields, now):
            request = _request(look, people, fields, now)
        if request is None or request.confirmed_at:
            _append(_rows(look, people, fields, now, request))
    if request and request.confirmed_at is None:
        raise SecondOfficerNeededError(request)
    opened = {visitor: _opened(subject, fields, opener) for visitor, subject in people.items()}
    return {visitor: details for visitor, details in opened.items() if details is not None}


def first_broken() -> Broken | None:
    """Return the first disclosure that was removed or changed, or None when all hold.

    Whoever removes the newest ones leaves a chain that holds; `has_mark` tells by a mark noted before.
    """
    mac = b""
    for number, row in enumerate(_in_order(), start=1):
        if row.number != number:
            return Broken(number, "missing")
        if not hmac.compare_digest(bytes(row.mac), _mac(mac, row)):
            return Broken(number, "changed")
        mac = bytes(row.mac)
    return None


def chain_mark() -> str:
    """Return what to note elsewhere of the newest disclosure: its number and 16 digits."""
    newest = Disclosure.objects.newest_first().first()
    return f"{newest.number}-{bytes(newest.mac).hex()[:16]}" if newest else ""


def has_mark(noted: str) -> bool:
    """Whether the disclosure of which a mark was noted is still there, as it was."""
    number, _, digits = noted.strip().partition("-")
    row = Disclosure.objects.filter(number=int(number)).first() if number.isdecimal() else None
    return row is not None and hmac.compare_digest(bytes(row.mac).hex()[:16], digits)


def _needs_two(
    look: Look, people: dict[UUID, Subject], fields: Sequence[str], now: datetime
) -> bool:
    """Whether these people and those newly looked at within the hour are too many for one officer.

    Who was looked at lately for the same case is new only where fields are asked that were not
    seen then.
    """
    lately = Disclosure.objects.filter(officer=look.officer, at__gt=now - KNOWN_FOR)
    at_these = lately.filter(visitor__in=people, fields__contains=list(fields))
    known = set(at_these.values_list("visitor", "case_number"))
    asked = {
        (visitor, subject.case_number or look.case_number) for visitor, subject in people.items()
    }
    new = {visitor for visitor, _case in asked - known}
    firsts = lately.values("case_number", "visitor").annotate(
        first=Min("at"), first_alone=Min("at", filter=Q(second_officer=None))
    )
    alone = firsts.filter(first=F("first_alone"), first__gt=now - ALONE_WITHIN)
    seen = set(alone.values_list("visitor", flat=True))
    return bool(new) and len(new | seen) > MOST_ALONE


def _request(
    look: Look, people: dict[UUID, Subject], fields: Sequence[str], now: datetime
) -> Reveal:
    """Return the request for this very look: confirmed (and now used up), or still to wait for."""
    visitors = b"".join(visitor.bytes for visitor in sorted(people))
    same = {
        "asked_by": look.officer,
        "case_number": look.case_number,
        "purpose": look.purpose,
        "digest": hashlib.sha256(visitors + ",".join(sorted(fields)).encode()).digest(),
    }
    open_ones = Reveal.objects.filter(**same, used_at=None)
    confirmed = open_ones.filter(confirmed_at__gt=now - GOOD_FOR).first()
    if confirmed:
        confirmed.used_at = now
        confirmed.save(update_fields=["used_at"])
        return confirmed
    running = open_ones.filter(asked_at__gt=now - GOOD_FOR, confirmed_at=None).first()
    return running or Reveal.objects.create(**same, asked_at=now, people=len(people))


def _rows(
    look: Look,
    people: dict[UUID, Subject],
    fields: Sequence[str],
    now: datetime,
    request: Reveal | None,
) -> Iterator[Disclosure]:
    area, second = look.officer.area, request.second_officer if request else None
    assert area is not None  # noqa: S101 - the database has it of every official
    for subject in people.values():
        yield Disclosure(
            at=now,
            officer=look.officer,
            officer_name=str(look.officer),
            area=area,
            unit_name=area.place,
            case_number=subject.case_number or look.case_number,
            purpose=look.purpose,
            visitor=subject.visitor,
            mask=subject.mask,
            fields=list(fields),
            together=len(people),
            second_officer=second,
            second_officer_name=str(second or ""),
        )


def _opened(subject: Subject, fields: Sequence[str], opener: Opener) -> dict[str, Any] | None:
    own = SealedRow(subject.sealing_key_id, subject.visitor, subject.sealed)
    details = _content(own, fields, opener)
    if details is None or not subject.also:
        return details
    also = {source: _content(sealed, fields, opener) for source, sealed in subject.also.items()}
    return details | {"also": {source: said for source, said in also.items() if said is not None}}


def _content(sealed: SealedRow, fields: Sequence[str], opener: Opener) -> dict[str, Any] | None:
    try:
        content = opener.open(*sealed)
    except NotOpenedError:
        return None
    return {name: content[name] for name in fields if name in content}


def _append(rows: Iterable[Disclosure]) -> None:
    """Add disclosures at the end of the chain; under their lock, in the same transaction."""
    newest = Disclosure.objects.newest_first().first()
    before, mac = (newest.number, bytes(newest.mac)) if newest else (0, b"")
    added = list(rows)
    for number, row in enumerate(added, before + 1):
        row.number = number
        row.mac = mac = _mac(mac, row)
    Disclosure.objects.bulk_create(added)


def _in_order() -> Iterator[Disclosure]:
    """Every disclosure by number, a few thousand in memory at a time."""
    last = -1
    while rows := list(Disclosure.objects.filter(number__gt=last).order_by("number")[:5_000]):
        yield from rows
        last = rows[-1].number


def _mac(before: bytes, row: Disclosure) -> bytes:
    content = json.dumps(
        [
            row.number,
            row.at.astimezone(UTC).isoformat(timespec="microseconds"),
            [row.officer_id, row.officer_name, row.area_id, row.unit_name],
            [row.case_number, row.purpose, row.visitor.hex, row.mask, list(row.fields)],
            [row.together, row.second_officer_id, row.second_officer_name],
        ],
        ensure_ascii=False,
    )
    key = hmac.digest(settings.HASH_KEY.encode(), b"disclosures", hashlib.sha256)
    return hmac.digest(key, before + content.encode(), hashlib.sha256)
