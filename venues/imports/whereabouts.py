"""In which commune a row's venue is, and where in it."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from districts.models import Unit
from districts.recognition import Gazetteer, Meaning
from venues.faults import Fault
from venues.spreadsheets import Column

_SHOWN = 200  # characters of what was found
_CODE = re.compile(r"\d{5}")


class Found(NamedTuple):
    """The commune, and the address without it where it ended with it."""

    commune_id: int
    address: str


class Whereabouts:
    """Finds the communes of an area on a day, by code, by name, or at the end of an address."""

    def __init__(self, area: Unit, day: date) -> None:
        self._area = area
        self._gazetteer = Gazetteer.on(day)
        self._own = {unit.pk: unit for unit in Unit.objects.on(day).within(area).communes()}
        self._named = lru_cache(4096)(self._by_name)

    def find(self, cells: Mapping[Column, str]) -> Found | Fault:
        """Return where the venue of a row is, or what to write instead."""
        address = cells[Column.ADDRESS]
        ending = self._gazetteer.at_end_of(address)
        told = self._told(cells, ending)
        if isinstance(told, Fault):
            return told
        return Found(told.pk, ending.rest if told in ending.communes else "")

    def chosen(self, code: str) -> Found | None:
        """Return the commune that somebody chose for all rows that say the same."""
        commune = self._gazetteer.coded(code)
        return Found(commune.pk, "") if commune and commune.pk in self._own else None

    def places_called(self, text: str) -> list[str]:
        """Return the communes of the area that a section, or a sheet, may be called after."""
        return [unit.place for unit in self._gazetteer.named(text).communes if unit.pk in self._own]

    def _told(self, cells: Mapping[Column, str], ending: Meaning) -> Unit | Fault:
        code, name = cells.get(Column.CODE, ""), cells.get(Column.COMMUNE, "")
        district = cells.get(Column.DISTRICT, "")
        if code:
            return self._by_code(code, f"{name}, {district}" if name and district else name)
        if name:
            return self._named(name, district)
        if ending.communes:
            return self._meant(ending, Column.ADDRESS, cells[Column.ADDRESS])
        if self._area.pk in self._own:
            return self._area
        known = [column for column in (Column.COMMUNE, Column.CODE) if column in cells]
        return Fault([*known, Column.ADDRESS][0], "commune_missing")

    def _by_code(self, code: str, name: str, column: Column = Column.CODE) -> Unit | Fault:
        """Return the commune of a code; a name beside it must be able to mean the same."""
        commune = self._gazetteer.coded(code)
        if commune is None:
            return Fault(column, "code_unknown", code[:_SHOWN])
        if name and commune not in self._gazetteer.named(name).communes:
            return Fault(column, "code_differs", code[:_SHOWN], {"places": [commune.place]})
        return self._meant(Meaning((commune,)), column, code)

    def _by_name(self, name: str, district: str) -> Unit | Fault:
        if _CODE.fullmatch(name):
            return self._by_code(name, "", Column.COMMUNE)
        typed = f"{name}, {district}" if district else name
        return self._meant(self._gazetteer.named(typed), Column.COMMUNE, typed)

    def _meant(self, meaning: Meaning, column: Column, typed: str) -> Unit | Fault:
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
        like = [unit.place for unit in self._gazetteer.like(typed, self._own.values())]
        return fault("commune_like", like) if like else fault("commune_unknown")
