"""The province's page over a full register: 12,650 venues, then two million visits today."""

import statistics
import time
from datetime import timedelta

from .load import Line, get

REQUESTS = 60
_POUR = """
INSERT INTO {part} (venue_id, entered_at, recorded_at, left_at, left_reason, evidence, outcome,
    id, visitor_id)
SELECT venue, at, at, CASE WHEN n %% 10 < 9 THEN at END, CASE WHEN n %% 10 < 9 THEN 2 END,
    2, 0, gen_random_uuid(), visitor
FROM (
    SELECT n, venues[1 + (random() * random() * (array_length(venues, 1) - 1))::int] AS venue,
        %(began)s::timestamptz + random() * %(elapsed)s::interval AS at,
        visitors[1 + (random() * (array_length(visitors, 1) - 1))::int] AS visitor
    FROM generate_series(1, %(number)s) n,
        (SELECT array_agg(id) AS venues FROM venues_venue) venue,
        (SELECT array_agg(key) AS visitors FROM (SELECT key FROM declarations_visitor LIMIT 50000) v) visitor
) visit
"""


def measured(port: int) -> bool:
    """Print the page's median time with a full register; return whether one is too slow."""
    from django.core.management import call_command

    call_command("seed", venues=12_650, visits=311_000, days=21, seed=1, add=True)
    cookie = cookie_of_an_official()
    late = [_row("province, 311,000 visits", page_milliseconds(port, cookie), 50)]
    pour_in(2_000_000)
    late.append(_row("… and 2 million today", page_milliseconds(port, cookie), 100))
    return any(late)


def _row(name: str, milliseconds: float, most: int) -> bool:
    print(f"{name:24} {milliseconds:5.1f} ms at the median (at most {most})")
    return milliseconds > most


def cookie_of_an_official() -> str:
    """Sign somebody in for the whole province; return what the browser would send."""
    from django.test import Client

    from districts.models import Unit
    from tests import make

    client = Client()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    province = Unit.objects.get(code="84")
    client.force_login(make.official(province), backend=backend)
    return f"Cookie: sessionid={client.cookies['sessionid'].value}"


def page_milliseconds(port: int, cookie: str) -> float:
    """Return the median time of the page, asked for one after another."""
    line, times = Line(port), []
    for _number in range(REQUESTS):
        started = time.perf_counter()
        answer = line.ask(get("/dashboard/84/", "gzip", cookie))
        times.append(1000 * (time.perf_counter() - started))
        assert answer.status == 200, answer.headers
    return statistics.median(times[5:])


def pour_in(number: int) -> None:
    """Store so many visits of today at once, with their tallies."""
    from django.db import connection
    from django.utils import timezone

    from declarations import tallies
    from declarations.partitions import part_of
    from districts.days import day_start, local_day

    now = timezone.now()
    began = day_start(local_day(now))
    with connection.cursor() as cursor:
        cursor.execute(
            _POUR.format(part=part_of("declarations_visit", local_day(now))),
            {"began": began, "elapsed": max(now - began, timedelta(minutes=1)), "number": number},
        )
    tallies.rebuild()
