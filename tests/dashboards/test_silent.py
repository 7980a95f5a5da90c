"""Which venues are silent, why, and in which order."""

from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from dashboards.models import Approach, Reason
from dashboards.silence.silent import ACT_DAYS, SilenceState, silence_of, silent_venues
from dashboards.silence.suspicions import note_suspicions
from declarations import tallies
from declarations.models import LeftReason, Tally
from districts.days import local_day
from districts.models import Unit
from tests import make
from venues.kinds import Kind
from venues.models import Venue

from .silence_scene import approach

pytestmark = pytest.mark.django_db
NOW = make.moment("15:00")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def silent(area, now=NOW):
    return silent_venues(area, now)


def names(area, now=NOW):
    found = Venue.objects.in_bulk([one.venue_id for one in silent(area, now)])
    return [found[one.venue_id].name for one in silent(area, now)]


def reasons(venue, now=NOW):
    found = silence_of(venue.commune, venue.pk, now)
    return found.reasons if found else ()


def use(venue, *days_ago, times=1, visitor=None):
    crowd = people(3)
    for place, back in enumerate(days_ago):
        for nth in range(times):
            at = NOW - back * DAY - nth * timedelta(minutes=1)
            who = visitor or crowd[(place + nth) % 3]
            make.visit(venue, at, stay=timedelta(minutes=5), visitor=who)


def people(number):
    return [make.visitor(phone=f"+8490000{nth:04d}") for nth in range(number)]


def test_a_venue_that_nobody_ever_used_is_listed_after_its_days_of_grace(venue):
    assert reasons(venue) == (Reason.NEVER,)
    fresh = make.venue("Quán mới", registered_at=NOW - DAY)
    assert reasons(fresh) == ()
    assert reasons(fresh, NOW + DAY) == (Reason.NEVER,)


@pytest.mark.parametrize("folded", [True, False])
def test_a_venue_leaves_the_list_in_the_moment_of_its_visit(venue, folded):
    assert reasons(venue)
    make.visit(venue, NOW)
    if folded:
        tallies.fold()
    assert reasons(venue) == ()


def test_a_closed_venue_is_not_listed(tree):
    make.venue("Quán đóng", closed_at=NOW - HOUR)
    make.venue("Quán sắp đóng", closed_at=NOW + HOUR)
    assert names(tree.province) == ["Quán sắp đóng"]


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        (6, ()),
        (7, (Reason.QUIET,)),
        (13, (Reason.QUIET,)),
        (14, (Reason.LONG_QUIET,)),
        (20, (Reason.LONG_QUIET,)),
    ],
)
def test_days_of_silence_are_local_days(venue, days_ago, expected):
    use(venue, days_ago)
    assert reasons(venue) == expected


def test_the_seventh_day_begins_at_midnight(venue):
    make.visit(venue, make.moment("23:59", days_ago=7))
    assert reasons(venue, make.moment("00:00")) == (Reason.QUIET,)
    assert reasons(venue, make.moment("00:00") - timedelta(seconds=1)) == ()


def test_a_venue_whose_visits_are_forgotten_was_still_used(venue):
    use(venue, 20)
    tallies.fold()
    Tally.objects.all().delete()
    assert reasons(venue) == (Reason.LONG_QUIET,)


def test_a_venue_used_on_most_days_that_stopped_is_told_apart_with_what_it_lost(venue):
    use(venue, *range(4, 14), times=3)
    note_suspicions(NOW)
    found = silence_of(venue.commune, venue.pk, NOW)
    assert found.reasons == (Reason.STOPPED,)
    assert (found.expected, found.lost, found.idle_days) == (15, 6, 4)


@pytest.mark.parametrize("days", [range(3, 14), range(4, 8), (4, 6, 8, 10, 12, 14, 16)])
def test_a_weekend_or_a_venue_used_now_and_then_is_no_sudden_stop(venue, days):
    use(venue, *days)
    note_suspicions(NOW)
    assert reasons(venue) == ()


def test_a_young_venue_is_measured_by_the_days_it_had(tree):
    young = make.venue(registered_at=NOW - 10 * DAY)
    use(young, *range(4, 9))
    note_suspicions(NOW)
    assert reasons(young) == (Reason.STOPPED,)


def test_a_venue_that_stopped_leaves_the_list_with_its_next_visit(venue):
    use(venue, *range(4, 14))
    note_suspicions(NOW)
    make.visit(venue, NOW + HOUR)
    assert reasons(venue, NOW + 2 * HOUR) == ()


def test_arrivals_without_one_departure_are_noticed(venue):
    for nth, visitor in enumerate(people(20)):
        at = NOW - DAY - nth * HOUR
        make.visit(venue, at, stay=HOUR, left_reason=LeftReason.USUAL_STAY, visitor=visitor)
    note_suspicions(NOW)
    assert reasons(venue) == (Reason.NO_EXITS,)
    make.visit(venue, NOW - HOUR, stay=HOUR / 2)
    assert reasons(venue) == ()
    assert note_suspicions(NOW) == 0


def test_one_phone_alone_is_noticed_until_another_comes(venue):
    use(venue, 1, 2, 3, visitor=make.visitor())
    note_suspicions(NOW)
    assert reasons(venue) == (Reason.ONE_PHONE,)
    make.visit(venue, NOW + HOUR)
    assert reasons(venue, NOW + 2 * HOUR) == (Reason.ONE_PHONE,)
    make.visit(venue, NOW + HOUR, visitor=make.visitor("Lê Thị Cúc", "+84900000009"))
    assert reasons(venue, NOW + 2 * HOUR) == ()


