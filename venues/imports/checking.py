"""Checking the rows of a list of venues: each is good, here already, or has faults."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.core.exceptions import ValidationError

from accounts.models import Account, Role
from accounts.texts import shown
from districts.models import Unit
from venues.faults import FIELDS, Fault
from venues.kind_words import kind_called, kinds_like
from venues.spreadsheets import Column, Line

from .sameness import Register, Told, keys_of
from .whereabouts import Whereabouts

_SHOWN = 200  # characters of what was found
_NO_VALUE = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!)", re.IGNORECASE)
_ROUNDED = re.compile(r"\d([.,]\d+)?e\+\d+", re.IGNORECASE)


@dataclass(frozen=True)
class Checked:
    """What became of a row: a venue that may be brought in, one that is here, or faults."""

    line: Line
    told: Told | None
    faults: Sequence[Fault] = ()
    is_here: bool = False


class Checker:
    """Checks the rows of one list, in order, for one area on one day."""

    def __init__(self, columns: dict[Column, int], area: Unit, day: date) -> None:
        self._columns = columns
        self._whereabouts = Whereabouts(area, day)
        self._register = Register(area)
        self._not_owners = phones_of_no_owner()
        self._rows: dict[bytes, int] = {}

    def check(self, line: Line) -> Checked:
        """Return what is to be done with a row."""
        cells = {column: line.cells[place] for column, place in self._columns.items()}
        faults: list[Fault] = []
        texts = {column: _cleaned(column, cells[column], faults) for column in FIELDS}
        kind = self._kind(cells[Column.KIND], faults)
        found = self._whereabouts.find(cells)
        if isinstance(found, Fault):
            faults.append(found)
        phone = texts[Column.PHONE]
        if phone in self._not_owners:
            faults.append(Fault(Column.PHONE, "phone_not_owners", cells[Column.PHONE][:_SHOWN]))
        if faults or isinstance(found, Fault):
            order = list(Column)
            return Checked(line, None, sorted(faults, key=lambda fault: order.index(fault.column)))
        told = Told(
            name=texts[Column.NAME],
            kind=kind,
            commune_id=found.commune_id,
            address=found.address or texts[Column.ADDRESS],
            responsible_name=texts[Column.RESPONSIBLE],
            phone=phone,
        )
        return self._compared(line, told)

    def _compared(self, line: Line, told: Told) -> Checked:
        """Tell whether the venue stands in an earlier row, or is in the register."""
        keys = keys_of(told)
        if not self._register.keys.isdisjoint(keys):
            return Checked(line, told, is_here=True)
        earlier = next((self._rows[key] for key in keys if key in self._rows), None)
        if earlier is not None:
            doubled = Fault(Column.NAME, "doubled", told.name[:_SHOWN], {"row": earlier})
            return Checked(line, None, [doubled])
        self._rows |= dict.fromkeys(keys, line.row)
        return Checked(line, told)

    def _kind(self, text: str, faults: list[Fault]) -> str:
        if not text:
            faults.append(Fault(Column.KIND, "kind_missing"))
            return ""
        kind = _kind_called(text)
        if kind is None:
            like = [kind.value for kind in _kinds_like(text)]
            key, params = ("kind_like", {"kinds": like}) if like else ("kind_unknown", {})
            faults.append(Fault(Column.KIND, key, text[:_SHOWN], params))
        return kind or ""


def phones_of_no_owner() -> set[str]:
    """Return the phones with which nobody can own a venue: of officials, and closed accounts."""
    others = Account.objects.exclude(role=Role.OWNER, is_active=True).exclude(phone=None)
    return {phone for phone in others.values_list("phone", flat=True) if phone}


_kind_called = lru_cache(4096)(kind_called)
_kinds_like = lru_cache(4096)(kinds_like)


def _cleaned(column: Column, text: str, faults: list[Fault]) -> str:
    """Return the text as it will be stored; what is wrong with it joins the faults."""
    if wrong := _wrong_number(column, text):
        faults.append(Fault(column, wrong, text[:_SHOWN]))
        return ""
    try:
        return FIELDS[column].clean(text)
    except ValidationError as error:
        fault = error.error_list[0]
        faults.append(Fault(column, fault.code or "", shown(text[:_SHOWN]), fault.params or {}))
        return ""


def _wrong_number(column: Column, text: str) -> str:
    """Return what a spreadsheet did to a cell so that it lost what was typed."""
    if _NO_VALUE.fullmatch(text):
        return "no_value"
    return "rounded" if column == Column.PHONE and _ROUNDED.fullmatch(text) else ""
