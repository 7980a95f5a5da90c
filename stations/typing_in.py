"""Typing a sheet in: its lines are checked one by one, and each is one visit, typed again still one.

A fault in one line holds nothing else up.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from declarations.door import Arrival, Guest, admit, arrive
from declarations.identities import WHICH_ONE, Person
from declarations.models import Evidence
from declarations.nonces import Nonce
from declarations.outcomes import Outcome
from declarations.settling import Departure, News, settle
from districts.days import day_start, local_day
from forms.fields import PhoneField, PlainTextField, shown
from forms.phones import NotAPhone

from .models import RegisterLine, RegisterSheet
from .recording.claims import residence_of

LINES = 20  # of a sheet
FIELDS = ("came", "left", "name", "year", "phone", "place")
_CLOCK = re.compile(r"(\d{1,2})(?:\s*[:h.,g]?\s*(\d{2}))?\s*h?", re.IGNORECASE)
_EVENING, _MORNING = time(18), time(6)
_FULL_NAME = PlainTextField(max_length=100, required_sentence=_("Write the name."))
_NO_PHONE = _("This is no phone number. Leave it empty if it cannot be read.")
_PHONE = PhoneField(required=False, error_messages={NotAPhone.UNKNOWN: _NO_PHONE})
_PLACE = PlainTextField(max_length=200, required=False)


@dataclass
class SheetLine:
    """One line: what was typed, what that means, and what is wrong with it by field."""

    row: int
    texts: dict[str, str]
    meant: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, Any] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not any(self.texts.values())

    @property
    def cells(self) -> list[dict[str, Any]]:
        """The fields as the page shows them."""
        return [
            {
                "name": f"{name}-{self.row}",
                "kind": name,
                "value": self.texts[name],
                "fault": self.faults.get(name),
            }
            for name in FIELDS
        ]


def lines_of(data: Mapping[str, str], day: date | None, now: datetime) -> list[SheetLine]:
    """Return every line that was typed, checked; `day` is the one written on the sheet."""
    return [_line(data, row, day, now) for row in range(1, LINES + 1)]


def clock(text: str) -> time | None:
    """Return a time of day as people write it: 730, 7:30, 7h30, 7.30, 7h, 7."""
    written = _CLOCK.fullmatch(text.strip()) if len(text) < 20 else None
    if not written:
        return None
    hour, minute = int(written[1]), int(written[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def year_of_birth(text: str, today: date) -> int | None:
    """Return a year of birth of four digits, or of two as they stand on paper."""
    if not re.fullmatch(r"\d{2}|\d{4}", text):
        return None
    year = int(text)
    if len(text) == 2:
        year += 2000 if year <= today.year % 100 else 1900
    return year if 1900 <= year <= today.year else None


def _line(data: Mapping[str, str], row: int, day: date | None, now: datetime) -> SheetLine:
    texts = {name: shown(data.get(f"{name}-{row}", "").strip()) for name in FIELDS}
    line = SheetLine(row, texts)
    if not line.is_empty:
        _check_person(line, now)
        _check_times(line, day, now)
    return line


def _check_person(line: SheetLine, now: datetime) -> None:
    for name, fields in (("name", _FULL_NAME), ("phone", _PHONE), ("place", _PLACE)):
        line.meant[name] = _cleaned(line, name, fields.clean)
    year = year_of_birth(line.texts["year"], local_day(now))
    if year is None:
        line.faults["year"] = _("Write the year of birth, 1975 or 75.")
    line.meant["year"] = year


def _check_times(line: SheetLine, day: date | None, now: datetime) -> None:
    came, left = (clock(line.texts[name]) for name in ("came", "left"))
    if came is None:
        line.faults["came"] = _("Write when the person came, for example 7:30.")
    if left is None and line.texts["left"]:
        line.faults["left"] = _("Write when the person left, for example 8:15, or leave it empty.")
    if day is None or came is None:
        return
    entered_at = _at(day, came)
    left_at = _at(day, left) if left else None
    if left and left_at and left_at < entered_at:
        if came >= _EVENING and left <= _MORNING:
            left_at += timedelta(days=1)
        else:
            line.faults["left"] = _("The person left before they came. Compare both times.")
    if entered_at > now:
        line.faults["came"] = _("This time has not come yet. Compare day and time with the sheet.")
    elif left_at and left_at > now:
        line.faults["left"] = _("This time has not come yet. Compare day and time with the sheet.")
    line.meant |= {"entered_at": entered_at, "left_at": left_at}


def _at(day: date, clock: time) -> datetime:
    return day_start(day) + timedelta(hours=clock.hour, minutes=clock.minute)


def _cleaned(line: SheetLine, name: str, clean: Callable[[str], str]) -> str:
    try:
        return clean(line.texts[name])
    except ValidationError as error:
        line.faults[name] = error.messages[0]
        return ""


@transaction.atomic
def take_over(sheet: RegisterSheet, lines: list[SheetLine], now: datetime) -> int:
    """Store the lines without a fault, each in place of what it said before; return how many."""
    RegisterSheet.objects.select_for_update().get(pk=sheet.pk)
    good = [line for line in lines if not (line.is_empty or line.faults)]
    stored = []
    for line, person in zip(good, admit([_guest(sheet, line) for line in good], now), strict=True):
        if person.visitor is None:
            line.faults["name"] = WHICH_ONE
            continue
        times = {name: line.meant[name] for name in ("entered_at", "left_at")}
        stored.append(
            RegisterLine(
                sheet=sheet, row=line.row, visitor_id=person.visitor, typed_at=now, **times
            )
        )
    if not stored:
        return 0
    before = _taken_out(sheet, [line.row for line in stored])
    arrive(sheet.venue_id, [_arrival(sheet, line) for line in stored], now)
    RegisterLine.objects.bulk_create(stored)
    _settle(sheet, stored, before, now)
    sheet.lines = sheet.typed.count()
    sheet.save(update_fields=["lines", "used_on"])
    return len(stored)


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
    """The same for the same line at the same time, so that it is one visit however often typed."""
    nonce = Nonce.of_seed(f"{sheet.code} {line.row}".encode(), line.entered_at)
    return Arrival(UUID(str(line.visitor_id)), nonce, Evidence.PAPER, Outcome.GO)


def _settle(
    sheet: RegisterSheet, new: list[RegisterLine], undone: list[RegisterLine], now: datetime
) -> None:
    """Make visits what the lines say that are typed now, and no more what others said before."""
    arrivals = {(line.entered_at, _arrival(sheet, line).visit) for line in new}
    news = News(
        sheet.venue_id,
        sheet.venue.kind,
        [_departure(line, is_undone=True) for line in undone if line.left_at]
        + [_departure(line) for line in [*new, *_left_then(sheet, undone)] if line.left_at],
        [
            visit
            for line in undone
            if (visit := (line.entered_at, _arrival(sheet, line).visit)) not in arrivals
        ],
    )
    lines = [*new, *undone]
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
