"""Places where a case was without checking in, added by hand."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from districts.days import LOCAL_ZONE, today
from tests import make, make_tracing
from tracing.models import Stay

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def reader(page, tree):
    return page.by(make_tracing.tracer(tree.here)).speaking("en")


@pytest.fixture
def case(tree, venue):
    return make_tracing.case(area=tree.here)


@pytest.fixture
def address(case):
    return f"/tracing/cases/{case.number}/stays/"


def told(reader, address, venue, status=200, **typed):
    typed = {
        "day": today() - DAY, "start": "08:00", "end": "09:00", "exact": "yes", "note": "Vợ kể",
    } | typed  # fmt: skip
    screen = reader.get(f"{address}?venue={venue.pk}")
    return reader.submit(screen, status=status, form="telling", **typed)


def period(stay_period):
    lower, upper = (one.astimezone(LOCAL_ZONE) for one in (stay_period.lower, stay_period.upper))
    return f"{lower:%H:%M}–{upper:%H:%M}"


def test_a_stay_that_is_told_exactly_finds_who_was_there(reader, address, case, venue):
    other = make.visitor("Lê Văn Bình", "+84900000001")
    make.visit(venue, make.moment("08:30", days_ago=1), visitor=other, stay=HOUR)
    screen = told(reader, address, venue)
    assert case.contacts.get().certain_seconds == 30 * 60
    assert "certainly 08:00–09:00" in screen
    assert "Vợ kể" in screen


def test_a_stay_told_about_is_certain_at_no_time(reader, address, venue):
    told(reader, address, venue, exact="no")
    stay = Stay.objects.get()
    assert stay.certain_period.isempty
    assert period(stay.possible_period) == "07:30–09:30"


def test_the_same_form_sent_twice_adds_one_stay(reader, address, case, venue):
    typed = {
        "venue": venue.pk, "nonce": uuid4(), "day": today() - DAY, "start": "08:00",
        "end": "09:00", "exact": "yes", "note": "Vợ kể",
    }  # fmt: skip
    for _time in range(2):
        reader.post(address, typed, 303)
    assert Stay.objects.count() == case.events.count() == 1


def test_a_stay_over_midnight_ends_on_the_next_day(reader, address, venue):
    typed = {"day": today() - 2 * DAY, "start": "23:30", "end": "00:20"}
    assert "id_end" in told(reader, address, venue, status=422, **typed).errors
    screen = told(reader, address, venue, next_day="on", **typed)
    assert Stay.objects.get().possible_period.upper == make.moment("00:20", days_ago=1)
    assert "certainly 23:30–00:20" in screen
    assert "(continued)" in screen


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"day": ""}, "id_day"),
        ({"day": today() - 61 * DAY}, "id_day"),
        ({"day": today() + DAY}, "id_end"),
        ({"start": "25:00"}, "id_start"),
        ({"start": "09:00"}, "id_end"),
        ({"start": "10:00"}, "id_end"),
        ({"day": today() - 2 * DAY, "end": "08:01", "next_day": "on"}, "id_end"),
        ({"exact": None}, "id_exact_0"),
        ({"note": ""}, "id_note"),
        ({"note": "x" * 301}, "id_note"),
    ],
)
def test_what_cannot_have_been_is_refused(reader, address, venue, typed, field):
    assert field in told(reader, address, venue, status=422, **typed).errors
    assert not Stay.objects.exists()


def test_sixty_days_ago_is_remembered(reader, address, venue):
    told(reader, address, venue, day=today() - 60 * DAY)
    assert Stay.objects.exists()


def test_a_stay_is_changed_and_taken_away(reader, address, case, venue):
    told(reader, address, venue)
    stay = Stay.objects.get()
    screen = reader.get(f"{address}{stay.pk}/")
    reader.submit(screen, {"start": "07:00", "exact": "no"}, form="telling")
    stay.refresh_from_db()
    assert period(stay.possible_period) == "06:30–09:30"
    reader.submit(reader.get(f"{address}{stay.pk}/"), form="remove")
    assert not Stay.objects.exists()
    assert [event.what for event in case.events.all()] == ["told", "retold", "untold"]


def test_visits_and_stays_of_others_cannot_be_changed(reader, address, case, tree, venue):
    start = make.moment("08:00", days_ago=1)
    elsewhere = make_tracing.told_stay(
        make_tracing.case(make.visitor(birth_year=1950), area=tree.here), venue, start, start + HOUR
    )
    visit = make_tracing.told_stay(case, venue, start, start + HOUR, visit=make.visit(venue).id)
    for stay in (elsewhere, visit):
        reader.get(f"{address}{stay.pk}/", status=404)
        reader.post(f"{address}{stay.pk}/remove/", {}, 404)
    assert Stay.objects.count() == 2


@pytest.mark.parametrize("typed", ["cho tra vinh", "bach dang", "{code}", "Chợ", "phuong 1 cho"])
def test_a_venue_is_found_by_name_address_place_and_code(reader, address, venue, typed):
    query = typed.format(code=venue.poster.displayed_code)
    assert "Chợ Trà Vinh" in reader.get(f"{address}?q={query}").links


def test_two_wards_of_one_name_are_told_apart(reader, address, tree, venue):
    make.venue("Chợ Trà Vinh", commune=tree.ward_next_door)
    screen = reader.get(f"{address}?q=chợ")
    assert "Phường 1, Thành phố Trà Vinh" in screen
    assert "Phường 1, Thị xã Duyên Hải" in screen


@pytest.mark.parametrize("typed", ["không có", "'", "%00", "\u202e", "x" * 500, "   "])
def test_a_venue_that_is_not_there_is_not_found(reader, address, venue, typed):
    assert "Chợ Trà Vinh" not in reader.get(f"{address}?q={typed}").links


@pytest.mark.parametrize("key", ["x", "0", "²", "9" * 30, "-1"])
def test_a_venue_that_does_not_exist_is_none(reader, address, venue, key):
    assert "Find a venue" in reader.get(f"{address}?venue={key}")
    assert reader.post(address, {"venue": key}, 422).status == 422


def test_a_venue_of_another_province_is_none(reader, address, venue):
    province = make.unit("86", "Tỉnh Vĩnh Long", kind="tỉnh")
    district = make.unit("860", "Huyện Vũng Liêm", province)
    venue.commune = make.unit("29999", "Xã Trung Hiếu", district)
    venue.save()
    assert "Find a venue" in reader.get(f"{address}?venue={venue.pk}")
    assert "Chợ Trà Vinh" not in reader.get(f"{address}?q=chợ").links


def test_nothing_is_certain_after_now(reader, address, venue):
    now = timezone.now().astimezone(LOCAL_ZONE)
    end = now - timedelta(minutes=2)
    start = end - timedelta(minutes=10)
    if start.date() != now.date():
        pytest.skip("the local day has just begun")
    typed = {"day": today(), "start": f"{start:%H:%M}", "end": f"{end:%H:%M}", "exact": "no"}
    told(reader, address, venue, **typed)
    assert Stay.objects.get().possible_period.upper <= timezone.now()
