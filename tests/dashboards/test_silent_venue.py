"""One silent venue: its facts, what officials write down, and the reopening condition."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from dashboards.models import Approach, Compliance
from dashboards.silence.approaches import PROMISE_DAYS
from dashboards.silence.silent import SilenceState, silence_of
from declarations import tallies
from declarations.models import Evidence
from districts.days import today
from tests import make
from tests.messages import received
from venues.models import Venue

from .silence_scene import approach, decision

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def reader(page, official_here):
    return page.by(official_here).speaking("en")


@pytest.fixture
def address(venue):
    return f"/dashboard/842/silent/{venue.poster.code}/"


def state(venue):
    return silence_of(venue.commune, venue.pk, timezone.now()).state


def test_the_page_tells_what_one_needs_on_the_way(reader, address, venue):
    approach(venue, timezone.now() - DAY, note="Chủ đi vắng")
    screen = reader.get(address)
    assert screen.h1 == "Chợ Trà Vinh"
    for said in ("never used", "12 Bạch Đằng", "Trần Thị Bình", "Chủ đi vắng", "nobody reached"):
        assert said in screen
    assert screen.links["0912 345 678"] == "tel:+84912345678"


def test_an_owner_who_is_somebody_else_has_a_phone_of_their_own(reader, address, venue):
    Venue.objects.update(responsible_phone="+84911222333", responsible_name="Lê Văn Dũng")
    links = reader.get(address).links
    assert {"0911 222 333", "0912 345 678"} <= set(links)


def test_visits_are_counted_by_local_day(reader, address, venue):
    make.visit(venue, make.moment("00:00"))
    make.visit(venue, make.moment("23:59", days_ago=1))
    make.visit(venue, make.moment("00:00", days_ago=1))
    days = reader.get(address).response.context["days"]
    assert [bar.value for _day, bar in days][-3:] == [0, 2, 1]
    assert len(days) == 22


def test_an_older_code_leads_to_the_venue(reader, venue, address):
    old = venue.poster.code
    new = venue.issue_poster(timezone.now())
    assert reader.get(address, status=302).location.endswith(f"/silent/{new.code}/")
    assert old != new.code


@pytest.mark.parametrize("code", ["2222-2222", "x", "AAAAAAAA"])
def test_an_unknown_code_is_not_found(reader, code, venue):
    reader.get(f"/dashboard/842/silent/{code}/", status=404)


def test_a_call_is_written_down_with_who_and_when(reader, address, venue, official_here):
    screen = reader.submit(
        reader.get(address), form="approach", way="visited", finding="no_network", note="Ấp 3"
    )
    assert "Written down." in screen
    assert "no phone network" in screen
    one = Approach.objects.get()
    assert (one.account, one.reason, one.commune) == (official_here, "never", venue.commune)
    assert state(venue) == SilenceState.VISITED


def test_the_same_form_sent_twice_is_noted_once(reader, address):
    typed = {"nonce": str(uuid4()), "way": "called", "finding": "nobody"}
    for _time in range(2):
        reader.post(f"{address}approach/", typed)
    assert Approach.objects.count() == 1


def test_a_venue_with_a_date_comes_back_on_top_on_that_day(reader, address, venue):
    tomorrow = today() + DAY
    reader.submit(
        reader.get(address), form="approach", way="called", finding="nobody", next_on=tomorrow
    )
    assert state(venue) == SilenceState.REMINDED
    later = timezone.now() + DAY
    assert silence_of(venue.commune, venue.pk, later).state == SilenceState.DUE


def test_a_promise_that_is_not_kept_comes_back_by_itself(reader, address, venue):
    reader.submit(reader.get(address), form="approach", way="called", finding="will_use")
    assert Approach.objects.get().next_on == today() + PROMISE_DAYS * DAY
    assert state(venue) == SilenceState.DONE


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"way": None}, "approach_way_0"),
        ({"finding": ""}, "approach_finding"),
        ({"finding": "other", "note": ""}, "approach_note"),
        ({"next_on": "32/13/2026"}, "approach_next_on"),
        ({"next_on": "2020-01-01"}, "approach_next_on"),
        ({"next_on": "2098-01-01"}, "approach_next_on"),
        ({"next_on": "2026-11-31'--"}, "approach_next_on"),
        ({"note": "a" * 301}, "approach_note"),
        ({"note": "a\x00b"}, "approach_note"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(reader, address, typed, field):
    good = {"way": "called", "finding": "nobody", "note": "Hẹn lại"}
    screen = reader.submit(reader.get(address), form="approach", status=422, **good | typed)
    assert list(screen.errors) == [field]
    assert screen.form("approach").values.get("note", [""])[0] or "note" in typed
    assert not Approach.objects.exists()


def test_a_broken_key_of_a_form_is_told(reader, address):
    sent = {"nonce": "x", "way": "called", "finding": "nobody"}
    assert "Open this page again" in str(reader.post(f"{address}approach/", sent, 422).errors)


def test_the_owner_is_reminded_once_a_day(reader, address, venue):
    reader.submit(reader.get(address), form="/remind/", text="{ten}: treo mã")
    assert received("+84912345678") == ["Chợ Trà Vinh: treo mã"]
    assert "had a message today" in reader.get(address)
    reader.post(f"{address}remind/", {"text": "lần hai"})
    assert len(received()) == 1


def test_a_venue_in_use_needs_no_reminder(reader, address, venue):
    make.visit(venue, timezone.now())
    assert "This venue is in use" in reader.get(address)
    reader.post(f"{address}remind/", {"text": "a"})
    assert received() == []


def test_a_closed_venue_keeps_its_history_and_takes_no_message(reader, address, venue):
    approach(venue, timezone.now() - DAY, note="Đã đóng")
    Venue.objects.update(closed_at=timezone.now())
    screen = reader.get(address)
    assert "Đã đóng" in screen
    reader.post(f"{address}remind/", {"text": "a"})
    assert received() == []


def test_decisions_are_added_and_never_overwritten(reader, address, venue):
    decision(venue, today() - 10 * DAY, status="meets", document="12/QĐ-UBND")
    typed = {"status": "suspended", "since": "2/1/2026", "document": "15/TB", "note": "Tắt mã"}
    reader.post(f"{address}compliance/", typed)
    assert Compliance.objects.count() == 2
    assert "12/QĐ-UBND" in reader.get(address)


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        ([("meets", -9, None)], "meets"),
        ([("meets", -9, None), ("suspended", -2, None)], "suspended"),
        ([("suspended", -2, None), ("meets", -9, None)], "suspended"),
        ([("meets", 0, None), ("fails", 0, None)], "fails"),
        ([("fails", 1, None)], None),
        ([("suspended", -5, 0)], None),
        ([("suspended", -5, 1)], "suspended"),
    ],
)
def test_the_newest_decision_holds_from_its_first_day_to_its_last(venue, decisions, expected):
    for status, since, until in decisions:
        end = None if until is None else today() + until * DAY
        decision(venue, today() + since * DAY, status=status, until=end)
    found = Compliance.objects.in_force(today()).first()
    assert (found.status if found else None) == expected
    silence = silence_of(venue.commune, venue.pk, timezone.now())
    assert silence.compliance == (expected or "")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"status": ""}, "compliance_status"),
        ({"status": "open"}, "compliance_status"),
        ({"since": ""}, "compliance_since"),
        ({"since": "1021-10-10"}, "compliance_since"),
        ({"until": "2021-01-01"}, "compliance_until"),
        ({"document": "x" * 61}, "compliance_document"),
    ],
)
def test_a_decision_with_a_slip_is_asked_for_again(reader, address, typed, field):
    good = {"status": "fails", "since": "2021-10-10"}
    screen = reader.post(f"{address}compliance/", good | typed, status=422)
    assert list(screen.errors) == [field]
    assert not Compliance.objects.exists()


def test_the_owner_sees_what_is_decided_of_the_own_venue(page, venue):
    owner = page.by(venue.owner).speaking("en")
    own = f"/venues/{venue.poster.code}/"
    assert "Reopening condition" not in owner.get(own)
    decision(venue, status="suspended", document="15/TB-BCĐ")
    screen = owner.get(own)
    assert "suspended until it meets the condition" in screen
    assert "15/TB-BCĐ" in screen


def test_the_page_shows_how_a_venue_is_used_and_how_its_visits_are_known(reader, address, venue):
    for back in (0, 0, 7, 2):
        make.visit(venue, make.moment("00:00", days_ago=back), stay=HOUR)
    tallies.fold()
    make.visit(venue, make.moment("00:00"), evidence=Evidence.PAPER)
    context = reader.get(address).response.context
    first_hour = context["hours"].slots[0].bar
    assert (first_hour.value, first_hour.before) == (3, 1)
    assert [bar.value for _day, bar in context["days"]][-8:] == [1, 0, 0, 0, 0, 1, 0, 3]
    assert dict(context["evidence_counts"])[Evidence.PAPER] == 1
    assert context["figures"]["entered"] == 3


def test_what_a_message_may_say_is_told_in_the_readers_language(reader, address):
    assert "stands for the name of the venue" in reader.get(address)
