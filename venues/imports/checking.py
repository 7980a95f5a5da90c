"""Checking the rows of a list of venues: each is good, here already, or has faults."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError

from accounts.models import Account, Role
from districts.models import Unit
from districts.recognition import Gazetteer, Meaning
from forms.fields import shown
from forms.phones import displayed, understood
from venues.fields import ANOTHER, FIELDS, SAME, Fault
from venues.kinds import Kind, kind_called, kind_named_in, kinds_like
from venues.misread import LETTERS_LOST, misread
from venues.spreadsheets import ListColumn, ListRow, Oddity, is_ditto

from .sameness import Register, ToldVenue, outlet_of, phone_key, place_key

_SHOWN = 200  # characters of what was found
_NO_VALUE = re.compile(
    r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!)|Err:5\d\d", re.IGNORECASE
)
_AS_POWER = re.compile(r"(\d)(?:[.,](\d+))?e\+?(\d{1,2})", re.IGNORECASE)
_DATE = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})( \d\d:\d\d)?|(\d{4})-(\d\d)-(\d\d)( 00:00(:00)?)?")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|th(?:g|áng)? ?\d{1,2})[a-z]*"
_DAY_OF_MONTH = re.compile(
    rf"(\d{{1,2}})[- ]{_MONTH}(?:[- ]\d{{2,4}})?|{_MONTH}[- ](\d{{1,2}})", re.IGNORECASE
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LINE_BREAKS = re.compile(r"\s*[\r\n\v\f\x85\u2028\u2029]+\s*")
# A phone kept as a number: without the 0 before it, or with a decimal point after it.
_PHONE_AS_NUMBER = re.compile(r"(\d{8,11})(?:[.,]0+)?")
_LETTERED = (
    ListColumn.NAME,
    ListColumn.KIND,
    ListColumn.ADDRESS,
    ListColumn.COMMUNE,
    ListColumn.DISTRICT,
    ListColumn.RESPONSIBLE,
)
Columns = Mapping[ListColumn, int]
Cells = dict[ListColumn, str]


class Location(NamedTuple):
    """The commune, and the address where it is not as typed: without its commune, or with a hamlet."""

    commune_id: int
    address: str


class Whereabouts:
    """Finds the communes of an area on a day, by code, by name, or at the end of an address."""

    def __init__(self, area: Unit, day: date) -> None:
        self._area = area
        self._gazetteer = Gazetteer.on(day)
        self._own = {unit.pk: unit for unit in Unit.objects.on(day).within(area).communes()}
        self._named = lru_cache(4096)(self._by_name)
        self._hamlet = lru_cache(4096)(lambda name: self._gazetteer.named(name).rest)

    def find(self, cells: Mapping[ListColumn, str]) -> Location | Fault:
        """Return where the venue of a row is, or what to write instead."""
        address = cells[ListColumn.ADDRESS]
        ending = self._gazetteer.at_end_of(_placed(address, cells))
        commune = self._told(cells, ending)
        if isinstance(commune, Fault):
            return commune
        # Of merged communes, the old name tells which "Ấp 3" it is: it stays.
        is_whole = ending.is_former or ending.rest.count("(") != ending.rest.count(")")
        stored = ending.rest if commune in ending.communes and not is_whole else ""
        hamlet = self._hamlet(cells.get(ListColumn.COMMUNE, ""))
        return Location(commune.pk, _with_hamlet(stored or address, hamlet) if hamlet else stored)

    def chosen(self, code: str) -> Location | None:
        """Return the commune that somebody chose for all rows that say the same."""
        commune = self._gazetteer.coded(code)
        return Location(commune.pk, "") if commune and commune.pk in self._own else None

    def places_called(self, text: str) -> list[str]:
        """Return the communes of the area that a section, or a sheet, may be called after."""
        meaning = self._gazetteer.named(text)
        return [unit.place for unit in meaning.communes + meaning.likely if unit.pk in self._own]

    def _told(self, cells: Mapping[ListColumn, str], ending: Meaning) -> Unit | Fault:
        code, name = cells.get(ListColumn.CODE, ""), cells.get(ListColumn.COMMUNE, "")
        district = cells.get(ListColumn.DISTRICT, "")
        if code:
            return self._by_code(code, f"{name}, {district}" if name and district else name)
        if name:
            return self._named(name, district)
        address = cells[ListColumn.ADDRESS]
        if ending.communes:
            return self._meant(ending, ListColumn.ADDRESS, address)
        if self._area.pk in self._own:
            return self._area
        if like := self._gazetteer.like_end_of(_placed(address, cells), self._own.values()):
            places = {"places": [unit.place for unit in like]}
            return Fault(ListColumn.ADDRESS, "commune_like", address[:_SHOWN], places)
        known = [column for column in (ListColumn.COMMUNE, ListColumn.CODE) if column in cells]
        return Fault([*known, ListColumn.ADDRESS][0], "commune_missing")

    def _by_code(self, code: str, name: str, column: ListColumn = ListColumn.CODE) -> Unit | Fault:
        """Return the commune of a code; a name beside it must be able to mean the same."""
        commune = self._gazetteer.coded(code)
        if commune is None:
            return Fault(column, "code_unknown", code[:_SHOWN])
        meaning = self._gazetteer.named(name)
        if name and commune not in meaning.communes + meaning.likely:
            return Fault(column, "code_differs", code[:_SHOWN], {"places": [commune.place]})
        return self._meant(Meaning((commune,)), column, code)

    def _by_name(self, name: str, district: str) -> Unit | Fault:
        if _CODE.fullmatch(name):
            return self._by_code(name, "", ListColumn.COMMUNE)
        typed = f"{name}, {district}" if district else name
        return self._meant(self._gazetteer.named(typed), ListColumn.COMMUNE, typed)

    def _meant(self, meaning: Meaning, column: ListColumn, name: str) -> Unit | Fault:
        """Return the one commune of the area that is meant; never a guess."""

        def fault(key: str, places: list[str] | None = None, **params: Any) -> Fault:
            named = {"places": places} if places else {}
            return Fault(column, key, name[:_SHOWN], named | params)

        own = [unit for unit in meaning.communes if unit.pk in self._own]
        places = [unit.place for unit in own]
        if len(own) == 1:
            return fault("commune_doubtful", places) if meaning.is_doubtful else own[0]
        if own:
            return fault("commune_ambiguous", places)
        if meaning.communes:
            places = [unit.place for unit in meaning.communes]
            return fault("commune_outside", places, area=self._area.place)
        names = self._gazetteer.like(name, self._own.values())
        names = names or self._gazetteer.like_end_of(name, self._own.values())
        like = [unit.place for unit in names]
        return fault("commune_like", like) if like else fault("commune_unknown")


@dataclass(frozen=True)
class Checked:
    """What became of a row: a venue that may be brought in, one that is here, or faults."""

    line: ListRow
    told: ToldVenue | None
    faults: Sequence[Fault] = ()
    is_here: bool = False


@dataclass(frozen=True)
class Layout:
    """How the sheet of a row is laid out: name, columns, titles, and the font of most of it."""

    name: str
    columns: Columns
    letters: str = ""
    titles: Sequence[str] = ()


class Checker:
    """Checks the rows of one list, in order, for one area on one day.

    What was corrected once stands in `corrected`, by column and by what was found there.
    """

    def __init__(self, area: Unit, day: date, corrected: Mapping[tuple[str, str], str]) -> None:
        self._corrected = corrected
        self._whereabouts = Whereabouts(area, day)
        self._register = Register(area)
        # With the phones of officials, and of closed accounts, nobody can own a venue.
        others = Account.objects.exclude(role=Role.OWNER, is_active=True).exclude(phone=None)
        self._not_owners = set(filter(None, others.values_list("phone", flat=True)))
        self._places: dict[bytes, tuple[str, int]] = {}
        self._phones: dict[bytes, tuple[str, int, str]] = {}

    def check(self, line: ListRow, layout: Layout) -> Checked:
        """Return what is to be done with a row."""
        faults: list[Fault] = []
        cells = self._read(line, layout, faults)
        if not faults and len(told := [column for column in cells if cells[column]]) == 1:
            return Checked(line, None, [Fault(told[0], "alone", cells[told[0]][:_SHOWN])])
        lost = {fault.column for fault in faults}
        texts = {c: "" if c in lost else _cleaned(c, cells[c], faults) for c in FIELDS}
        around = (line.section, *layout.titles, layout.name)
        kind = self._kind(cells, around, lost, faults)
        location = self._location(cells, around, lost, faults)
        if texts[ListColumn.PHONE] in self._not_owners:
            typed = cells[ListColumn.PHONE][:_SHOWN]
            faults.append(Fault(ListColumn.PHONE, "phone_not_owners", typed))
        if faults or location is None:
            faults.sort(key=lambda fault: [*ListColumn].index(fault.column))
            return Checked(line, None, faults)
        venue = ToldVenue(
            name=texts[ListColumn.NAME],
            kind=kind,
            commune_id=location.commune_id,
            address=location.address or texts[ListColumn.ADDRESS],
            responsible_name=texts[ListColumn.RESPONSIBLE],
            phone=texts[ListColumn.PHONE],
        )
        return self._compared(line, layout, venue)

    def _read(self, line: ListRow, layout: Layout, faults: list[Fault]) -> Cells:
        """Return what the cells say; one that lost what was typed is a fault with a proposal."""
        cells: Cells = {}
        for column, place in layout.columns.items():
            text = _LINE_BREAKS.sub(" ", line.cells[place]).strip()
            fault = _lost(column, text, line.odd.get(place), layout.letters)
            if fault:
                text = self._corrected.get((fault.column, fault.found), "")
                if fault.key == "misread" and ("", fault.params["how"]) in self._corrected:
                    text = fault.params["reading"]
                if not text:
                    faults.append(fault)
            cells[column] = text
        return cells

    def _location(
        self, cells: Cells, around: Sequence[str], lost: set[ListColumn], faults: list[Fault]
    ) -> Location | None:
        """Return where a venue is; what is wrong with that joins the faults."""
        if lost & {ListColumn.COMMUNE, ListColumn.DISTRICT, ListColumn.CODE}:
            return None
        fault = self._whereabouts.find(cells)
        if isinstance(fault, Location):
            return fault
        if fault.key == "commune_missing" and ListColumn.ADDRESS in lost:
            return None
        if fault.key == "commune_missing":
            for text in filter(None, around):
                if places := self._whereabouts.places_called(text):
                    fault = Fault(fault.column, "commune_of_section", text, {"places": places})
                    break
            else:
                fault = _missing(fault.column, fault.key, around)
        code = self._corrected.get((fault.column, fault.asked))
        chosen = self._whereabouts.chosen(code) if code else None
        if chosen is None:
            faults.append(fault)
        return chosen

    def _kind(
        self, cells: Cells, around: Sequence[str], lost: set[ListColumn], faults: list[Fault]
    ) -> str:
        """Return what kind a venue is; what is wrong with that joins the faults."""
        if ListColumn.KIND in lost:
            return ""
        text = cells.get(ListColumn.KIND, "")
        kind = _kind_called(text) if text else None
        if kind:
            return kind.value
        fault = _kind_fault(text, around)
        chosen = self._corrected.get((fault.column, fault.asked), "")
        if chosen not in Kind.values:
            faults.append(fault)
        return chosen

    def _compared(self, line: ListRow, layout: Layout, venue: ToldVenue) -> Checked:
        """Tell whether the venue stands in an earlier row, or is in the register."""
        if self._register.has(venue):
            return Checked(line, venue, is_here=True)
        place = place_key(venue.name, venue.address, venue.commune_id)
        phone = phone_key(venue.name, venue.phone, venue.commune_id)
        earlier, outlet = self._places.get(place), self._phones.get(phone)
        asked = outlet_of(venue)
        answer = self._corrected.get((ListColumn.NAME, asked))
        here = self._register.address_of_phone(venue)
        if earlier or (outlet and answer == SAME):
            sheet, row = earlier or outlet[:2]  # type: ignore[index]
            shown_name, params = venue.name[:_SHOWN], _at(sheet, row, layout.name)
            return Checked(line, None, [Fault(ListColumn.NAME, "doubled", shown_name, params)])
        if here is not None and answer == SAME:
            return Checked(line, venue, is_here=True)
        if here is not None and answer != ANOTHER:
            params = {"address": here[:_SHOWN]}
            return Checked(line, None, [Fault(ListColumn.NAME, "same_phone_here", asked, params)])
        if outlet and answer != ANOTHER:
            sheet, row, address = outlet
            params = _at(sheet, row, layout.name) | {"address": address[:_SHOWN]}
            return Checked(line, None, [Fault(ListColumn.NAME, "same_phone", asked, params)])
        self._places[place] = (layout.name, line.row)
        self._phones.setdefault(phone, (layout.name, line.row, venue.address))
        return Checked(line, venue)


_kind_called = lru_cache(4096)(kind_called)
_kinds_like = lru_cache(4096)(kinds_like)
_kind_named_in = lru_cache(4096)(kind_named_in)


def _kind_fault(text: str, around: Sequence[str]) -> Fault:
    if text:
        like = [kind.value for kind in _kinds_like(text)]
        key, params = ("kind_like", {"kinds": like}) if like else ("kind_unknown", {})
        return Fault(ListColumn.KIND, key, text[:_SHOWN], params)
    for context in filter(None, around):
        if kind := _kind_named_in(context):
            params = {"kinds": [kind.value]}
            return Fault(ListColumn.KIND, "kind_of_section", context[:_SHOWN], params)
    return _missing(ListColumn.KIND, "kind_missing", around)


def _missing(column: ListColumn, key: str, around: Sequence[str]) -> Fault:
    """Return the fault of an empty cell; one answer holds for its section, or for its sheet."""
    context = next(filter(None, around), "")
    return Fault(column, key, params={"around": f"({context[:_SHOWN]})"} if context else {})


def _at(sheet: str, row: int, here: str) -> dict[str, object]:
    """Return how an earlier row is told: by its sheet only where that is another one."""
    return {"row": row} if sheet == here else {"row": row, "sheet": sheet}


def _lost(column: ListColumn, text: str, odd: Oddity | None, letters: str) -> Fault | None:
    """Return what a program did to a cell so that it no longer says what was typed."""
    if odd == Oddity.NO_VALUE or _NO_VALUE.fullmatch(text):
        return Fault(column, "no_value", text[:_SHOWN])
    if is_ditto(text):
        return Fault(column, "ditto", text[:_SHOWN])
    if column == ListColumn.PHONE and (match := _AS_POWER.fullmatch(text)):
        return _as_number(text, match)
    is_chosen = column in (
        ListColumn.KIND,
        ListColumn.COMMUNE,
        ListColumn.DISTRICT,
        ListColumn.CODE,
    )
    readings = [] if is_chosen else _as_typed(text, is_date=odd == Oddity.DATE)
    if readings:
        return Fault(column, "date", text[:_SHOWN], {"readings": readings})
    return _in_other_letters(column, text, letters)


def _in_other_letters(column: ListColumn, text: str, letters: str) -> Fault | None:
    old = misread(text, letters) if column in _LETTERED else None
    if old is None:
        return None
    if old.how == LETTERS_LOST:
        return Fault(column, LETTERS_LOST, shown(text[:_SHOWN]))
    params = {"how": old.how, "reading": old.proposal[: _SHOWN * 5]}
    return Fault(column, "misread", text[:_SHOWN], params)


def _as_number(text: str, match: re.Match[str]) -> Fault:
    """Return what is wrong with 9.39222005E8, of which no digit is lost, and with 9.39E+08."""
    behind = match[2] or ""
    digits = understood(_with_zero(match[1] + behind)) if len(behind) == int(match[3]) else None
    if digits is None or not digits.phone:
        return Fault(ListColumn.PHONE, "rounded", text[:_SHOWN])
    params = {"proposal": displayed(digits.phone)}
    return Fault(ListColumn.PHONE, "as_number", text[:_SHOWN], params)


def _as_typed(text: str, *, is_date: bool) -> list[str]:
    """Return what may have been typed where a spreadsheet shows a date; none where it is no date.

    "1/14" and "14/1" are the 14th of January of this year, "1/45" is January 1945.
    """
    if match := _DAY_OF_MONTH.fullmatch(text):
        day = match[1] or match[4]
        name = (match[2] or match[3]).lower()
        digits = re.sub(r"\D", "", name)
        month = digits or str(_MONTHS.index(name[:3]) + 1)
        return [f"{int(month)}/{int(day)}", f"{int(day)}/{int(month)}"]
    match = _DATE.fullmatch(text)
    if not match:
        return [text] if is_date else []
    parts = match.group(1, 2, 3) if match[1] else match.group(7, 6, 5)
    of_day, of_month, year = map(int, parts)
    if not is_date and not 1900 <= year <= 2099:
        return []
    readings = [f"{of_month}/{of_day}", f"{of_day}/{of_month}"]
    if of_day == 1:
        readings.insert(0 if year < 2000 else 2, f"{of_month}/{year % 100}")
    return list(dict.fromkeys([*readings, f"{of_day}/{of_month}/{year % 100:02d}"]))


def _cleaned(column: ListColumn, text: str, faults: list[Fault]) -> str:
    """Return the text as it will be stored; what is wrong with it joins the faults."""
    try:
        return FIELDS[column].clean(_with_zero(text) if column == ListColumn.PHONE else text)
    except ValidationError as error:
        fault = error.error_list[0]
        faults.append(Fault(column, fault.code or "", shown(text[:_SHOWN]), fault.params or {}))
        return ""


def _with_zero(text: str) -> str:
    """Return a phone number with the 0 that a spreadsheet took away, and no decimal point."""
    match = _PHONE_AS_NUMBER.fullmatch(text)
    if not match:
        return text
    digits = match[1]
    has_lost_zero = (len(digits) == 9 and digits[0] in "35789") or (
        len(digits) == 10 and digits[0] == "2"
    )
    return "0" + digits if has_lost_zero else digits


_CODE = re.compile(r"\d{5}")


def _placed(address: str, cells: Mapping[ListColumn, str]) -> str:
    """Return an address with the district of another cell, where no cell says the commune."""
    district = cells.get(ListColumn.DISTRICT, "")
    is_alone = not (cells.get(ListColumn.CODE) or cells.get(ListColumn.COMMUNE))
    return f"{address}, {district}" if district and is_alone else address


def _with_hamlet(address: str, hamlet: str) -> str:
    """Return an address with the hamlet that stood in the commune's cell, where it fits."""
    try:
        return str(FIELDS[ListColumn.ADDRESS].clean(f"{address}, {hamlet}"))
    except ValidationError:
        return address
