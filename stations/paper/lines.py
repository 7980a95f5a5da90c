"""A sheet's lines as somebody types them: checked one by one, so that a fault holds nothing up."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from districts.days import day_start, local_day
from forms.fields import PhoneField
from forms.phones import NotAPhone
from forms.texts import PlainTextField, shown

from .drawing import LINES

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
    typed: dict[str, str]
    meant: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, Any] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not any(self.typed.values())

    @property
    def cells(self) -> list[dict[str, Any]]:
        """The fields as the page shows them."""
        return [
            {
                "name": f"{name}-{self.row}",
                "kind": name,
                "value": self.typed[name],
                "fault": self.faults.get(name),
            }
            for name in FIELDS
        ]


def lines_of(data: Mapping[str, str], day: date | None, now: datetime) -> list[SheetLine]:
    """Return every line that was typed, checked; `day` is the one written on the sheet."""
    return [_line(data, row, day, now) for row in range(1, LINES + 1)]


def clock(text: str) -> time | None:
    """Return a time of day as people write it: 730, 7:30, 7h30, 7.30, 7h, 7."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
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
    typed = {name: shown(data.get(f"{name}-{row}", "").strip())[:300] for name in FIELDS}
    line = SheetLine(row, typed)
    if not line.is_empty:
        _check_person(line, now)
        _check_times(line, day, now)
    return line


def _check_person(line: SheetLine, now: datetime) -> None:
    for name, fields in (("name", _FULL_NAME), ("phone", _PHONE), ("place", _PLACE)):
        line.meant[name] = _cleaned(line, name, fields.clean)
    year = year_of_birth(line.typed["year"], local_day(now))
    if year is None:
        line.faults["year"] = _("Write the year of birth, 1975 or 75.")
    line.meant["year"] = year


def _check_times(line: SheetLine, day: date | None, now: datetime) -> None:
    came, left = (clock(line.typed[name]) for name in ("came", "left"))
    if came is None:
        line.faults["came"] = _("Write when the person came, for example 7:30.")
    if left is None and line.typed["left"]:
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
        return clean(line.typed[name])
    except ValidationError as error:
        line.faults[name] = error.messages[0]
        return ""
