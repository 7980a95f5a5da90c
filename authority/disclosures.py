"""The only way to a person: who looks says for which case and why, and it is written down first.

Disclosures are a chain: each vouches for the one before it, so that none can change or go.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Min, Q

from accounts.models import Account
from database.apart import is_apart
from database.statements import lock_named

from .models import Disclosure, Purpose, Reveal, Seen
from .sealing import NotOpenedError, Opener

MOST_ALONE = 50
# People newly looked at by one officer within this time add up, so that slices are no way around.
ALONE_WITHIN = timedelta(hours=1)
# For so long the same people of the same case can be looked at again without counting anew.
KNOWN_FOR = timedelta(hours=24)
GOOD_FOR = timedelta(hours=1)
# A page loaded again, Back, and the next page of a list are the same look.
SAME_FOR = timedelta(minutes=15)
FIELDS = ("full_name", "birth_year", "phone", "gender", "id_number", "address")


@dataclass(frozen=True)
class Look:
    """An officer's reason to look: which case, and what for. A search has no case yet."""

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
    """A person to look at: what may stay readable, and the sealed box where it is to be opened.

    An outsider needs a second officer. In a list over several cases each person has the number of
    the own case. `also` are boxes of what others typed of the person, by their source; the same
    look opens them.
    """

    visitor: UUID
    mask: str
    sealing_key_id: int = 0
    sealed: bytes = field(default=b"", repr=False)
    case_number: str = ""
    is_outsider: bool = False
    also: Mapping[UUID, SealedRow] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Broken:
    """The first place at which the chain does not hold: `missing` or `changed`."""

    number: int
    how: str


class SecondOfficerNeededError(Exception):
    """So many people, or outsiders, are looked at only after a second officer confirmed it."""

    def __init__(self, request: Reveal) -> None:
        super().__init__(request)
        self.request = request


def reveal(
    look: Look, subjects: Iterable[Subject], fields: Sequence[str], opener: Opener, now: datetime
) -> dict[UUID, dict[str, Any]]:
    """Return the asked fields of each person, after every look is written down for good.

    Somebody whose box can't be opened is left out; the look is written down all the same. What
    others typed stands in `also` of the details, as far as it can be opened. Raises
    SecondOfficerNeededError where there are outsiders, or too many for one officer alone. Not to be
    called inside a transaction, which could roll back what was written down; only a drill always
    runs in one.
    """
    people = {subject.visitor: subject for subject in subjects}
    if not people:
        return {}
    with transaction.atomic(durable=not is_apart()):
        lock_named("disclosures")
        request, outsiders = None, unconfirmed(look, people.values(), now)
        if outsiders or _needs_two(look, people, fields, now):
            request = _request(look, people, fields, outsiders, now)
        if request is None or request.confirmed_at:
            _append(_rows(look, people, fields, now, request))
    if request and request.confirmed_at is None:
        raise SecondOfficerNeededError(request)
    opened = {visitor: _opened(subject, fields, opener) for visitor, subject in people.items()}
    return {visitor: details for visitor, details in opened.items() if details is not None}


def write_down(look: Look, subjects: Iterable[Subject], seen: Seen, now: datetime) -> None:
    """Write down a look at what is not sealed, before it is shown; soon again it is the same look.

    Raises SecondOfficerNeededError. A drill's people are nobody's, and need none.
    """
    people = {subject.visitor: subject for subject in subjects}
    require_second_officer(look, people.values(), now)
    if is_apart() or not _unwritten(look, people, seen, now):
        return
    of_case = Reveal.objects.of_outsiders().exclude(case_number="")
    confirmed = of_case.filter(case_number=look.case_number).select_related("second_officer")
    has_outsiders = any(subject.is_outsider for subject in people.values())
    with transaction.atomic():
        lock_named("disclosures")
        new, request = _unwritten(look, people, seen, now), confirmed.first()
        _append(_rows(look, new, (seen.value,), now, request if has_outsiders else None))


