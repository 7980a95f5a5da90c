"""Tracing a case of 20 visits among one million and among ten million visits of three weeks."""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

MILLIONS = (1, 10)
VISITS, CROWD, DAYS, ROUNDS = 20, 60, 21, 25
MOST_MILLISECONDS, MOST_GROWTH = 50, 1.5

# Anywhere but at the case's own venues, whose crowd stays the same; one in four checks out.
_POUR = """
INSERT INTO {part} (venue_id, entered_at, recorded_at, left_at, left_reason, evidence, outcome,
    id, visitor_id)
SELECT venue, at, at, at + stay * interval '1 minute', CASE WHEN n %% 4 = 0 THEN 1 ELSE 4 END,
    2, 0, gen_random_uuid(), visitor
FROM (
    SELECT n, venues[1 + (random() * random() * (array_length(venues, 1) - 1))::int] AS venue,
        %(began)s::timestamptz + (6 + random() * 14) * interval '1 hour' AS at,
        5 + random() * 80 AS stay,
        visitors[1 + (random() * (array_length(visitors, 1) - 1))::int] AS visitor
    FROM generate_series(1, %(number)s) n,
        (SELECT array_agg(id) AS venues FROM venues_venue
         WHERE (id = ANY (%(own)s)) = %(here)s AND id <= %(last)s) venue,
        (SELECT array_agg(key) AS visitors FROM (
            SELECT key FROM declarations_visitor ORDER BY key LIMIT 50000
        ) v) visitor
) visit
"""


def measured() -> bool:
    """Print the median time of a first tracing as visits grow; return whether one is too slow."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE declarations_visit")
    own = _venues_of_the_case()
    pour(DAYS * VISITS * CROWD, own, here=True)
    case = _case(own)
    times, stored = [], 0
    for millions in MILLIONS:
        pour(millions * 1_000_000 - stored, own, here=False)
        stored = millions * 1_000_000
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE declarations_visit")
        milliseconds, people = _median(case)
        times.append(milliseconds)
        name = f"trace among {millions} million"
        print(f"{name:24} {milliseconds:5.1f} ms in the database (at most {MOST_MILLISECONDS}),")
        print(f"{'':24} {VISITS} visits, {people} people met", flush=True)
    growth = times[-1] / times[0]
    print(f"{'':24} {growth:5.2f} of the time among one million (at most {MOST_GROWTH})")
    return max(times) > MOST_MILLISECONDS or growth > MOST_GROWTH


def pour(number: int, own: list[int], *, here: bool) -> None:
    """Store so many visits of the past three weeks, at the case's own venues or elsewhere."""
    from django.db import connection

    from declarations.partitions import DailyTable
    from districts.days import day_start, today

    for back in range(1, DAYS + 1):
        day = today() - timedelta(days=back)
        given: dict[str, Any] = {
            "began": day_start(day),
            "number": number // DAYS,
            "own": own,
            "here": here,
            "last": max(own),
        }
        with connection.cursor() as cursor:
            cursor.execute(_POUR.format(part=DailyTable("declarations_visit").part(day)), given)


def _venues_of_the_case() -> list[int]:
    from venues.models import Venue

    return list(Venue.objects.order_by("pk").values_list("pk", flat=True)[12_000 : 12_000 + VISITS])


def _case(own: list[int]) -> Any:
    """Make a case with 20 visits of three quarters of an hour, in its infectious days."""
    from declarations.models import Visitor
    from districts.days import today
    from tests import make, make_tracing
    from venues.models import Venue

    ill = Visitor.objects.order_by("key").last()
    assert ill is not None
    for number, venue in enumerate(Venue.objects.in_bulk(own).values()):
        arrival = make.moment(f"{7 + number % 5 * 2:02}:10", days_ago=1 + number % 4)
        make.visit(venue, arrival, visitor=ill, stay=timedelta(minutes=45))
    return make_tracing.case(ill, onset_on=today() - timedelta(days=3), area=own_province())


def own_province() -> Any:
    """Return the province the measured site has."""
    from districts.models import Unit

    return Unit.objects.get(code="84")


def _median(case: Any) -> tuple[float, int]:
    """Trace as if for the first time, again and again; return milliseconds and people met."""
    from django.db import connection, transaction
    from django.utils import timezone

    from tracing.trace import trace

    times, people = [], 0
    for _round in range(ROUNDS):
        spent = _Spent()
        with transaction.atomic(), connection.execute_wrapper(spent):
            people = trace(case, timezone.now()).people
            times.append(spent.milliseconds)
            transaction.set_rollback(True)
    return statistics.median(times[3:]), people


class _Spent:
    """Adds up how long the database takes for statements."""

    def __init__(self) -> None:
        self.milliseconds = 0.0

    def __call__(self, execute: Callable[..., Any], *given: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*given)
        finally:
            self.milliseconds += 1000 * (time.perf_counter() - began)