def test_a_family_on_one_phone_is_one_phone(venue):
    use(venue, 1, visitor=make.visitor())
    use(venue, 2, 3, visitor=make.visitor("Con Thứ Hai", birth_year=2010))
    note_suspicions(NOW)
    assert reasons(venue) == (Reason.ONE_PHONE,)


def test_two_visits_of_one_phone_prove_nothing(venue):
    use(venue, 1, 2, visitor=make.visitor())
    note_suspicions(NOW)
    assert reasons(venue) == ()


def test_a_venue_used_by_its_owner_and_responsible_person_alone_is_noticed(venue):
    Venue.objects.update(responsible_phone="+84911222333")
    use(venue, 1, visitor=make.visitor("Trần Thị Bình", "+84912345678"))
    use(venue, 2, visitor=make.visitor("Lê Văn Dũng", "+84911222333"))
    note_suspicions(NOW)
    assert reasons(venue) == (Reason.OWNER,)


def test_notes_that_housekeeping_did_not_renew_are_no_evidence(venue):
    use(venue, 1, 2, 3, visitor=make.visitor())
    note_suspicions(NOW)
    assert reasons(venue, NOW + 3 * DAY) == ()


def test_noting_twice_notes_the_same(venue):
    use(venue, 1, 2, 3, visitor=make.visitor())
    assert note_suspicions(NOW) == note_suspicions(NOW) == 1


def test_many_phones_are_no_reason(venue):
    use(venue, 1, 2, 3)
    assert note_suspicions(NOW) == 0


def test_each_area_has_its_own_even_where_wards_share_a_name(tree):
    make.venue("Chợ ở đây", commune=tree.ward_here)
    make.venue("Chợ bên kia", commune=tree.ward_next_door)
    assert tree.ward_here.name == tree.ward_next_door.name
    assert names(tree.ward_here) == names(tree.here) == ["Chợ ở đây"]
    assert names(tree.ward_next_door) == ["Chợ bên kia"]
    assert len(names(tree.province)) == 2


def test_strict_kinds_and_longer_silence_come_first(tree):
    make.venue("Quán", kind=Kind.OTHER)
    make.venue("Chợ trẻ", registered_at=NOW - 5 * DAY)
    make.venue("Chợ già", registered_at=NOW - 25 * DAY)
    make.venue("Siêu thị", kind=Kind.SUPERMARKET, registered_at=NOW - 25 * DAY)
    assert names(tree.here) == ["Chợ già", "Siêu thị", "Chợ trẻ", "Quán"]


def test_what_others_of_its_kind_see_is_expected_of_a_venue(venue):
    busy = make.venue("Chợ đông")
    use(busy, 1, times=40)
    tallies.fold()
    assert silence_of(venue.commune, venue.pk, NOW).expected == 40


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, SilenceState.REMINDED),
        ({"way": "reminded", "finding": ""}, SilenceState.REMINDED),
        ({"way": "visited", "finding": "refuses"}, SilenceState.VISITED),
        ({"finding": "will_use"}, SilenceState.DONE),
        ({"finding": "duplicate"}, SilenceState.EXCUSED),
        ({"finding": "closed", "next_on": local_day(NOW)}, SilenceState.DUE),
        ({"finding": "nobody", "next_on": local_day(NOW) + DAY}, SilenceState.REMINDED),
    ],
)
def test_the_newest_act_says_how_far_one_has_come(venue, changes, state):
    assert silence_of(venue.commune, venue.pk, NOW).state == SilenceState.NEW
    approach(venue, NOW - 2 * HOUR, way="visited", finding="other")
    approach(venue, NOW - HOUR, **changes)
    assert silence_of(venue.commune, venue.pk, NOW).state == state


def test_what_is_due_stands_on_top_and_what_is_done_at_the_end(tree):
    done, due, _new = [make.venue(name, kind=kind) for name, kind in (
        ("Xong", Kind.MARKET), ("Đến hẹn", Kind.OTHER), ("Mới", Kind.SHOP))]  # fmt: skip
    approach(done, NOW - HOUR, finding="will_use")
    approach(due, NOW - DAY, next_on=local_day(NOW))
    assert names(tree.here) == ["Đến hẹn", "Mới", "Xong"]


def test_an_act_before_the_venue_was_used_again_counts_no_more(venue):
    approach(venue, NOW - 10 * DAY, finding="closed")
    use(venue, 8)
    assert silence_of(venue.commune, venue.pk, NOW).state == SilenceState.NEW


def test_where_people_still_come_an_act_counts_for_two_weeks(venue):
    use(venue, 1, 2, 3, visitor=make.visitor())
    note_suspicions(NOW)
    approach(venue, NOW - 4 * DAY)
    assert silence_of(venue.commune, venue.pk, NOW).state == SilenceState.REMINDED
    Approach.objects.update(at=NOW - (ACT_DAYS + 1) * DAY)
    assert silence_of(venue.commune, venue.pk, NOW).state == SilenceState.NEW


def test_a_demonstration_has_a_venue_for_every_reason():
    for name in ("tra_vinh_2021.csv", "provinces_2021.csv"):
        call_command("load_units", settings.BASE_DIR / "districts/data" / name, stdout=StringIO())
    make.sealing_key()
    call_command("seed", venues=1200, visits=14_000, days=21, seed=1, stdout=StringIO())
    now = timezone.now()
    note_suspicions(now)
    province = Unit.objects.get(code="84")
    found = {reason for one in silent(province, now) for reason in one.reasons}
    assert found == set(Reason)
