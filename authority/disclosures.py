"""The only way to a name: who looks says for which case and why, and it is written down first."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F, Min, Q

from accounts.models import Account, Role
from authority import chain
from authority.models import Disclosure, Purpose, Reveal
from authority.opening import NotOpenedError, Opener
from database.apart import is_apart

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


class Box(NamedTuple):
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
    also: Mapping[UUID, Box] = field(default_factory=dict, repr=False)


class SecondOfficerNeededError(Exception):
    """So many people are looked at only after a second officer confirmed the request."""

    def __init__(self, request: Reveal) -> None:
        super().__init__(request)
        self.request = request


class NotYoursToDecideError(Exception):
    """The request is one's own, of another area, decided already, or over an hour old."""


def reveal(
    look: Look, subjects: Iterable[Subject], fields: Sequence[str], opener: Opener, now: datetime
) -> dict[UUID, dict[str, Any]]:
    """Return the asked fields of each person, after every look is written down for good.

    Somebody whose box can't be opened is left out; the look is written down all the same. What
    others typed stands in `also` of the details, as far as it can be opened. Raises
    SecondOfficerNeededError where there are too many for one officer alone. Not to be called
    inside a transaction, as what is shown must not be rolled back; tables apart have no other way.
    """
    people = {subject.visitor: subject for subject in subjects}
    if not people:
        return {}
    with transaction.atomic(durable=not is_apart()):
        chain.take_turns()
        request = (
            _request(look, people, fields, now) if _needs_two(look, people, fields, now) else None
        )
        may_look = request is None or request.confirmed_at is not None
        if may_look:
            chain.append(_rows(look, people, fields, now, request))
    if request and not may_look:
        raise SecondOfficerNeededError(request)
    opened = {visitor: _opened(subject, fields, opener) for visitor, subject in people.items()}
    return {visitor: details for visitor, details in opened.items() if details is not None}


def decide(request: Reveal, officer: Account, now: datetime, *, confirm: bool) -> None:
    """Confirm or refuse a colleague's request as the second officer; raises NotYoursToDecideError."""
    waiting = Reveal.objects.waiting().visible_to(officer).exclude(asked_by=officer)
    found = waiting.filter(pk=request.pk, asked_at__gt=now - GOOD_FOR)
    moment = {"confirmed_at" if confirm else "refused_at": now}
    if officer.role != Role.TRACER or not found.update(second_officer=officer, **moment):
        raise NotYoursToDecideError


def _needs_two(
    look: Look, people: dict[UUID, Subject], fields: Sequence[str], now: datetime
) -> bool:
    """Whether an officer has looked, with these, at more people newly than one may alone.

    Who was looked at lately for the case is new again where more is asked than was seen then.
    """
    lately = Disclosure.objects.filter(officer=look.officer, at__gt=now - KNOWN_FOR)
    at_these = lately.filter(visitor__in=people, fields__contains=list(fields))
    known = set(at_these.values_list("visitor", "case_number"))
    asked = {(key, one.case_number or look.case_number) for key, one in people.items()}
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
    same = {
        "asked_by": look.officer,
        "case_number": look.case_number,
        "purpose": look.purpose,
        "digest": _digest(people, fields),
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
    own = Box(subject.sealing_key_id, subject.visitor, subject.sealed)
    details = _content(own, fields, opener)
    if details is None or not subject.also:
        return details
    also = {source: _content(box, fields, opener) for source, box in subject.also.items()}
    return details | {"also": {source: one for source, one in also.items() if one is not None}}


def _content(box: Box, fields: Sequence[str], opener: Opener) -> dict[str, Any] | None:
    try:
        content = opener.open(box.sealing_key_id, box.row, box.sealed)
    except NotOpenedError:
        return None
    return {name: content[name] for name in fields if name in content}


def _digest(people: Iterable[UUID], fields: Sequence[str]) -> bytes:
    visitors = b"".join(visitor.bytes for visitor in sorted(people))
    return hashlib.sha256(visitors + ",".join(sorted(fields)).encode()).digest()
