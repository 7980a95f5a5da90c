"""The live views: tallies and marks together, also where a venue stood before a reform."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from declarations import tallies
from declarations.models import COUNTED
from districts.days import day_start, local_day
from tests import make
from venues.models import FormerCommune


def live() -> dict[str, set]:
    """Return what the views say, added up."""
    said = {}
    with connection.cursor() as cursor:
        for view, keys in {
            "live_venue_hour": "venue_id, date_trunc('hour', at, 'UTC')",
            "live_hour": "commune_id, hour",
            "live_day": "commune_id, day",
            "live_day_kind": "commune_id, kind, day",
        }.items():
            sums = ", ".join(f"sum({column})" for column in COUNTED)
            cursor.execute(f"SELECT {keys}, {sums} FROM {view} GROUP BY {keys}")
            said[view] = set(cursor.fetchall())
        cursor.execute("SELECT venue_id, commune_id, kind, inside, newest_at FROM live_presence")
        said["live_presence"] = set(cursor.fetchall())
    return said


@pytest.mark.django_db
def test_views_say_the_same_before_and_after_a_fold_also_of_a_former_commune(tree, venue):
    today = local_day(timezone.now())
    FormerCommune.objects.create(venue=venue, commune=tree.commune_here, until=today)
    midnight = day_start(today)
    hours = (timedelta(hours=-26), timedelta(hours=-1), timedelta(seconds=1))
    for number, at in enumerate(midnight + after for after in hours):
        made = make.visit(venue, at, visitor=make.visitor(f"Khách {number}"))
        make.declaration(venue, at, visitor=made.visitor, symptoms=1)
    other = make.venue("Quán", commune=tree.ward_next_door, closed_at=timezone.now())
    make.visit(other, midnight - timedelta(hours=2), stay=timedelta(hours=1))
    marked = live()
    tallies.fold()
    assert live() == marked
    arrived = {(commune, day): sums[0] for commune, day, *sums in marked["live_day"]}
    yesterday = today - timedelta(days=1)
    assert arrived[tree.ward_here.pk, today] == 1
    assert arrived[tree.commune_here.pk, yesterday] == 1
    assert (tree.ward_here.pk, yesterday) not in arrived
    assert {row[0]: row[3:] for row in marked["live_presence"]} == {
        venue.pk: (3, midnight + timedelta(seconds=1)),
        other.pk: (0, midnight - timedelta(hours=2)),
    }
