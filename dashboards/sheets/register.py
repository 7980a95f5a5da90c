"""The register of an area: every venue with its poster and its use.

It is read in pieces by key, so that a piece is all that waits in memory; each piece is one
statement, in which the tallies and the marks that are not folded yet agree.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from dashboards.figures import WEEK_DAYS
from districts.days import day_start, local_day
from districts.models import Unit
from documents.spreadsheets import Cell, Field, Holds, Spreadsheet, file_name, title
from forms.phones import displayed
from venues import codes
from venues.kinds import Kind

from .places import communes_of, district_of

_AT_ONCE = 1000

# A commune's venues after one, with what the tallies and the fresh marks say of them.
_VENUES = """
WITH place AS MATERIALIZED (
    SELECT * FROM venues_venue
    WHERE commune_id = %(commune)s AND id > %(after)s AND registered_at <= %(now)s
    ORDER BY id LIMIT %(at_once)s
), mark AS MATERIALIZED (
    SELECT venue_id, at, arrived FROM declarations_tallymark
    WHERE venue_id IN (SELECT id FROM place)
), fresh AS (
    SELECT venue_id, max(at) FILTER (WHERE arrived > 0) AS newest_at FROM mark GROUP BY venue_id
), counted AS (
    SELECT venue_id, sum(arrived) FILTER (WHERE at >= %(today_began)s) AS today,
        sum(arrived) AS week
    FROM (
        SELECT tally.venue_id, tally.hour AS at, tally.arrived
        FROM place CROSS JOIN LATERAL (
            SELECT * FROM declarations_tally tally WHERE tally.venue_id = place.id
              AND hour >= %(week_began)s AND hour < %(until)s OFFSET 0
        ) tally
        UNION ALL
        SELECT * FROM mark WHERE at >= %(week_began)s AND at < %(until)s
    ) arrivals GROUP BY venue_id
)
SELECT place.id, place.name, place.kind, place.address, place.responsible_name,
    place.responsible_phone, place.registered_at, place.closed_at, poster.code,
    greatest(presence.newest_at, fresh.newest_at), coalesce(today, 0), coalesce(week, 0)
FROM place
LEFT JOIN venues_poster poster ON poster.venue_id = place.id AND poster.revoked_at IS NULL
LEFT JOIN declarations_presence presence ON presence.venue_id = place.id
LEFT JOIN fresh ON fresh.venue_id = place.id
LEFT JOIN counted ON counted.venue_id = place.id
ORDER BY place.id
"""


def register_sheet(area: Unit, now: datetime, asked: Mapping[str, Any]) -> Spreadsheet:
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
    return Spreadsheet(name, title(_("Register of venues"), area, now), fields, _rows(area, now))


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
