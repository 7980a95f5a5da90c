"""The register of an area: every venue with its poster and its use.

It is read in pieces by key, so that a piece is all that waits in memory; each piece is one
statement, whose numbers agree with each other.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from dashboards.figures import WEEK_DAYS
from database.statements import statement_of
from districts.days import day_start, local_day
from districts.models import Unit
from documents.sheet import Cell, Field, Holds, Sheet, file_name, title
from forms.phones import displayed
from venues import codes
from venues.kinds import Kind

from .places import communes_of, district_of

_AT_ONCE = 1000
_VENUES = statement_of(__file__, "register")


def register_sheet(area: Unit, now: datetime, asked: Mapping[str, Any]) -> Sheet:
    """Return every venue of an area, commune by commune."""
    fields = [
        Field(_("Venue"), Holds.LONG_TEXT),
        Field(_("Kind"), Holds.TEXT),
        Field(_("Commune"), Holds.TEXT),
        Field(_("District"), Holds.TEXT),
        Field(_("Address"), Holds.LONG_TEXT),
        Field(_("Responsible person"), Holds.TEXT),
        Field(_("Phone number"), Holds.TEXT),
        Field(_("Registered"), Holds.DAY),
        Field(_("Poster"), Holds.TEXT),
        Field(_("Last visit"), Holds.MOMENT),
        Field(_("In today")),
        Field(_("In 7 days")),
        Field(_("Status"), Holds.TEXT),
        Field(_("Closed on"), Holds.DAY),
    ]
    name = file_name("dia-diem", area, local_day(now))
    return Sheet(name, title(_("Register of venues"), area, now), fields, _rows(area, now))


def _rows(area: Unit, now: datetime) -> Iterator[list[Cell]]:
    for commune in communes_of(area, local_day(now)):
        for venue in _venues(commune, now):
            yield _cells(commune, venue, now)


def _cells(commune: Unit, venue: Sequence[Any], now: datetime) -> list[Cell]:
    name, kind, address, person, phone, registered_at, closed_at, code, *use = venue
    is_open = closed_at is None or closed_at > now
    return [
        name,
        str(Kind(kind).label),
        commune.name,
        district_of(commune),
        address,
        person,
        displayed(phone),
        local_day(registered_at),
        codes.displayed(code) if code else "",
        *use,
        _("open") if is_open else _("closed"),
        None if is_open else local_day(closed_at),
    ]


def _venues(commune: Unit, now: datetime) -> Iterator[list[Any]]:
    today = local_day(now)
    given = {
        "commune": commune.pk,
        "now": now,
        "at_once": _AT_ONCE,
        "today_began": day_start(today),
        "week_began": day_start(today - timedelta(days=WEEK_DAYS - 1)),
        "until": day_start(today + timedelta(days=1)),
    }
    after, rows = 0, list[tuple[Any, ...]]()
    while after == 0 or len(rows) == _AT_ONCE:
        rows = _piece(given | {"after": after})
        yield from (venue for _id, *venue in rows)
        after = rows[-1][0] if rows else -1


def _piece(given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_VENUES, given)
        return cursor.fetchall()
