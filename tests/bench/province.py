"""The officials' pages over a full register: 12,650 venues, two million visits today, 48 million."""

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

# What 48 million visits of three weeks leave in the tallies: every venue, every hour it is open.
_TALLIED = (
    """TRUNCATE declarations_tally, declarations_hourtally, declarations_daytally,
    declarations_kindtally, declarations_tallymark""",
    """INSERT INTO declarations_tally (venue_id, hour, arrived, left_usual_stay, declared, ask)
    SELECT venue.id, %(today)s::timestamptz - day * interval '1 day' + hour * interval '1 hour',
        10, 10, 5, 1
    FROM venues_venue venue, generate_series(0, 20) day, generate_series(5, 22) hour""",
    """INSERT INTO declarations_hourtally (commune_id, hour, arrived, left_usual_stay, declared, ask)
    SELECT commune_id, hour, sum(arrived), sum(left_usual_stay), sum(declared), sum(ask)
    FROM declarations_tally JOIN venues_venue ON id = venue_id GROUP BY commune_id, hour""",
    """INSERT INTO declarations_kindtally
        (commune_id, kind, day, arrived, left_usual_stay, declared, ask)
    SELECT commune_id, kind, (hour AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day,
        sum(arrived), sum(left_usual_stay), sum(declared), sum(ask)
    FROM declarations_tally JOIN venues_venue ON id = venue_id GROUP BY commune_id, kind, day""",
    """INSERT INTO declarations_daytally (commune_id, day, arrived, left_usual_stay, declared, ask)
    SELECT commune_id, day, sum(arrived), sum(left_usual_stay), sum(declared), sum(ask)
    FROM declarations_kindtally GROUP BY commune_id, day""",
    "ANALYZE",
)


def measured(port: int) -> bool:
    """Print the officials' pages' median times as the data grow; return whether one is too slow."""
    from django.core.management import call_command

    call_command("seed", venues=12_650, visits=311_000, days=21, seed=1, add=True)
    call_command("housekeeping")
    cookie = cookie_of_an_official()
    commune = largest_commune()
    few = page_milliseconds(port, cookie)
    late = [_row("province, 311,000 visits", few, 50)]
    _row("… its largest commune", page_milliseconds(port, cookie, f"/dashboard/{commune}/"), 100)
    _row("… its silent venues", page_milliseconds(port, cookie, "/dashboard/84/silent/"), 100)
    pour_in(2_000_000)
    late.append(_row("… and 2 million today", page_milliseconds(port, cookie), 100))
    tally_as_of_many()
    many = page_milliseconds(port, cookie)
    late += [_row("… tallies of 48 million", many, 100), many > 1.5 * few]
    print(
        f"{'':24} {many / few:5.2f} of the time with 311,000 (at most 1.5); the visits that no page"
    )
    print(f"{'':24} of figures reads were not stored for it, only what is counted of them")
    return any(late)


def _row(name: str, milliseconds: float, most: int) -> bool:
    print(f"{name:24} {milliseconds:5.1f} ms at the median (at most {most})", flush=True)
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


def page_milliseconds(port: int, cookie: str, path: str = "/dashboard/84/") -> float:
    """Return the median time of a whole page, asked for one after another over loopback."""
    line, times = Line(port), []
    for _number in range(REQUESTS):
        started = time.perf_counter()
        answer = line.ask(get(path, "gzip", cookie))
        times.append(1000 * (time.perf_counter() - started))
        assert answer.status == 200, answer.headers
    return statistics.median(times[5:])


def largest_commune() -> str:
    """Return the code of the commune with most venues."""
    from django.db.models import Count

    from districts.models import Unit

    return Unit.objects.annotate(n=Count("venues")).latest("n").code


def pour_in(number: int) -> None:
    """Store so many visits of today at once, with their tallies."""
    from django.db import connection
    from django.utils import timezone

    from declarations import tallies
    from declarations.partitions import DailyTable
    from districts.days import day_start, local_day

    now = timezone.now()
    began = day_start(local_day(now))
    with connection.cursor() as cursor:
        cursor.execute(
            _POUR.format(part=DailyTable("declarations_visit").part(local_day(now))),
            {"began": began, "elapsed": max(now - began, timedelta(minutes=1)), "number": number},
        )
    tallies.rebuild()


def tally_as_of_many() -> None:
    """Put into the tallies what 48 million visits would leave there."""
    from django.db import connection
    from django.utils import timezone

    from districts.days import day_start, local_day

    with connection.cursor() as cursor:
        for statement in _TALLIED:
            cursor.execute(statement, {"today": day_start(local_day(timezone.now()))})
