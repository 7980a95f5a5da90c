"""What a checked list tells before anybody decides: its sheets, ten rows of each, what it asks."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from districts.models import Unit
from forms.phones import displayed
from venues.fields import ANOTHER, ASKED_ABOUT, SAME, Fault
from venues.kinds import Kind
from venues.models import Import, RowState
from venues.spreadsheets import LABELS, ListColumn, refusal_sentence

from .sameness import ToldVenue

ROWS_SHOWN = 10

_PASSED = {
    "hidden": _("Hidden rows, which were read like the others: %(rows)s"),
    "ditto": _("Rows that say “as above”; they were read so: %(rows)s"),
    "section": _("Section rows, which are no venues: %(rows)s"),
    "total": _("Totals: %(rows)s"),
    "footer": _("Signatures and notes: %(rows)s"),
    "headings": _("Headings once more: %(rows)s"),
    "numbering": _("Rows that number the columns: %(rows)s"),
    "number_only": _("Rows with nothing but numbers: %(rows)s"),
    "example": _("The template’s examples: %(rows)s"),
}
# A misread cell is asked about together with all that were misread alike, an empty one with those
# of its section or sheet.
_ASKED = """
SELECT
    CASE fault ->> 1 WHEN 'misread' THEN '' ELSE fault ->> 0 END,
    CASE fault ->> 1 WHEN 'misread' THEN fault -> 3 ->> 'how'
        ELSE coalesce(fault -> 3 ->> 'around', fault ->> 2) END,
    count(DISTINCT venues_importrow.id),
    min(fault::text),
    count(*) OVER ()
FROM venues_importrow, jsonb_array_elements(faults) AS fault
WHERE listed_in_id = %s AND state = 'faulty' AND fault ->> 1 = ANY(%s)
GROUP BY 1, 2
ORDER BY 3 DESC, 1, 2
LIMIT %s
"""
_OUTLETS = {
    ANOTHER: _("It is another one: add it"),
    SAME: _("It is the same: leave this row out"),
}


class SheetTold(NamedTuple):
    """How a sheet was read: its name, how many rows of each state, and what was passed over."""

    name: str
    heading_row: int
    unread: str
    counted: dict[str, int]
    passed: list[str]
    not_used: list[str]


class GoodRow(NamedTuple):
    """A good row as it was understood, in words."""

    row: int
    name: str
    kind: str
    address: str
    place: str
    responsible_name: str
    phone: str


@dataclass(frozen=True)
class Asked:
    """A value that was found in some rows and that one answer settles for all of them."""

    column: str
    found: str
    rows: int
    fault: Fault

    @property
    def key(self) -> str:
        """Return a name for it that fits into a form."""
        return correction_key(self.column, self.found)

    @property
    def label(self) -> str:
        """The column it stands in; letters that were misread stand in many."""
        return str(LABELS[ListColumn(self.column)]) if self.column else str(_("Letters"))

    @property
    def topic(self) -> str:
        """What an answer is chosen from."""
        return ASKED_ABOUT[self.fault.key]

    def choices(self, communes: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """Return what is suggested, and all the rest; communes are places by their codes."""
        params = self.fault.params
        match self.topic:
            case "outlet":
                return {}, {answer: str(label) for answer, label in _OUTLETS.items()}
            case "kind":
                alike = {kind: str(Kind(kind).label) for kind in params.get("kinds", ())}
                return alike, {k.value: str(k.label) for k in Kind if k.value not in alike}
            case "commune":
                places = params.get("places", ())
                alike = {code: place for code, place in communes.items() if place in places}
                return alike, {c: place for c, place in communes.items() if c not in alike}
        if self.fault.key == "misread":
            return {"read": str(_("Read all of them so")) + f": “{params['reading']}”"}, {}
        return {reading: reading for reading in params["readings"]}, {}


def correction_key(column: str, found: str) -> str:
    """Return a short name of what is corrected."""
    return hashlib.blake2b(f"{column}\x1f{found}".encode(), digest_size=8).hexdigest()


def sheets_of(listed: Import) -> list[SheetTold]:
    """Return how each sheet of a list was read."""
    counted: dict[int, dict[str, int]] = {}
    states = listed.rows.values_list("sheet", "state").annotate(number=Count("pk"))
    for number, state, rows in states:
        counted.setdefault(number, {})[state] = rows
    return [
        SheetTold(
            name=sheet["name"],
            heading_row=sheet["heading_row"],
            unread=refusal_sentence(*sheet["unread"]) if sheet["unread"] else "",
            counted={
                state.value: counted.get(sheet["number"], {}).get(state, 0) for state in RowState
            },
            passed=[
                str(sentence) % {"rows": _in_words(sheet["passed"][why])}
                for why, sentence in _PASSED.items()
                if why in sheet["passed"]
            ],
            not_used=sheet["not_used"],
        )
        for sheet in listed.sheets
    ]


def understood(listed: Import) -> Iterator[tuple[str, list[GoodRow]]]:
    """Yield the name of each sheet with good rows, and the first ten of them in words."""
    good = listed.rows.filter(state=RowState.GOOD).order_by("row")
    for sheet in listed.sheets:
        rows = [
            (row, ToldVenue(**venue or {}))
            for row, venue in good.filter(sheet=sheet["number"]).values_list("row", "told")[
                :ROWS_SHOWN
            ]
        ]
        pks = {venue.commune_id for _row, venue in rows}
        communes = Unit.objects.select_related("parent").in_bulk(pks)
        if rows:
            yield (
                sheet["name"],
                [_in_full(row, venue, communes[venue.commune_id].place) for row, venue in rows],
            )


def asked_of(listed: Import, most: int) -> tuple[list[Asked], int]:
    """Return the values that one answer would settle, the most frequent first, and how many."""
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [listed.pk, list(ASKED_ABOUT), most])
        values = cursor.fetchall()
    asked = [
        Asked(column, text, rows, Fault.kept(json.loads(fault)))
        for column, text, rows, fault, _number in values
    ]
    return asked, values[0][-1] if values else 0


def communes_of(area: Unit) -> dict[str, str]:
    """Return the places of an area's communes by their codes, as one looks for them."""
    communes = Unit.objects.filter(valid_to=None).within(area).communes().select_related("parent")
    ordered = communes.order_by("parent__code", "name_order")
    return {commune.code: commune.place for commune in ordered}


def meant(column: str, value: str, communes: Mapping[str, str]) -> str:
    """Return in words what somebody said that a found value means."""
    if not column:
        return str(_("read as proposed"))
    if value in _OUTLETS and column == ListColumn.NAME:
        return str(_OUTLETS[value])
    if column == ListColumn.KIND and value in Kind.values:
        return str(Kind(value).label)
    return communes.get(value, value)


def _in_full(row: int, told: ToldVenue, place: str) -> GoodRow:
    kind, phone = str(Kind(told.kind).label), displayed(told.phone)
    return GoodRow(row, told.name, kind, told.address, place, told.responsible_name, phone)


def _in_words(ranges: list[Any]) -> str:
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ranges)
