"""Stays are what was seen, whatever the order in which it was told and whenever housekeeping ran."""

import os
from datetime import timedelta
from itertools import permutations
from random import Random
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from declarations.forgetting import forget_day
from declarations.models import Evidence, LeftReason, Visit
from declarations.settling import close_visits
from declarations.sightings import Coming, Leaving, Sightings
from districts.days import local_day
from stations.recording.answered import DoorCounts
from tests import make, make_stations, make_tracing
from tests.declarations.counting import assert_exact
from tests.declarations.scene import declare
from tests.page import Reader
from tests.stations.sightings import counted_anew
from tracing.models import Contact, Stay
from tracing.trace import trace
from venues.kinds import Kind

from .sending import chip, minutes, results, scan, send
from .sightings import Person, Sighting, shuffled

EXAMPLES = int(os.environ.get("STAYS_EXAMPLES", "10"))
MARKET, SHOP, HOSPITAL = range(3)
EIGHT = 8 * 60
INSIDE = [
    Sighting(MARKET, EIGHT, "in"),
    Sighting(SHOP, EIGHT + 10, "in"),
    Sighting(SHOP, EIGHT + 20, "out"),
    Sighting(MARKET, EIGHT + 50, "out"),
]


@pytest.fixture
def person(db) -> Person:
    make.sealing_key()
    return Person()


def told(person: Person, *seen: tuple[int, int, str]) -> set[tuple]:
    """Tell one after another, do the housekeeping, and return the stays without their flags."""
    for one in seen:
        person.tell([Sighting(*one)])
    close_visits(timezone.now())
    assert_exact()
    return {stay[:4] for stay in person.stays()}


def test_an_observed_departure_stands_in_all_orders(person: Person):
    for order in permutations(INSIDE):
        with transaction.atomic():
            for one in order:
                person.tell([one])
            assert person.stays() == {
                (MARKET, EIGHT, EIGHT + 50, "scanned", None, True),
                (SHOP, EIGHT + 10, EIGHT + 20, "scanned", None, False),
            }
            transaction.set_rollback(True)


def test_who_was_at_the_market_while_the_case_was_in_its_shop_is_found(person: Person):
    met = make.visitor("Thạch Thị Sa", "+84900000001")
    make.visit(
        person.places[MARKET].venue, person.at(EIGHT + 25), visitor=met, stay=timedelta(minutes=20)
    )
    for one in reversed(INSIDE):
        person.tell([one])
    case = make_tracing.case(person.visitor)
    trace(case, timezone.now())
    contact = Contact.objects.get(case=case)
    assert (contact.visitor, contact.certain_seconds, contact.possible_seconds) == (
        met.key, 0, 20 * 60,
    )  # fmt: skip


