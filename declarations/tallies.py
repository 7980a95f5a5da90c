"""Tallies: marks are folded into them, and a rebuild counts what they should say.

A sum is never in two places: a fold moves marks into tallies in one transaction, and a rebuild
counts in one snapshot what it replaces. Folds, rebuilds and moves take turns; readers and
check-ins wait for none of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from database.statements import lock_table
from districts.days import LOCAL_ZONE, day_start

from .models import COUNTED, LEFT, LONGEST_STAY, DeletionRecord, Presence, TallyMark
from .outcomes import Outcome
from .partitions import KEPT_BY_DAY

_COLUMNS = ", ".join(COUNTED)
_SUMS = ", ".join(f"sum({column})::int AS {column}" for column in COUNTED)
_ADDED = ", ".join(f"{column} = kept.{column} + excluded.{column}" for column in COUNTED)
_LOCAL_DAY = f"AT TIME ZONE '{LOCAL_ZONE.key}')::date"

_COMMUNES = f"""
    INSERT INTO declarations_hourtally AS kept (commune_id, hour, {_COLUMNS})
    SELECT commune_id, hour, {_SUMS} FROM placed GROUP BY commune_id, hour
    ON CONFLICT (hour, commune_id) DO UPDATE SET {_ADDED}
"""  # noqa: S608 - our own texts only
_DAYS = f"""
    INSERT INTO declarations_daytally AS kept (commune_id, day, {_COLUMNS})
    SELECT commune_id, (hour {_LOCAL_DAY} AS day, {_SUMS} FROM placed GROUP BY commune_id, day
    ON CONFLICT (day, commune_id) DO UPDATE SET {_ADDED}
"""  # noqa: S608 - our own texts only
_KINDS = f"""
    INSERT INTO declarations_kindtally AS kept (commune_id, kind, day, {_COLUMNS})
    SELECT commune_id, kind, (hour {_LOCAL_DAY} AS day, {_SUMS} FROM placed
    GROUP BY commune_id, kind, day
    ON CONFLICT (day, commune_id, kind) DO UPDATE SET {_ADDED}
"""  # noqa: S608 - our own texts only


def _added(change: str) -> str:
    """Return a statement that adds changes to the tallies and presences.

    Before a reform people are counted where the venue then stood, and stay so.
    """
    return f"""
WITH change AS ({change}), hourly AS (
    SELECT venue_id, date_trunc('hour', at, 'UTC') AS hour, {_SUMS}
    FROM change GROUP BY venue_id, hour
), placed AS (
    SELECT hourly.*, venue.kind, coalesce((
        SELECT former.commune_id FROM venues_formercommune former
        WHERE former.venue_id = venue.id AND former.until > (hour {_LOCAL_DAY}
        ORDER BY former.until LIMIT 1
    ), venue.commune_id) AS commune_id
    FROM hourly JOIN venues_venue venue ON venue.id = hourly.venue_id
), communes AS ({_COMMUNES}), days AS ({_DAYS}), kinds AS ({_KINDS}), venues AS (
    INSERT INTO declarations_tally AS kept (venue_id, hour, {_COLUMNS})
    SELECT venue_id, hour, {_COLUMNS} FROM hourly
    ON CONFLICT (venue_id, hour) DO UPDATE SET {_ADDED}
)
INSERT INTO declarations_presence AS kept (venue_id, commune_id, kind, inside, newest_at)
SELECT venue.id, venue.commune_id, venue.kind, sum({" - ".join(("arrived", *LEFT))})::int,
    max(at) FILTER (WHERE arrived > 0)
FROM change JOIN venues_venue venue ON venue.id = change.venue_id GROUP BY venue.id
ON CONFLICT (venue_id) DO UPDATE SET inside = kept.inside + excluded.inside,
    newest_at = greatest(kept.newest_at, excluded.newest_at)
"""  # noqa: S608 - our own texts only


_FOLD = _added("DELETE FROM declarations_tallymark RETURNING *")

# The visits and declarations themselves, as their marks would tell of them.
_NOTHING = "0 AS declared, 0 AS ask, 0 AS stop, 0 AS symptomatic, 0 AS contact"
_LEFT = ", ".join(
    f"count(*) FILTER (WHERE left_reason = {reason}) AS {column}"
    for reason, column in enumerate(LEFT, start=1)
)
_COUNT = _added(f"""
    SELECT venue_id, entered_at AS at, count(*) AS arrived,
        {", ".join(f"0 AS {column}" for column in LEFT)}, {_NOTHING}
    FROM declarations_visit
    WHERE entered_at >= %(start)s AND possible_since IS DISTINCT FROM entered_at
      AND (%(venues)s::int[] IS NULL OR venue_id = ANY (%(venues)s::int[]))
    GROUP BY venue_id, entered_at
    UNION ALL
    SELECT venue_id, left_at, 0, {_LEFT}, {_NOTHING}
    FROM declarations_visit WHERE entered_at >= %(reach)s AND left_at >= %(start)s
      AND (%(venues)s::int[] IS NULL OR venue_id = ANY (%(venues)s::int[]))
    GROUP BY venue_id, left_at
    UNION ALL
    SELECT venue_id, declared_at, 0, {", ".join("0" for _ in LEFT)}, count(*),
        count(*) FILTER (WHERE outcome = {Outcome.ASK}),
        count(*) FILTER (WHERE outcome = {Outcome.STOP}),
        count(*) FILTER (WHERE symptoms > 0),
        count(*) FILTER (WHERE case_contact OR area_contact OR symptomatic_contact)
    FROM declarations_declaration WHERE declared_at >= %(start)s
      AND (%(venues)s::int[] IS NULL OR venue_id = ANY (%(venues)s::int[]))
    GROUP BY venue_id, declared_at
""")  # noqa: S608 - our own texts only
_CLEARED = (
    "DELETE FROM declarations_tallymark",
    "DELETE FROM declarations_tally WHERE hour >= %(start)s",
    "DELETE FROM declarations_hourtally WHERE hour >= %(start)s",
    "DELETE FROM declarations_daytally WHERE day >= %(day)s",
    "DELETE FROM declarations_kindtally WHERE day >= %(day)s",
    """UPDATE declarations_presence SET inside = 0,
    newest_at = CASE WHEN newest_at < %(start)s THEN newest_at END""",
)
_PRESENT_ANEW = """
INSERT INTO declarations_presence AS kept (venue_id, commune_id, kind, inside, newest_at)
SELECT venue.id, venue.commune_id, venue.kind, count(*) FILTER (WHERE left_at IS NULL),
    max(entered_at)
FROM declarations_visit visit JOIN venues_venue venue ON venue.id = visit.venue_id
GROUP BY venue.id
ON CONFLICT (venue_id) DO UPDATE SET commune_id = excluded.commune_id, kind = excluded.kind,
    inside = excluded.inside, newest_at = greatest(kept.newest_at, excluded.newest_at)
"""

_MOVED = f"""
WITH placed AS (
    SELECT hour, %(kind)s::text AS kind,
        coalesce((
            SELECT former.commune_id FROM venues_formercommune former
            WHERE former.venue_id = %(venue)s AND former.until > (hour {_LOCAL_DAY}
            ORDER BY former.until LIMIT 1
        ), %(commune)s::int) AS commune_id,
        {", ".join(f"{column} * %(sign)s AS {column}" for column in COUNTED)}
    FROM declarations_tally WHERE venue_id = %(venue)s
), communes AS ({_COMMUNES}), days AS ({_DAYS}) {_KINDS}
"""  # noqa: S608 - our own texts only


@contextmanager
def _turn() -> Iterator[CursorWrapper]:
    """Let nobody else change tallies meanwhile; check-ins only write marks."""
    with transaction.atomic(), connection.cursor() as cursor:
        lock_table("declarations_presence")
        yield cursor


def fold() -> None:
    """Fold the marks there are into the tallies; no sum changes by it."""
    with _turn() as cursor:
        cursor.execute(_FOLD)


def ensure_counted() -> None:
    """Fold what is marked; count everything where nothing ever was, as in an older database."""
    if Presence.objects.exists() or TallyMark.objects.exists():
        fold()
    else:
        rebuild()


def rebuild() -> None:
    """Count the kept days anew, in one snapshot, while check-ins go on.

    Call it outside of a transaction. People who left on the first day after a forgotten one may
    have arrived on that: what was counted of the first day stays.
    """
    days = KEPT_BY_DAY[0].days()
    if not days:
        return
    first = days[0]
    if DeletionRecord.objects.filter(day__lt=first).exists():
        first += timedelta(days=1)
    start = day_start(first)
    period = {"venues": None, "start": start, "reach": start - LONGEST_STAY, "day": first}
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        lock_table("declarations_presence")
        for statement in _CLEARED:
            cursor.execute(statement, period)
        cursor.execute(_COUNT, period)
        cursor.execute(_PRESENT_ANEW)


def count_new(venue_ids: list[int], start: datetime) -> None:
    """Count what was stored without marks at venues that nobody else knows of yet."""
    with _turn() as cursor:
        cursor.execute(_COUNT, {"venues": venue_ids, "start": start, "reach": start})


def move_venue(venue_id: int, before: tuple[int, str], after: tuple[int, str]) -> None:
    """Count a venue's kept days to another commune and kind; call it where the venue changes.

    `before` and `after` are the commune's id and the kind. In the transaction of the change, it
    is the same for every reader: before it all is old, after it all is new.
    """
    if before == after:
        return
    with _turn() as cursor:
        for (commune, kind), sign in ((before, -1), (after, 1)):
            cursor.execute(
                _MOVED, {"venue": venue_id, "commune": commune, "kind": kind, "sign": sign}
            )
        Presence.objects.filter(venue=venue_id).update(commune=after[0], kind=after[1])
