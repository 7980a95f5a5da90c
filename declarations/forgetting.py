"""Forgetting: a day is dropped whole, with the visitors no visit remembers, and leaves a proof."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from districts.days import day_period, local_day

from .models import COMMON_STAY, DeletionRecord, HourTally, LeftReason, Tally
from .partitions import KEPT_BY_DAY
from .tallies import fold

_COUNTED = """
SELECT count(*), sha256(coalesce(string_agg(uuid_send(id), ''::bytea ORDER BY id), ''::bytea)),
    (SELECT count(*) FROM declarations_declaration
    WHERE declared_at >= %(start)s AND declared_at < %(end)s)
FROM declarations_visit WHERE entered_at >= %(start)s AND entered_at < %(end)s
"""

# Nobody stays inside a venue of a day that is gone.
_GONE = """
UPDATE declarations_presence presence SET inside = inside - gone.people
FROM (
    SELECT venue_id, count(*) AS people FROM declarations_visit
    WHERE entered_at >= %(start)s AND entered_at < %(end)s AND left_at IS NULL GROUP BY venue_id
) gone
WHERE gone.venue_id = presence.venue_id
"""

# Of a stay whose end was observed on a kept day, that much is kept.
_CARRIED = """
INSERT INTO declarations_visit (venue_id, entered_at, possible_since, recorded_at, evidence, outcome,
    id, visitor_id, left_at, left_reason, left_evidence, is_interrupted, is_let_in, is_long)
SELECT venue_id, %(kept_since)s, %(kept_since)s, recorded_at, evidence, outcome, id, visitor_id,
    left_at, left_reason, left_evidence, is_interrupted, is_let_in,
    left_at - %(kept_since)s > %(common)s
FROM declarations_visit
WHERE entered_at >= %(start)s AND entered_at < %(end)s AND left_reason = %(scanned)s
  AND left_at > %(kept_since)s AND (possible_since IS NULL OR possible_since = entered_at)
"""

# seen_on is checked again on the newest version of a row that a check-in is just changing.
_ORPHANS = """
DELETE FROM declarations_visitor visitor
WHERE seen_on <= %(day)s AND (card_until IS NULL OR card_until <= %(day)s)
  AND NOT EXISTS (SELECT FROM declarations_visit visit WHERE visit.visitor_id = visitor.key)
  AND NOT EXISTS (SELECT FROM declarations_declaration d WHERE d.visitor_id = visitor.key)
"""
# What others typed of somebody goes with the person, and by itself when it is as old as the day.
_VERSIONS = """
DELETE FROM declarations_version version
WHERE seen_on <= %(day)s
   OR NOT EXISTS (SELECT FROM declarations_visitor visitor WHERE visitor.key = version.visitor_id)
"""


def prepare_days(now: datetime) -> list[date]:
    """Make the parts for the days kept and the days to come; return those newly made."""
    today = local_day(now)
    # A day for which no part is made ahead is made by its first check-in.
    first, last = today - timedelta(settings.RETENTION_DAYS), today + timedelta(days=14)
    made = [table.make(first, last) for table in KEPT_BY_DAY]
    return sorted({day for days in made for day in days})


def forget_old_days(now: datetime) -> list[DeletionRecord]:
    """Forget every day older than the retention; return the records of it, oldest first."""
    oldest = local_day(now) - timedelta(settings.RETENTION_DAYS)
    days = sorted({day for table in KEPT_BY_DAY for day in table.days()})
    return [forget_day(day, now) for day in days if day < oldest]


@transaction.atomic
def forget_day(day: date, now: datetime) -> DeletionRecord:
    """Drop a local day's visits and declarations; doing it again changes nothing."""
    start, end = day_period(day)
    fold()
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, {"start": start, "end": end})
        visits, checksum, declarations = cursor.fetchone()
        cursor.execute(_GONE, {"start": start, "end": end})
        for tally in (Tally, HourTally):
            tally.objects.filter(hour__lt=end).delete()
        _carry(day, now)
        for table in KEPT_BY_DAY:
            table.drop(day)
        cursor.execute(_ORPHANS, {"day": day})
        visitors = cursor.rowcount
        cursor.execute(_VERSIONS, {"day": day})
    counts = {"visits": visits, "declarations": declarations, "visitors": visitors}
    record, _created = DeletionRecord.objects.get_or_create(
        day=day, defaults=counts | {"checksum": bytes(checksum), "deleted_at": now}
    )
    return record


def _carry(day: date, now: datetime) -> None:
    """Let stays that go on after a forgotten day begin with the first day that is kept."""
    oldest = local_day(now) - timedelta(settings.RETENTION_DAYS)
    kept_on = max(day + timedelta(days=1), oldest)
    KEPT_BY_DAY[0].make(kept_on, kept_on)
    start, end = day_period(day)
    parameters: dict[str, Any] = {
        "start": start,
        "end": end,
        "kept_since": day_period(kept_on)[0],
        "scanned": int(LeftReason.SCANNED),
        "common": COMMON_STAY,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CARRIED, parameters)
