"""What the person on duty is told of a scan, and how many have passed."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from declarations.outcomes import Outcome
from districts.days import day_period, local_day
from stations.models import Direction, Station

from .items import Item
from .refusals import sentence as sentence_of_refusal
from .sent import Answer, Passed, Result

# What the person on duty does now.
_SENTENCES = {
    Result.GO: _("May enter."),
    Result.ASK: _("Ask what is the matter; keep your distance and a mask on."),
    Result.STOP: _("Do not let in. Ask the person to keep apart and to call the health station."),
    Result.QUESTIONS: _("Noted. Read the three questions out."),
    Result.PHONE: _("Noted. Ask for the phone number and type it."),
    Result.NAME: _("Noted. Type the name and year of birth."),
    Result.LEFT: _("Has left."),
    Result.DOUBLED: _("Scanned a moment ago already; counted once."),
    Result.UNDONE: _("Taken back."),
}

_PASSED = """
SELECT station_id = %(station)s, direction, count(*) FROM stations_scan
WHERE venue_id = %(venue)s AND at >= %(start)s AND at < %(end)s
  AND undone_at IS NULL AND NOT is_doubled AND refusal = ''
GROUP BY 1, 2
"""


def answered(item: Item) -> Answer:
    """Return what a scan is answered."""
    result = _result(item)
    who = item.claim.who if item.claim else ""
    sentence = sentence_of_refusal(item.why) if item.why else str(_SENTENCES[result])
    return Answer(item.sent.id, result, sentence, who, Direction(item.direction).word, item.at)


def passed(station: Station, now: datetime) -> tuple[Passed, Passed]:
    """Return today's counts of a gate and of its venue."""
    start, end = day_period(local_day(now))
    given: dict[str, Any] = {"station": station.pk, "venue": station.venue_id}
    with connection.cursor() as cursor:
        cursor.execute(_PASSED, given | {"start": start, "end": end})
        rows = cursor.fetchall()
    ways = [Direction.IN, Direction.OUT]
    here = [sum(n for is_here, way, n in rows if is_here and way == each) for each in ways]
    venue = [sum(n for _here, way, n in rows if way == each) for each in ways]
    return Passed(*here), Passed(*venue)


def _result(item: Item) -> Result:
    if item.is_undone:
        return Result.UNDONE
    if item.why:
        return Result.REFUSED
    if item.is_doubled:
        return Result.DOUBLED
    if item.direction == Direction.OUT:
        return Result.LEFT
    if item.outcome is not None:
        return Result(Outcome(item.outcome).word)
    return item.missing or Result.QUESTIONS
