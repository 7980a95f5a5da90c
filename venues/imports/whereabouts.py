"""In which commune a row's venue is, and where in it."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError

from districts.models import Unit
from districts.recognition import Gazetteer, Meaning
from venues.faults import FIELDS, Fault
from venues.spreadsheets import ListColumn

_SHOWN = 200  # characters of what was found
_CODE = re.compile(r"\d{5}")


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
        told = self._told(cells, ending)
        if isinstance(told, Fault):
            return told
        # Of merged communes, the old name tells which "Ấp 3" it is: it stays.
        is_whole = ending.is_former or ending.rest.count("(") != ending.rest.count(")")
        stored = ending.rest if told in ending.communes and not is_whole else ""
        hamlet = self._hamlet(cells.get(ListColumn.COMMUNE, ""))
        return Location(told.pk, _with_hamlet(stored or address, hamlet) if hamlet else stored)

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

    def _meant(self, meaning: Meaning, column: ListColumn, typed: str) -> Unit | Fault:
        """Return the one commune of the area that is meant; never a guess."""

        def fault(key: str, places: list[str] | None = None, **params: Any) -> Fault:
            named = {"places": places} if places else {}
            return Fault(column, key, typed[:_SHOWN], named | params)

        own = [unit for unit in meaning.communes if unit.pk in self._own]
        places = [unit.place for unit in own]
        if len(own) == 1:
            return fault("commune_doubtful", places) if meaning.is_doubtful else own[0]
        if own:
            return fault("commune_ambiguous", places)
        if meaning.communes:
            places = [unit.place for unit in meaning.communes]
            return fault("commune_outside", places, area=self._area.place)
        names = self._gazetteer.like(typed, self._own.values())
        names = names or self._gazetteer.like_end_of(typed, self._own.values())
        like = [unit.place for unit in names]
        return fault("commune_like", like) if like else fault("commune_unknown")


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