CASES = {
    "an inferred end is not later than the usual stay": (
        [(MARKET, EIGHT, "in"), (SHOP, EIGHT + 180, "poster")],
        {(MARKET, EIGHT, EIGHT + 90, "usual_stay"), (SHOP, 660, 690, "usual_stay")},
    ),
    "the next sighting ends it before": (
        [(MARKET, EIGHT, "poster"), (SHOP, EIGHT + 30, "poster")],
        {(MARKET, EIGHT, EIGHT + 30, "moved_on"), (SHOP, 510, 540, "usual_stay")},
    ),
    "an earlier form that comes later": (
        [(SHOP, EIGHT + 30, "poster"), (MARKET, EIGHT, "poster")],
        {(MARKET, EIGHT, EIGHT + 30, "moved_on"), (SHOP, 510, 540, "usual_stay")},
    ),
    "a late batch makes no day at a market": (
        [(SHOP, EIGHT + 1410, "in"), (MARKET, EIGHT, "in")],
        {(MARKET, EIGHT, EIGHT + 90, "usual_stay"), (SHOP, 1890, 1920, "usual_stay")},
    ),
    "both ends seen are true however long": (
        [(HOSPITAL, EIGHT, "in"), (HOSPITAL, EIGHT + 1500, "out")],
        {(HOSPITAL, EIGHT, EIGHT + 1500, "scanned")},
    ),
    "a departure alone is a sighting": (
        [(MARKET, 540, "out")],
        {(MARKET, 540, 540, "scanned")},
    ),
    "its arrival may come later": (
        [(MARKET, 540, "out"), (MARKET, EIGHT, "in")],
        {(MARKET, EIGHT, 540, "scanned")},
    ),
    "the same moment at two venues loses neither": (
        [(MARKET, EIGHT, "in"), (SHOP, EIGHT, "in")],
        {(MARKET, EIGHT, EIGHT + 90, "usual_stay"), (SHOP, EIGHT, EIGHT + 30, "usual_stay")},
    ),
    "who leaves twice was there twice": (
        [(MARKET, EIGHT, "in"), (MARKET, 500, "out"), (MARKET, 520, "out")],
        {(MARKET, EIGHT, 500, "scanned"), (MARKET, 520, 520, "scanned")},
    ),
    "a tap and the door's later word both stand": (
        [(MARKET, 520, "tap"), (MARKET, 510, "out")],
        {(MARKET, 500, 510, "scanned"), (MARKET, 520, 520, "scanned")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_stay_is(person: Person, name: str):
    seen, stays = CASES[name]
    assert told(person, *seen) == stays


def test_with_or_without_housekeeping_in_between(person: Person):
    person.tell([Sighting(MARKET, EIGHT, "in")])
    close_visits(person.at(EIGHT + 120))
    assert told(person, (SHOP, EIGHT + 180, "in"), (SHOP, EIGHT + 30, "poster")) == {
        (MARKET, EIGHT, EIGHT + 30, "moved_on"),
        (SHOP, EIGHT + 30, EIGHT + 60, "usual_stay"),
        (SHOP, EIGHT + 180, EIGHT + 210, "usual_stay"),
    }


def test_housekeeping_that_rested_for_days_ends_what_it_left_open(person: Person):
    venue = person.places[MARKET].venue
    old = make.visit(venue, make.moment("08:00", days_ago=9), visitor=person.visitor)
    make.visit(venue, timezone.now(), visitor=make.visitor("Kim Văn Thử", "+84900000002"))
    assert close_visits(timezone.now()) == 1
    assert Visit.objects.get(id=old.id).left_at == old.entered_at + timedelta(minutes=90)


def test_a_stay_of_25_hours_is_certain_for_both(person: Person):
    met = make.visitor("Thạch Thị Sa", "+84900000001")
    hospital = person.places[HOSPITAL].venue
    make.visit(hospital, person.at(1900), visitor=met, stay=timedelta(minutes=30))
    told(person, (HOSPITAL, EIGHT, "in"), (HOSPITAL, EIGHT + 1500, "out"))
    for of, other in ((person.visitor, met), (met, person.visitor)):
        case = make_tracing.case(of)
        trace(case, timezone.now())
        contact = Contact.objects.get(case=case)
        assert (contact.visitor, contact.certain_seconds) == (other.key, 30 * 60)


def test_who_was_only_seen_leaving_is_met_in_the_usual_stay_before(person: Person):
    met = make.visitor("Thạch Thị Sa", "+84900000001")
    market = person.places[MARKET].venue
    make.visit(market, person.at(EIGHT), visitor=met, stay=timedelta(minutes=40))
    told(person, (MARKET, 540, "out"))
    for of in (person.visitor, met):
        case = make_tracing.case(of)
        trace(case, timezone.now())
        contact = Contact.objects.get(case=case)
        assert (contact.certain_seconds, contact.possible_seconds) == (0, 40 * 60)
    stay = Stay.objects.get(case__visitors=[person.visitor.key])
    assert stay.possible_period.upper - stay.possible_period.lower == timedelta(minutes=90)


def test_what_is_only_claimed_shortens_no_stay_elsewhere():
    at = timezone.now()
    usual = {1: timedelta(hours=2), 2: timedelta(hours=1)}
    seen = Coming(at, 1, Evidence.SCANNED, make.Nonce.new(at).id_for("a"))
    for evidence in (Evidence.TYPED, Evidence.PAPER, 5):
        later = at + timedelta(minutes=5)
        claimed = Coming(later, 2, evidence, make.Nonce.new(later).id_for("b"))
        left = Leaving(at + timedelta(minutes=9), 2, evidence)
        stays = Sightings([seen, claimed], [left]).stays(usual, at + timedelta(days=1))
        assert stays.endings[seen].left_at == at + timedelta(hours=2)
        assert stays.endings[claimed].left_at == left.at


def test_what_is_kept_of_a_long_stay_when_its_first_day_is_forgotten(person: Person):
    told(person, (HOSPITAL, EIGHT, "in"), (HOSPITAL, EIGHT + 1500, "out"), (MARKET, EIGHT, "in"))
    forget_day(local_day(person.start), timezone.now())
    (stay,) = person.stays()
    assert stay == (HOSPITAL, 1440, EIGHT + 1500, "scanned", 1440, False)
    person.tell([Sighting(MARKET, EIGHT + 1490, "in")])
    assert (HOSPITAL, 1440, EIGHT + 1500, "scanned", 1440, True) in person.stays()
    make.parts(local_day(person.start), local_day(person.start))


def test_a_red_receipt_is_a_visit_that_did_not_take_place(page: Reader, venue):
    make.sealing_key()
    receipt = declare(page, venue, case_contact="yes")
    assert receipt.h1 == "Xin đừng vào"
    visit = Visit.objects.get()
    assert (visit.left_at, visit.left_word) == (visit.entered_at, "turned_away")
    case = make_tracing.case(visit.visitor)
    trace(case, timezone.now())
    assert Stay.objects.get().possible_period.isempty
    assert_exact()
    shown = page.follow(page.post(f"{receipt.url}leave/", {"went_in": "yes"}, 303))
    assert shown.h1 == "Xin đừng vào"
    visit = Visit.objects.get()
    assert (visit.left_at, visit.is_let_in) == (None, True)
    assert close_visits(visit.entered_at + timedelta(hours=2)) == 1
    assert Visit.objects.get().left_word == "usual_stay"
    assert_exact()


def test_stop_at_the_door_is_nobody_inside_until_staff_say_so(venue):
    make.sealing_key()
    station, now = make_stations.station(venue), timezone.now()
    ill = scan(chip(1), now - minutes(20), told=["0912345679"], answers={"case_contact": True})
    assert results(send(station, ill)) == ["stop"]
    assert Visit.objects.get().left_word == "turned_away"
    again = send(station, scan(chip(1), now - minutes(9), "auto"))
    assert again["scans"][0]["direction"] == "in"
    let_in = send(station, ill | {"text": "", "answers": None, "told": [], "let_in": True})
    assert let_in["scans"][0]["sentence"] == "Noted: went in all the same."
    assert [v.left_word for v in Visit.objects.order_by("entered_at")] == [
        "moved_on",
        "turned_away",
    ]
    send(station, scan(chip(1), now - minutes(2), "out"))
    assert Visit.objects.order_by("entered_at")[1].left_word == "scanned"
    assert_exact()


@pytest.mark.parametrize("batches", [[1, 2], [1, 1, 1], [3]])
def test_who_is_scanned_again_after_stop_is_not_inside_either(venue, batches):
    make.sealing_key()
    station, now = make_stations.station(venue), timezone.now()
    first = scan(chip(1), now - minutes(20), told=["0912345679"], answers={"case_contact": True})
    scans = [first, *(scan(chip(1), now - minutes(ago), "auto") for ago in (15, 10))]
    for number in batches:
        told, scans = scans[:number], scans[number:]
        answer = send(station, *told)
        assert set(results(answer)) == {"stop"}
        assert {one["direction"] for one in answer["scans"]} == {"in"}
    assert {visit.left_word for visit in Visit.objects.all()} == {"turned_away"}
    assert_exact()


@pytest.mark.parametrize(
    ("kind", "before", "direction", "words"),
    [
        (Kind.MARKET, (2, "08:00"), "out", "They came at 08:00"),
        (Kind.MARKET, (2, "08:31"), "out", None),
        (Kind.HOTEL, (3, "14:00"), "out", "They came at 14:00"),
        (Kind.MARKET, (3, "10:00"), "in", "and no departure was noted: noted as coming again."),
    ],
)
def test_by_itself_goes_by_a_written_rule_and_one_tap_turns_it_round(
    db, kind, before, direction, words
):
    make.sealing_key()
    station = make_stations.station(make.venue(kind=kind))
    days_ago, clock = before
    send(station, scan(chip(1), make.moment(clock, days_ago=days_ago)))
    here = scan(chip(1), make.moment("10:00", days_ago=2), "auto")
    (answer,) = send(station, here)["scans"]
    assert answer["direction"] == direction
    assert (words or "") in answer["sentence"]
    assert words or "They came" not in answer["sentence"]
    other = {"in": "out", "out": "in"}[direction]
    turned = {"id": here["id"], "at": here["at"], "direction": other}
    assert send(station, turned)["scans"][0]["direction"] == other
    assert send(station, here)["scans"][0]["direction"] == other  # sent twice by a slow network
    assert_exact()
    gone = other == "out"
    assert Visit.objects.filter(left_reason=LeftReason.SCANNED).count() == gone
    assert Visit.objects.count() == (1 if gone else 2)
    station.refresh_from_db()
    assert counted_anew(station, local_day(timezone.now())) == DoorCounts()


def test_without_script_a_scan_is_turned_round_and_let_in(page: Reader, venue):
    station = make_stations.station(venue)
    make.sealing_key()
    send(station, scan(chip(1), timezone.now() - minutes(9), told=["0912345679"]))
    form = {"scan": str(uuid4()), "text": chip(1), "way": "auto"}
    shown = page.post(f"/s/{station.key}/", form, 200)
    assert Visit.objects.get().left_word == "scanned"
    page.submit(shown, {"way": "in"}, form="amend")
    assert {v.left_word for v in Visit.objects.all()} == {"moved_on", ""}
    shown = page.submit(shown, {"case_contact": "yes"}, form="questions")
    page.submit(shown, {"let_in": "yes"}, form="amend")
    assert Visit.objects.filter(is_let_in=True).count() == 1
    assert_exact()


sightings = some.lists(
    some.builds(
        Sighting,
        some.sampled_from([MARKET, MARKET, SHOP, HOSPITAL]),
        some.one_of(some.integers(460, 600), some.integers(1400, 1500), some.integers(30, 3500)),
        some.sampled_from(["in", "in", "out", "out", "poster", "tap"]),
    ),
    min_size=2,
    max_size=7,
    unique_by=lambda seen: (seen.place, seen.minute),
)


@given(seen=sightings, seed=some.integers(0, 1 << 30))
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=EXAMPLES == 10,
    database=None,
)
def test_any_order_any_batches_and_any_housekeeping_give_the_same_stays(
    person: Person, seen: list[Sighting], seed: int
):
    rng, found = Random(seed), []
    in_order = sorted(seen, key=lambda one: one.minute)
    ways = [
        lambda: [person.tell([one]) for one in in_order],
        *[lambda: shuffled(person, seen, rng)] * 2,
    ]
    for tell in ways:
        with transaction.atomic():
            tell()
            close_visits(timezone.now())
            found.append(person.stays())
            assert_exact()
            assert [one for one in seen if not person.is_seen(one)] == []
            transaction.set_rollback(True)
    assert found[1:] == found[:1] * 2


@given(seen=sightings, seed=some.integers(0, 1 << 30))
@settings(
    max_examples=EXAMPLES // 2,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=EXAMPLES == 10,
    database=None,
)
def test_what_is_taken_back_never_was(person: Person, seen: list[Sighting], seed: int):
    rng, found = Random(seed), []
    wrong = [one for one in seen if one.how in ("in", "out") and rng.random() < 0.5]
    for some_seen in (seen, [one for one in seen if one not in wrong]):
        with transaction.atomic():
            shuffled(person, some_seen, rng)
            for one in wrong if some_seen is seen else []:
                person.tell([one], undone=True)
            close_visits(timezone.now())
            found.append(person.stays())
            assert_exact()
            transaction.set_rollback(True)
    assert found[0] == found[1]
