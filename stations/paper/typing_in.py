"""Taking a sheet's lines over: each is one visit, and typed again still one."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from declarations.door import Arrival, Guest, admit, arrive
from declarations.models import Evidence
from declarations.nonces import Nonce
from declarations.outcomes import Outcome
from declarations.people import WHICH_ONE, Person
from declarations.settling import Departure, News, settle
from stations.models import RegisterLine, RegisterSheet
from stations.paper.lines import SheetLine
from stations.recording.claims import residence_of

_FORM_BITS = 42


@transaction.atomic
def take_over(sheet: RegisterSheet, lines: list[SheetLine], now: datetime) -> int:
    """Store the lines without a fault; return how many these were.

    A line that was stored before is replaced.
    """
    RegisterSheet.objects.select_for_update().get(pk=sheet.pk)
    good = [line for line in lines if not (line.is_empty or line.faults)]
    admitted = admit([_guest(sheet, line) for line in good], now)
    for line, one in zip(good, admitted, strict=True):
        if one.visitor is None:
            line.faults["name"] = WHICH_ONE
    people = [(line, one.visitor) for line, one in zip(good, admitted, strict=True) if one.visitor]
    if not people:
        return 0
    before = _taken_out(sheet, [line.row for line, _visitor in people])
    typed = [
        RegisterLine(
            sheet=sheet,
            row=line.row,
            visitor_id=visitor,
            entered_at=line.meant["entered_at"],
            left_at=line.meant["left_at"],
            typed_at=now,
        )
        for line, visitor in people
    ]
    arrive(sheet.venue_id, [_arrival(sheet, line) for line in typed], now)
    RegisterLine.objects.bulk_create(typed)
    _settle(sheet, typed, before, now)
    sheet.lines = sheet.typed.count()
    sheet.save(update_fields=["lines", "used_on"])
    return len(people)


@transaction.atomic
def remove(sheet: RegisterSheet, rows: list[int], now: datetime) -> None:
    """Take lines back that were stored, with their visits."""
    stored = _taken_out(sheet, rows)
    if stored:
        _settle(sheet, [], stored, now)
        sheet.lines = sheet.typed.count()
        sheet.save(update_fields=["lines"])


def _taken_out(sheet: RegisterSheet, rows: list[int]) -> list[RegisterLine]:
    stored = list(sheet.typed.filter(row__in=rows))
    sheet.typed.filter(pk__in=[line.pk for line in stored]).delete()
    return stored


def _guest(sheet: RegisterSheet, line: SheetLine) -> Guest:
    """The person of a line; without a phone they are known by the line alone."""
    meant = line.meant
    person = Person(meant["name"], meant["year"], meant["phone"], address=meant["place"])
    card = "" if meant["phone"] else f"SHEET {sheet.code} {line.row}"
    return Guest(person, card, residence_of(meant["place"]))


def _arrival(sheet: RegisterSheet, line: RegisterLine) -> Arrival:
    nonce = _nonce(sheet, line.row, line.entered_at)
    return Arrival(UUID(str(line.visitor_id)), nonce, Evidence.PAPER, Outcome.GO)


def _nonce(sheet: RegisterSheet, row: int, entered_at: datetime) -> Nonce:
    """The same for the same line at the same time, so that it is one visit however often typed."""
    digest = hashlib.blake2b(f"{sheet.code} {row}".encode(), digest_size=6).digest()
    milliseconds = (entered_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    return Nonce(milliseconds, int.from_bytes(digest) % (1 << _FORM_BITS))


def _settle(
    sheet: RegisterSheet, typed: list[RegisterLine], undone: list[RegisterLine], now: datetime
) -> None:
    """Make visits what the lines say that are typed now, and no more what others said before."""
    arrivals = {(line.entered_at, _arrival(sheet, line).visit) for line in typed}
    news = News(
        sheet.venue_id,
        sheet.venue.kind,
        [_departure(line, is_undone=True) for line in undone if line.left_at]
        + [_departure(line) for line in [*typed, *_left_then(sheet, undone)] if line.left_at],
        [
            visit
            for line in undone
            if (visit := (line.entered_at, _arrival(sheet, line).visit)) not in arrivals
        ],
    )
    lines = [*typed, *undone]
    settle(
        [UUID(str(line.visitor_id)) for line in lines],
        [line.entered_at for line in lines],
        now,
        news,
    )


def _left_then(sheet: RegisterSheet, undone: list[RegisterLine]) -> Iterable[RegisterLine]:
    """Other lines of the same people and moments: what one of them says, the others said as well."""
    return RegisterLine.objects.filter(
        sheet__venue=sheet.venue_id,
        visitor__in=[line.visitor_id for line in undone],
        left_at__in=[line.left_at for line in undone if line.left_at],
    )


def _departure(line: RegisterLine, *, is_undone: bool = False) -> Departure:
    assert line.left_at is not None  # noqa: S101 - whoever calls saw to it
    return Departure(UUID(str(line.visitor_id)), line.left_at, Evidence.PAPER, is_undone)