def require_second_officer(look: Look, subjects: Iterable[Subject], now: datetime) -> None:
    """Raise SecondOfficerNeededError where outsiders are among them and nobody confirmed that."""
    if request := second_officer_asked(look, subjects, now):
        raise SecondOfficerNeededError(request)


def second_officer_asked(look: Look, subjects: Iterable[Subject], now: datetime) -> Reveal | None:
    """Return the request that waits where outsiders are among them and nobody confirmed that.

    It is kept, unless a transaction around is rolled back.
    """
    outsiders = unconfirmed(look, subjects, now)
    if not outsiders:
        return None
    number = outsiders[0].case_number or look.case_number
    of_case = [each for each in outsiders if (each.case_number or look.case_number) == number]
    people = {subject.visitor: subject for subject in of_case}
    return _request(replace(look, case_number=number), people, (), of_case, now)


def unconfirmed(look: Look, subjects: Iterable[Subject], now: datetime) -> list[Subject]:
    """Return the outsiders at whom nobody let the officer look.

    What was confirmed of a case holds for everybody of it; before there is one, for an hour.
    """
    outsiders = [] if is_apart() else [subject for subject in subjects if subject.is_outsider]
    if not outsiders:
        return []
    numbers = {subject.case_number or look.case_number for subject in outsiders} - {""}
    covered = Reveal.objects.of_outsiders().filter(case_number__in=numbers)
    cases = set(covered.values_list("case_number", flat=True))
    keys = [subject.visitor for subject in outsiders]
    confirmed = _confirmed(look.officer, keys, now).values_list("outsiders", flat=True)
    known = {key for visitors in confirmed for key in visitors or []}
    return [
        subject
        for subject in outsiders
        if (subject.case_number or look.case_number) not in cases
        and (look.case_number or subject.visitor not in known)
    ]


def keep_for_case(look: Look, visitors: Sequence[UUID], number: str, now: datetime) -> None:
    """Let what a second officer confirmed of people, or of the case they met, hold for a new case."""
    of_case = Reveal.objects.of_outsiders().filter(case_number=look.case_number)
    confirmed = of_case if look.case_number else _confirmed(look.officer, visitors, now)
    for request in confirmed[:1]:
        Reveal.objects.filter(pk=request.pk, used_at=None).update(used_at=now)
        request.pk, request.case_number, request.used_at = None, number, now
        request.save(force_insert=True)


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
    names = Disclosure.objects.of_names()
    lately = names.filter(officer=look.officer, at__gt=now - KNOWN_FOR)
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


def _confirmed(
    officer: Account, visitors: Sequence[UUID], now: datetime
) -> models.QuerySet[Reveal]:
    """Return what was confirmed to an officer of outsiders who are no case yet."""
    lately = Reveal.objects.of_outsiders().filter(confirmed_at__gt=now - GOOD_FOR)
    return lately.filter(asked_by=officer, case_number="", outsiders__overlap=list(visitors))


def _unwritten(
    look: Look, people: dict[UUID, Subject], seen: Seen, now: datetime
) -> dict[UUID, Subject]:
    """Return whom the officer did not look at in this way, and for this, a moment ago."""
    lately = Disclosure.objects.filter(
        officer=look.officer, at__gt=now - SAME_FOR, visitor__in=people, fields=[seen.value]
    )
    rows = lately.filter(purpose=look.purpose).values_list("visitor", "case_number")
    known = set(rows)
    return {
        visitor: subject
        for visitor, subject in people.items()
        if (visitor, subject.case_number or look.case_number) not in known
    }


def _request(
    look: Look,
    people: dict[UUID, Subject],
    fields: Sequence[str],
    outsiders: Sequence[Subject],
    now: datetime,
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
    keys = sorted(subject.visitor for subject in outsiders) or None
    if running and running.outsiders == keys:
        return running
    return Reveal.objects.create(**same, asked_at=now, people=len(people), outsiders=keys)


def _rows(
    look: Look,
    people: dict[UUID, Subject],
    fields: Sequence[str],
    now: datetime,
    request: Reveal | None,
) -> Iterator[Disclosure]:
    area, second = look.officer.own_area, request.second_officer if request else None
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
