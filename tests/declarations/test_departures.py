"""How visits end."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from declarations.models import COMMON_STAY, LONGEST_STAY, LeftReason, Visit
from declarations.nonces import Nonce, Receipt
from declarations.settling import check_out, close_visits
from tests import make
from venues.kinds import Kind, usual_stay
from venues.models import Venue

MORNING = make.moment("08:00", days_ago=1)


def receipt_of(visit: Visit) -> Receipt:
    return Receipt(visit.venue_id, Nonce.of(visit.id))


def test_leaving_by_tap_ends_the_visit_and_once_is_enough(venue: Venue) -> None:
    visit = make.visit(venue, MORNING)
    receipt = receipt_of(visit)
    assert check_out(receipt, MORNING + timedelta(minutes=20)) == 1
    assert check_out(receipt, MORNING + timedelta(minutes=90)) == 0
    visit = Visit.objects.get()
    assert (visit.left_at, visit.left_word) == (visit.entered_at + timedelta(minutes=20), "scanned")


def test_a_tap_corrects_what_was_only_supposed(venue: Venue) -> None:
    visit = make.visit(
        venue, MORNING, stay=timedelta(minutes=90), left_reason=LeftReason.USUAL_STAY
    )
    assert check_out(receipt_of(visit), MORNING + timedelta(hours=3)) == 1
    assert Visit.objects.get().left_at == visit.entered_at + timedelta(hours=3)


@pytest.mark.parametrize(
    ("tapped_after", "stayed"),
    [
        (timedelta(days=2), timedelta(days=2)),
        (timedelta(days=40), LONGEST_STAY),
        (timedelta(seconds=-5), timedelta()),
    ],
)
def test_no_visit_lasts_longer_than_thirty_days_or_ends_before_it_began(
    venue: Venue, tapped_after: timedelta, stayed: timedelta
) -> None:
    visit = make.visit(venue, MORNING)
    check_out(receipt_of(visit), MORNING + tapped_after)
    assert Visit.objects.get().left_at == visit.entered_at + stayed


@pytest.mark.parametrize("kind", Kind)
def test_an_open_visit_ends_after_the_usual_stay_of_its_kind(tree, kind: Kind) -> None:
    visit = make.visit(make.venue(kind=kind), MORNING)
    stay = usual_stay(kind)
    assert close_visits(visit.entered_at + stay) == 0
    assert close_visits(visit.entered_at + stay + timedelta(seconds=1)) == 1
    ended = Visit.objects.get()
    assert (ended.left_at, ended.left_word) == (visit.entered_at + stay, "usual_stay")
    assert close_visits(visit.entered_at + stay + timedelta(hours=9)) == 0


def test_every_usual_stay_is_shorter_than_a_day() -> None:
    assert all(timedelta() < usual_stay(kind) < COMMON_STAY for kind in Kind)


def test_an_ended_visit_is_not_ended_again(venue: Venue) -> None:
    make.visit(venue, MORNING, stay=timedelta(minutes=5))
    assert close_visits(MORNING + timedelta(hours=20)) == 0


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"left_at": MORNING - timedelta(minutes=1), "left_reason": 1}, "leaves_after_arriving"),
        (
            {"left_at": MORNING + timedelta(hours=25), "left_reason": 1},
            "over_a_day_is_marked_as_long",
        ),
        (
            {"left_at": MORNING + timedelta(days=31), "left_reason": 1, "is_long": True},
            "lasts_at_most_thirty_days",
        ),
        ({"possible_since": MORNING + timedelta(hours=1)}, "is_possible_before_it_is_seen"),
        ({"left_at": MORNING + timedelta(hours=1)}, "leaves_for_a_reason"),
        ({"evidence": 9}, "has_a_known_evidence"),
    ],
)
def test_the_database_refuses_an_impossible_visit(
    venue: Venue, changes: dict[str, datetime | int], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make.visit(venue, MORNING, **changes)
