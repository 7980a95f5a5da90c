"""How the worklist goes down, day by day."""

from datetime import timedelta

import pytest

from dashboards.models import SilenceDay
from dashboards.silence import progress
from dashboards.silence.progress import note_silence
from declarations import tallies
from districts.days import local_day
from tests import make

from .silence_scene import approach

pytestmark = pytest.mark.django_db
NOW = make.moment("00:10")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def counted(commune, day=NOW):
    one = SilenceDay.objects.get(commune=commune, day=local_day(day))
    return {name: getattr(one, name) for name in (
        "venues", "silent", "never_used", "reminded", "called", "visited", "came_alive"
    )}  # fmt: skip


def test_a_day_begins_with_what_is_open_silent_and_never_used(tree, venue):
    make.visit(make.venue("Chợ dùng"), NOW - DAY)
    old = make.venue("Chợ cũ")
    make.visit(old, NOW - 9 * DAY)
    make.venue("Chợ đóng", closed_at=NOW - HOUR)
    tallies.fold()
    note_silence(NOW)
    found = counted(tree.ward_here)
    assert (found["venues"], found["silent"], found["never_used"]) == (3, 2, 1)
    assert SilenceDay.objects.count() == 1


def test_noting_again_changes_nothing_of_the_beginning(tree, venue):
    note_silence(NOW)
    before = counted(tree.ward_here)
    make.visit(venue, NOW + HOUR)
    note_silence(NOW + 2 * HOUR)
    assert counted(tree.ward_here) == before


def test_acts_are_counted_on_their_local_day(tree, venue):
    note_silence(NOW - DAY)
    approach(venue, NOW - HOUR, way="visited")
    approach(venue, NOW - 2 * HOUR, way="reminded", finding="")
    approach(venue, NOW, way="called")
    for _time in range(2):
        note_silence(NOW + HOUR)
    yesterday, today = counted(tree.ward_here, NOW - DAY), counted(tree.ward_here)
    assert (yesterday["reminded"], yesterday["called"], yesterday["visited"]) == (1, 0, 1)
    assert (today["reminded"], today["called"], today["visited"]) == (0, 1, 0)


def test_the_first_visit_after_an_act_is_a_success_once(tree, venue):
    approach(venue, NOW - 2 * DAY)
    approach(venue, NOW - DAY)
    note_silence(NOW)
    assert counted(tree.ward_here)["came_alive"] == 0
    make.visit(venue, NOW + HOUR)
    make.visit(venue, NOW + 2 * HOUR)
    note_silence(NOW + 3 * HOUR)
    assert counted(tree.ward_here)["came_alive"] == 1
    make.visit(venue, NOW + DAY)
    note_silence(NOW + DAY)
    assert counted(tree.ward_here, NOW + DAY)["came_alive"] == 0


@pytest.mark.parametrize(
    ("changes", "act_at", "visit_at"),
    [
        ({"reason": "no_exits"}, NOW - DAY, NOW + HOUR),
        ({}, NOW + 2 * HOUR, NOW + HOUR),
        ({}, NOW - 16 * DAY, NOW + HOUR),
    ],
)
def test_what_no_act_brought_is_no_success(tree, venue, changes, act_at, visit_at):
    approach(venue, act_at, **changes)
    make.visit(venue, visit_at)
    note_silence(NOW + 3 * HOUR)
    assert counted(tree.ward_here)["came_alive"] == 0


def test_weeks_add_up_their_days_and_begin_on_mondays(tree, venue):
    monday = NOW - local_day(NOW).weekday() * DAY
    for back in range(9):
        SilenceDay.objects.create(
            day=local_day(monday) - back * DAY, commune=tree.ward_here,
            venues=10, silent=back, never_used=0, reminded=2,
        )  # fmt: skip
    found = progress.weeks(tree.province, monday)
    assert len(found) == 8
    assert {week.began_on.weekday() for week in found} == {0}
    assert [week.silent for week in found] == [None] * 5 + [8, 7, 0]
    assert [week.reminded for week in found][-3:] == [2, 14, 2]


def test_another_area_has_its_own_progress(tree, venue):
    make.venue("Chợ bên kia", commune=tree.ward_next_door)
    note_silence(NOW)
    assert [w.silent for w in progress.weeks(tree.here, NOW)][-1] == 1
    assert [w.silent for w in progress.weeks(tree.province, NOW)][-1] == 2
    found = progress.commune_progress(tree.next_door, NOW)
    assert [(one.commune, one.newest.silent) for one in found] == [(tree.ward_next_door, 1)]


def test_the_progress_page_shows_weeks_and_communes(page, tree, official, venue):
    reader = page.by(official).speaking("en")
    address = "/dashboard/84/silent/progress/"
    assert "Nothing was counted yet" in reader.get(address)
    note_silence(NOW)
    screen = reader.get(address)
    assert screen.links["Phường 1, Thành phố Trà Vinh"] == "/dashboard/29239/silent/"
