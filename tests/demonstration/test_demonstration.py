"""The parts a demonstration is made of."""

import os
import subprocess
import sys
from random import Random

import pytest
from django.conf import settings

from demonstration import names
from demonstration.people import drawn
from demonstration.places import HABITS
from venues.kinds import Kind


@pytest.mark.parametrize("size", [1, 2, 3, 4, 10, 97, 100])
def test_a_draw_gives_every_number_once(size):
    for chance in range(20):
        draw = drawn(Random(chance), size)
        assert sorted(draw.next() for _ in range(size)) == list(range(size))
        assert draw.next() is None


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_habits_that_fill_a_day(kind):
    habit = HABITS[kind]
    assert len(habit.by_hour) == 24
    assert habit.by_hour == sorted(habit.by_hour)
    assert habit.by_hour[-1] > 0
    assert not habit.is_open(0)
    assert sum(habit.is_open(hour) for hour in range(24)) == len(habit.arrivals)


def test_three_people_in_ten_have_khmer_names():
    rng = Random(1)
    drawn_names = [names.person(rng, male=rng.random() < 0.5) for _ in range(3000)]
    families = {"Thạch", "Sơn", "Kim", "Lâm", "Kiên", "Châu", "Danh"}
    khmer = [n for n in drawn_names if n.split()[0] in families or "\u1780" <= n[0] <= "\u17ff"]
    assert 0.27 < len(khmer) / len(drawn_names) < 0.33
    assert all("_" not in name and name == name.strip() for name in drawn_names)


# What a process with its own order of hashes makes of a seed, without a database.
_STORY = """
import django, hashlib
django.setup()
from datetime import UTC, date, datetime, timedelta
from demonstration.days import Weeks
from demonstration.people import Province
from demonstration.places import Place
from districts.models import Unit
from venues.kinds import Kind

until = date(2021, 11, 20)
days = [until - timedelta(days=back) for back in reversed(range(7))]
communes = [Unit(pk=pk, parent_id=1, inhabitants=1000 * pk) for pk in range(2, 9)]
places = [
    Place(n, kind, 2 + n % 7, 1, 3.0, days[0], None, n % 5 == 0, "+84900000001", n % 3 > 0)
    for n, kind in enumerate([*Kind] * 3)
]
province = Province("7", communes, [], ["+84900000001", ""])
told = hashlib.sha256()
for outing in Weeks("7", province, places, days, 800).outings(datetime(2022, 1, 1, tzinfo=UTC)):
    told.update(repr(outing).encode())
print(told.hexdigest())
"""


def test_a_seed_tells_the_same_story_in_every_process():
    stories = set()
    for order in ("0", "1", "2021"):
        known = os.environ | {"PYTHONHASHSEED": order}
        known["DJANGO_SETTINGS_MODULE"] = "checkin_site.settings"
        command = [sys.executable, "-c", _STORY]
        stories.add(subprocess.check_output(command, cwd=settings.BASE_DIR, env=known, text=True))
    assert len(stories) == 1
