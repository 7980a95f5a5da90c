"""Publishing where a case was: seen first, then published, withdrawn, and told to the owners."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from accounts import gateways
from accounts.gateways import MessageNotSent
from accounts.models import Account
from declarations.models import Notice
from tests import make, make_tracing
from tests.messages import received
from tests.page import Reader, Screen
from tracing.models import Case, CaseEvent, Stay
from venues.kinds import Kind
from venues.models import Venue

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SMALL = "may point at a person"


@pytest.fixture
def tracer(tree) -> Account:
    return make_tracing.tracer(tree.here)


@pytest.fixture
def reader(page: Reader, tracer: Account) -> Reader:
    return page.by(tracer).speaking("en")


@pytest.fixture
def case(tree, tracer: Account) -> Case:
    return make_tracing.case(area=tree.here, opened_by=tracer)


def exposure(case: Case, venue: Venue, clock: str = "08:00", minutes: int = 60) -> Stay:
    start = make.moment(clock, days_ago=1)
    end = start + minutes * MINUTE
    unsafe = DateTimeTZRange(start, end)
    return make_tracing.told_stay(case, venue, start, end, unsafe_period=unsafe)


def crowd(venue: Venue, people: int) -> None:
    for year in range(people):
        who = make.visitor(birth_year=1950 + year)
        make.visit(venue, make.moment("08:30", days_ago=1), visitor=who, stay=HOUR)


def pages(case: Case) -> str:
    return f"/tracing/cases/{case.number}/notices/"


def published(reader: Reader, case: Case, *stays: Stay, **typed: str) -> Screen:
    chosen = "&".join(f"stay={stay.pk}" for stay in stays)
    return reader.submit(reader.get(f"{pages(case)}?{chosen}"), form="publish", **typed)


def test_what_is_published_is_what_the_preview_showed(reader, page, case, venue):
    crowd(venue, 12)
    stay = exposure(case, venue)
    screen = reader.get(f"{pages(case)}?stay={stay.pk}")
    section = screen.text[screen.text.index("As the public will read it") :]
    assert "08:00–09:00" in section
    assert not Notice.objects.exists()
    assert "1 notice is published" in reader.submit(screen, form="publish")
    text = page.speaking("en").get("/notices/").text
    for told in ("08:00–09:00", venue.name, venue.address, venue.place):
        assert told in section
        assert told in text
    assert case.number not in text
    assert case.mask not in text


def test_the_number_of_people_is_shown_to_the_tracer_and_never_to_the_public(
    reader, page, case, venue
):
    crowd(venue, 11)
    make.visit(venue, make.moment("09:00", days_ago=1), stay=HOUR)  # touches the end only
    stay = exposure(case, venue)
    assert "11 people there in that time" in reader.get(pages(case))
    assert SMALL not in reader.get(pages(case))
    published(reader, case, stay)
    assert "people" not in page.speaking("en").get("/notices/").text


def test_a_place_with_few_people_is_published_only_after_a_second_thought(reader, case, venue):
    crowd(venue, 9)
    stay = exposure(case, venue)
    assert SMALL in reader.get(pages(case))
    screen = reader.get(f"{pages(case)}?stay={stay.pk}")
    refused = reader.submit(screen, form="publish", status=422)
    assert "id_considered" in refused.errors
    assert not Notice.objects.exists()
    reader.submit(refused, form="publish", considered="yes")
    assert Notice.objects.count() == 1


def test_where_people_live_a_note_says_so(reader, case, tree):
    exposure(case, make.venue("Nhà trọ Minh Tâm", kind=Kind.HOTEL))
    assert "People may live here" in reader.get(pages(case))


def test_a_moment_to_the_second_is_not_published(reader, case, venue):
    start = make.moment("08:02", days_ago=1) + timedelta(seconds=13)
    unsafe = DateTimeTZRange(start, start + HOUR)
    stay = make_tracing.told_stay(case, venue, start, start + HOUR, unsafe_period=unsafe)
    published(reader, case, stay, considered="yes")
    period = Notice.objects.get().period
    assert (period.lower, period.upper) == (
        make.moment("08:00", days_ago=1), make.moment("09:05", days_ago=1)
    )  # fmt: skip


def test_two_cases_at_a_place_are_shown_as_one_notice(reader, page, case, venue, tracer):
    other = make_tracing.case(make.visitor("Lê Văn Bình"), area=case.area, opened_by=tracer)
    published(reader, case, exposure(case, venue), considered="yes")
    screen = reader.get(pages(other))
    stay = exposure(other, venue, "08:30", 90)
    screen = reader.get(f"{pages(other)}?stay={stay.pk}")
    assert "Both will be shown as one" in screen
    assert "08:00–10:00" in screen
    reader.submit(screen, form="publish", considered="yes")
    text = page.get("/notices/").text
    assert "08:00–10:00" in text
    assert text.count(venue.name) == 1


def test_what_is_published_already_cannot_be_chosen_again(reader, case, venue, tracer):
    stay = exposure(case, venue)
    published(reader, case, stay, considered="yes")
    reader.post(f"{pages(case)}publish/", {"stay": stay.pk, "considered": "yes"}, status=422)
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("sent", [{}, {"stay": "0"}, {"stay": "x\0"}, {"stay": "9" * 30}])
def test_nothing_but_exposures_of_the_case_is_published(reader, case, venue, sent, tracer):
    exposure(case, venue)
    other = make_tracing.case(make.visitor("Lê Văn Bình"), area=case.area, opened_by=tracer)
    theirs = exposure(other, make.venue("Quán Cũ"))
    for data in (sent, {"stay": theirs.pk}):
        reader.post(f"{pages(case)}publish/", data | {"considered": "yes"}, status=422)
    assert not Notice.objects.exists()


def test_a_withdrawn_notice_vanishes_and_the_history_tells_both(reader, page, case, venue, tracer):
    published(reader, case, exposure(case, venue), considered="yes")
    screen = reader.submit(reader.get(pages(case)), form="withdraw")
    assert "1 notice is withdrawn" in screen
    assert venue.name not in page.get("/notices/").text
    history = reader.get(f"/tracing/cases/{case.number}/").text
    assert "Notice published" in history
    assert "Notice withdrawn" in history
    assert {event.by for event in CaseEvent.objects.filter(case=case)} == {tracer}


def test_a_notice_of_another_case_is_not_withdrawn_from_here(reader, case, venue):
    start = make.moment("12:00", days_ago=1)
    notice = make_tracing.notice(venue, start, start + HOUR)
    exposure(case, venue)
    reader.post(f"{pages(case)}withdraw/", {"notice": notice.pk}, status=303)
    assert Notice.objects.published().exists()


def test_tracers_of_another_area_find_no_notices_here(page, case, tree):
    there = page.by(make_tracing.tracer(tree.next_door, "there@example.vn"))
    there.get(pages(case), status=404)
    for act in ("publish", "withdraw", "owners"):
        there.post(f"{pages(case)}{act}/", {}, status=404)


def test_an_owner_gets_one_message_with_place_and_period_only(reader, case, venue):
    published(reader, case, exposure(case, venue), exposure(case, venue, "10:00"), considered="yes")
    screen = reader.submit(reader.get(pages(case)), form="tell")
    assert "1 message was sent" in screen
    (text,) = received(venue.owner.phone)
    assert text.startswith(f"{venue.name}: có ca bệnh")
    assert "08:00–09:00 ngày" in text
    assert "10:00–11:00 ngày" in text
    assert case.number not in text
    assert case.mask not in text


def test_no_owner_hears_of_the_same_notice_twice_but_of_a_new_one(reader, case, venue):
    published(reader, case, exposure(case, venue), considered="yes")
    before = reader.get(pages(case))
    reader.submit(before, form="tell")
    assert "told already" in reader.submit(before, form="tell")
    assert len(received()) == 1
    published(reader, case, exposure(case, venue, "15:00"), considered="yes")
    reader.submit(reader.get(pages(case)), form="tell")
    assert "15:00–16:00" in received()[-1]
    assert "08:00" not in received()[-1]


@pytest.mark.parametrize("text", ["", "{ten} nguy hiểm", "{thoi_gian}" * 60])
def test_a_message_that_says_too_little_or_too_much_is_refused(reader, case, venue, text):
    published(reader, case, exposure(case, venue), considered="yes")
    screen = reader.submit(reader.get(pages(case)), form="tell", status=422, text=text)
    assert "id_text" in screen.errors
    assert received() == []


def test_what_could_not_be_sent_is_named_and_goes_out_the_next_time(
    reader, case, venue, settings, tmp_path
):
    published(reader, case, exposure(case, venue), considered="yes")
    working = settings.MESSAGE_FILE
    settings.MESSAGE_FILE = tmp_path  # a folder cannot be written to
    with pytest.raises(MessageNotSent):
        gateways.send_message("+84912345678", "thử")
    screen = reader.submit(reader.get(pages(case)), form="tell")
    assert f"These owners got no message; try again in a few minutes: {venue.name}" in screen
    settings.MESSAGE_FILE = working
    reader.submit(reader.get(pages(case)), form="tell")
    assert len(received()) == 1


def test_what_is_older_than_visits_are_kept_is_not_offered(reader, case, venue, settings):
    start = timezone.now() - timedelta(days=settings.RETENTION_DAYS + 2)
    unsafe = DateTimeTZRange(start, start + HOUR)
    make_tracing.told_stay(case, venue, start, start + HOUR, unsafe_period=unsafe)
    assert "No place of the days that visits are kept" in reader.get(pages(case))


def test_the_page_takes_few_statements_however_many_places(
    reader, case, tree, django_assert_max_num_queries
):
    for number in range(30):
        exposure(case, make.venue(f"Quán {number}", with_poster=False))
    reader.client.get(pages(case))
    with django_assert_max_num_queries(9):
        assert reader.client.get(pages(case)).status_code == 200
