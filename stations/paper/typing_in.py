"""Taking a sheet's lines over: each is one visit, and typed again still one."""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from declarations.door import Arrival, Guest, admit, arrive, undo
from declarations.models import LONGEST_STAY, Evidence
from declarations.nonces import Nonce
from declarations.outcomes import Outcome
from declarations.people import Person
from declarations.settling import Departure, settle
from stations.models import Direction, RegisterLine, RegisterSheet, Scan
from stations.recording.people import residence_of

from .lines import WHICH_ONE, Line

_FORM_BITS = 42


@transaction.atomic
def take_over(sheet: RegisterSheet, lines: list[Line], now: datetime) -> int:
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
    remove(sheet, [line.row for line, _ in people])
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
    _settle(sheet, typed)
    sheet.lines = sheet.typed.count()
    sheet.save(update_fields=["lines", "used_on"])
    return len(people)


@transaction.atomic
def remove(sheet: RegisterSheet, rows: list[int]) -> None:
    """Take lines back that were stored, with their visits."""
    stored = list(sheet.typed.filter(row__in=rows))
    if not stored:
        return
    undo(sheet.venue_id, [(line.entered_at, _arrival(sheet, line).visit) for line in stored])
    sheet.typed.filter(pk__in=[line.pk for line in stored]).delete()
    _settle(sheet, stored, is_undone=True)
    sheet.lines = sheet.typed.count()
    sheet.save(update_fields=["lines"])


def _guest(sheet: RegisterSheet, line: Line) -> Guest:
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


def _settle(sheet: RegisterSheet, lines: list[RegisterLine], *, is_undone: bool = False) -> None:
    moments = [line.entered_at for line in lines]
    visitors = {UUID(str(line.visitor_id)) for line in lines}
    period = min(moments), max(moments)
    gone = [line for line in lines if is_undone and line.left_at]
    undone = [_departure(line, is_undone=True) for line in gone]
    settle(sheet.venue_id, sorted(visitors), _seen(sheet, visitors, period) + undone, period)


def _seen(
    sheet: RegisterSheet, visitors: set[UUID], period: tuple[datetime, datetime]
) -> list[Departure]:
    """Every departure of these visitors that the venue's sheets and stations know of."""
    wide = period[0] - LONGEST_STAY, period[1] + LONGEST_STAY
    lines = RegisterLine.objects.filter(
        sheet__venue=sheet.venue_id, visitor__in=visitors, left_at__range=wide
    )
    scans = Scan.objects.filter(
        venue=sheet.venue_id, visitor__in=visitors, at__range=wide, direction=Direction.OUT
    )
    doors = scans.filter(is_doubled=False).values_list("visitor_id", "at", "undone_at")
    return [_departure(line) for line in lines] + [
        Departure(visitor, at, undone_at is not None) for visitor, at, undone_at in doors
    ]


def _departure(line: RegisterLine, *, is_undone: bool = False) -> Departure:
    assert line.left_at is not None  # noqa: S101 - whoever calls saw to it
    return Departure(UUID(str(line.visitor_id)), line.left_at, is_undone)
