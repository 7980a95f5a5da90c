"""Notices: what the public reads of places and periods, and what a phone alone finds of its own."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from declarations.memory import COOKIE, Memory, Remembered
from declarations.models import Declaration, Notice, Visit, Visitor
from declarations.nonces import Nonce, Receipt
from declarations.notices import Published, forget_published, merged, met
from tests import make, make_tracing
from tests.page import Reader, Screen
from venues.models import Venue

from .scene import address_of, declare

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TOLD = "Bạn đã có mặt"
START = datetime(2026, 11, 20, 8, tzinfo=timezone.get_fixed_timezone(420))


def notice(venue: Venue, start: datetime, end: datetime) -> Notice:
    made = make_tracing.notice(venue, start, end)
    forget_published()
    return made


@pytest.fixture(autouse=True)
def _key(db) -> None:
    make.sealing_key()


def remembering(venue: Venue, arrived_at: datetime, **known: object) -> Memory:
    token = Receipt(venue.pk, Nonce.new(arrived_at)).token
    return Memory(visits=[Remembered(token, **known)])


def declared_and_met(page: Reader, venue: Venue) -> Screen:
    """Check in, and let it be known since that a case was there at that time."""
    receipt = declare(page, venue)
    now = timezone.now()
    notice(venue, now - HOUR, now + HOUR)
    return receipt


@pytest.mark.parametrize(
    ("start", "end", "meets"),
    [(-60, 0, False), (-60, 1, True), (30, 40, True), (89, 200, True), (90, 200, False)],
)
def test_a_visit_meets_a_period_that_it_overlaps_and_not_one_it_touches(
    venue: Venue, start: int, end: int, meets: bool
) -> None:
    arrived = make.moment("08:00", days_ago=1)
    notice(venue, arrived + start * MINUTE, arrived + end * MINUTE)
    assert bool(met(remembering(venue, arrived), timezone.now())) is meets


def test_a_known_departure_counts_before_the_usual_stay(venue: Venue) -> None:
    arrived = make.moment("08:00", days_ago=1)
    notice(venue, arrived + 30 * MINUTE, arrived + HOUR)
    now = timezone.now()
    assert not met(remembering(venue, arrived, left=True, minutes=30), now)
    assert met(remembering(venue, arrived, left=True, minutes=31), now)
    assert met(remembering(venue, arrived, left=True), now)


def test_another_venue_at_the_same_time_is_not_met(venue: Venue) -> None:
    arrived = make.moment("08:00", days_ago=1)
    notice(make.venue("Quán Sông Quê"), arrived, arrived + HOUR)
    assert not met(remembering(venue, arrived), timezone.now())


def test_what_was_withdrawn_or_is_older_than_visits_are_kept_is_not_told(
    page: Reader, venue: Venue, settings
) -> None:
    long_ago = make.moment("08:00", days_ago=settings.RETENTION_DAYS + 1)
    notice(venue, long_ago, long_ago + HOUR)
    arrived = make.moment("08:00", days_ago=1)
    made = notice(venue, arrived, arrived + HOUR)
    assert "08:00–09:00" in page.get("/notices/").text
    Notice.objects.filter(pk=made.pk).update(withdrawn_at=timezone.now())
    forget_published()
    assert venue.name not in page.get("/notices/").text
    assert not met(remembering(venue, arrived), timezone.now())


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9), st.integers(1, 3))))
def test_merged_periods_cover_the_same_minutes_and_do_not_overlap(drawn: list) -> None:
    notices = [
        Published(
            frozenset([n]), venue, "Chợ", "market", "", "", START + first * MINUTE,
            START + (first + length) * MINUTE, START,
        )
        for n, (first, length, venue) in enumerate(drawn)
    ]  # fmt: skip
    shown = merged(notices)
    assert minutes(shown) == minutes(notices)
    assert sum((one.end - one.start) // MINUTE for one in shown) == len(minutes(shown))
    assert sorted(n for one in shown for n in one.ids) == list(range(len(drawn)))


def minutes(notices: list[Published]) -> set[tuple[int, int]]:
    return {
        (one.venue_id, n)
        for one in notices
        for n in range((one.start - START) // MINUTE, (one.end - START) // MINUTE)
    }


def test_overlapping_periods_of_a_venue_are_shown_as_one(page: Reader, venue: Venue) -> None:
    start = make.moment("08:00", days_ago=1)
    notice(venue, start, start + HOUR)
    notice(venue, start + HOUR / 2, start + 2 * HOUR)
    text = page.get("/notices/").text
    assert "08:00–10:00" in text
    assert text.count(venue.name) == 1


def test_the_page_shows_place_and_period_and_nothing_of_any_person(
    page: Reader, venue: Venue
) -> None:
    visit = make.visit(venue, make.moment("08:00", days_ago=1), stay=HOUR)
    notice(venue, visit.entered_at, visit.entered_at + HOUR)
    text = page.get("/notices/").text
    assert "12 Bạch Đằng" in text
    assert "Phường 1, Thành phố Trà Vinh" in text
    for secret in (visit.visitor.mask, "BN20", venue.responsible_name, venue.owner.phone[-9:]):
        assert secret not in text


def test_places_are_found_by_commune_name_and_day_newest_first(page: Reader, tree, venue) -> None:
    cafe = make.venue("Quán Sông Quê", commune=tree.commune_next_door)
    today, yesterday = make.moment("00:00"), make.moment("08:00", days_ago=1)
    notice(cafe, yesterday, yesterday + HOUR)
    notice(venue, today, today + HOUR)
    text = page.get("/notices/").text
    assert text.index(venue.name) < text.index(cafe.name)
    for asked, found in {
        "q=long+toan": cafe, "q=CHO+tra": venue, "q=song que duyen hai": cafe,
        f"day={timezone.localdate(yesterday, today.tzinfo)}": cafe, "q=phuong 1&day=": venue,
    }.items():  # fmt: skip
        text = page.get(f"/notices/?{asked}").text
        assert [one.name for one in (cafe, venue) if one.name in text] == [found.name]
    for asked in ("q=không có", "day=hôm qua", "q=%00", "page=99&day=9999-99-99"):
        page.get(f"/notices/?{asked}")


def test_every_page_of_the_visitor_tells_who_was_there(page: Reader, venue: Venue) -> None:
    receipt = declared_and_met(page, venue)
    other = make.venue("Quán Cũ", closed_at=timezone.now())
    for address in ("/", "/me/", "/notices/", receipt.url, address_of(venue)):
        assert TOLD in page.get(address).text, address
        assert TOLD not in page.by(None).get(address).text, address
    for query in ("?other=1", "?changed=1"):
        assert TOLD in page.get(address_of(venue) + query).text
    assert TOLD in page.get(address_of(other), status=410).text


def test_who_left_before_the_case_came_is_told_nothing(page: Reader, venue: Venue) -> None:
    receipt = declare(page, venue)
    page.submit(receipt, form="leave")
    now = timezone.now()
    notice(venue, now + 2 * MINUTE, now + HOUR)
    assert TOLD not in page.get("/me/").text


def test_a_notice_put_away_stays_on_the_page_of_the_phone_alone(page: Reader, venue: Venue) -> None:
    declared_and_met(page, venue)
    screen = page.submit(page.get("/notices/"), form="dismiss")
    assert screen.url == "/notices/"
    assert TOLD not in screen.text
    assert TOLD not in page.get(address_of(venue)).text
    assert TOLD in page.get("/me/").text
    now = timezone.now()
    notice(venue, now - 2 * HOUR, now + 2 * HOUR)
    assert TOLD in page.get("/").text


def test_putting_away_leads_nowhere_else_and_keeps_only_what_was_told(
    page: Reader, venue: Venue
) -> None:
    declared_and_met(page, venue)
    sent = {"next": "https://example.com/", "notice": ["x", "99999999999999999999", "-1", "\0"]}
    assert page.post("/notices/dismiss/", sent, status=303).location == "/me/"
    assert TOLD in page.get("/").text


def test_telling_a_phone_asks_and_writes_nothing_about_it(page: Reader, venue: Venue) -> None:
    declared_and_met(page, venue)
    before = [model.objects.count() for model in (Visit, Declaration, Visitor)]
    page.get("/")  # the list is remembered now
    with CaptureQueriesContext(connection) as queries:
        page.get("/")
        page.get("/v/" + venue.poster.code + "/")
    told = [query["sql"] for query in queries if "venues_poster" not in query["sql"]]
    assert told == []
    assert before == [model.objects.count() for model in (Visit, Declaration, Visitor)]


def test_a_phone_with_memory_costs_the_check_in_page_no_statement(
    page: Reader, venue: Venue, django_assert_num_queries
) -> None:
    declared_and_met(page, venue)
    address = address_of(venue)
    page.client.get(address)
    for query in ("", "?other=1", "?changed=1"):
        with django_assert_num_queries(0):
            assert TOLD in page.client.get(address + query).content.decode()


def test_a_memory_of_the_release_before_is_still_read(page: Reader, venue: Venue) -> None:
    declare(page, venue)
    old = Memory.of(page.get("/me/").response.wsgi_request)
    assert old.visits[0].kept == (old.visits[0].token, False)
    assert Remembered.read("x", True) == Remembered("x", left=True)
    assert Remembered("x", left=True, minutes=5).kept == ("x", 5)
    page.client.cookies[COOKIE] = "nonsense"
    assert TOLD not in page.get("/").text


def test_what_was_put_away_never_makes_the_memory_too_long(page: Reader, venue: Venue) -> None:
    declare(page, venue)
    memory = Memory.of(page.get("/me/").response.wsgi_request)
    memory.dismiss(set(range(10**6, 10**6 + 500)))
    assert len(memory.dismissed) == 40
    memory.visits = [Remembered(memory.visits[0].token, left=True, minutes=1440)] * 20
    response = page.get("/me/").response
    memory.save(response)
    assert len(response.cookies[COOKIE].value) <= 3800
