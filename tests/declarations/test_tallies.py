"""Tallies and marks are, in every snapshot, what counting would give."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import connection, transaction
from django.utils import timezone

from dashboards.figures import area_figures, kind_figures
from declarations import tallies
from declarations.check_in import CheckIn, NotDeclaredError
from declarations.forgetting import forget_day
from declarations.identities import Person
from declarations.models import DayTally, Declaration, Presence, TallyMark, Visit
from declarations.nonces import Nonce, Receipt
from declarations.outcomes import Answers
from declarations.settling import check_out, close_visits
from districts.days import local_day
from tests import make
from venues.models import Venue

from .counting import assert_exact, assert_folded

WELL = Answers(0, False, False, False, False)
ILL = Answers(1, False, False, False, True)
YESTERDAY = make.moment("08:00", days_ago=1)


def check_in(venue: Venue, moment: datetime, *numbers: int, answers: Answers | None = WELL):
    people = [Person(f"Khách {n}", 1980, f"+8490000{n:04d}") for n in numbers]
    keys = [] if answers else [person.key for person in people]
    form = CheckIn(venue.pk, Nonce.new(moment), people if answers else [], answers, keys=keys)
    return form, form.record(moment)


@pytest.fixture
def other(tree: make.Tree) -> Venue:
    make.sealing_key()
    return make.venue("Quán", commune=tree.ward_next_door)


def test_a_form_sent_twice_is_tallied_once(venue: Venue, other: Venue):
    form, _receipt = check_in(venue, YESTERDAY, 1, 2, answers=ILL)
    form.record(YESTERDAY + timedelta(seconds=5))
    assert_exact()
    assert TallyMark.objects.get().arrived == 2


def test_moving_on_and_returning_are_tallied_where_they_happen(venue: Venue, other: Venue):
    check_in(venue, YESTERDAY, 1, 2)
    check_in(other, YESTERDAY + timedelta(hours=1), 1, answers=None)
    check_in(venue, YESTERDAY + timedelta(hours=2), 1, 2, answers=ILL)
    assert_exact()


def test_a_tap_takes_back_what_was_supposed(venue: Venue, other: Venue):
    _form, receipt = check_in(venue, YESTERDAY, 1, 2)
    close_visits(YESTERDAY + timedelta(hours=6))
    assert_exact()
    check_out(receipt, YESTERDAY + timedelta(hours=8))
    check_out(receipt, YESTERDAY + timedelta(hours=9))
    assert_exact()


def test_a_fold_moves_marks_and_changes_no_sum(venue: Venue, other: Venue):
    for hour in range(4):
        check_in(venue, YESTERDAY + timedelta(hours=hour), 1, hour + 2)
        tallies.fold()
        assert_folded()
        check_in(other, YESTERDAY + timedelta(hours=hour, minutes=5), hour + 2, answers=None)
        assert_exact()
    tallies.fold()
    tallies.fold()
    assert_folded()


def test_people_after_midnight_are_of_the_new_day(venue: Venue, other: Venue):
    midnight = make.moment("00:00")
    check_in(venue, midnight - timedelta(milliseconds=1), 1)
    check_in(venue, midnight, 2)
    tallies.fold()
    days = dict(DayTally.objects.values_list("day", "arrived"))
    assert days == {local_day(midnight) - timedelta(days=1): 1, local_day(midnight): 1}


class Chance:
    """Does at random what people, the timer and the fold do."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.receipts: list[Receipt] = []
        self.forms: list[CheckIn] = []
        make.sealing_key()
        tree = make.tree()
        communes = (tree.ward_here, tree.ward_here, tree.ward_next_door)
        self.venues = [make.venue(f"Chợ {n}", commune=c) for n, c in enumerate(communes)]
        make.visitor("Khách 0", "+84900000000", 1980)

    def step(self) -> None:
        at = YESTERDAY + timedelta(minutes=self.rng.randrange(-600, 1400))
        acts = [self.come, self.leave, close_visits, self.fold, self.correct]
        self.rng.choices(acts, (60, 20, 10, 10, 10))[0](at)

    def come(self, at: datetime) -> None:
        who = self.rng.sample(range(8), self.rng.randint(1, 3))
        answers = self.rng.choice([WELL, ILL, None])
        if answers is None:
            who = [0]
        with suppress(NotDeclaredError):  # one tap, on a day on which nobody declared number 0
            form, receipt = check_in(self.rng.choice(self.venues), at, *who, answers=answers)
            self.receipts.append(receipt)
            self.forms.append(form)

    def correct(self, _at: datetime) -> None:
        """Send a form again with other people on it."""
        sent = [form for form in self.forms if form.people]
        if sent:
            form = self.rng.choice(sent)
            numbers = self.rng.sample(range(8), self.rng.randint(1, 3))
            people = [Person(f"Khách {n}", 1980, f"+8490000{n:04d}") for n in numbers]
            replace(form, people=people).record(form.nonce.moment)

    def leave(self, at: datetime) -> None:
        if self.receipts:
            check_out(self.rng.choice(self.receipts), at)

    def fold(self, _at: datetime) -> None:
        tallies.fold()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(4))
def test_in_whatever_order_tallies_stay_exact_and_a_rebuild_agrees(seed: int):
    chance = Chance(seed)
    for _step in range(60):
        chance.step()
        assert_exact()
    tallies.fold()
    assert_folded()
    tallies.rebuild()
    assert_folded()
    Presence.objects.update(inside=7)
    DayTally.objects.update(arrived=99)
    tallies.rebuild()
    assert_folded()


@pytest.mark.django_db(transaction=True)
def test_in_every_snapshot_a_page_equals_a_plain_count_while_people_pour_in():
    make.sealing_key()
    tree, now = make.tree(), timezone.now()
    make.parts(local_day(now) - timedelta(days=3), local_day(now) + timedelta(days=1))
    venues = [make.venue(f"Chợ {n}", commune=tree.ward_here) for n in range(4)]
    compared = 0
    with ThreadPoolExecutor(7) as pool:
        writers = [pool.submit(_pour, venues, writer) for writer in range(5)]
        folding = [pool.submit(_fold_until, writers), pool.submit(_rebuild_until, writers)]
        while not all(writer.done() for writer in writers):
            _compare_in_one_snapshot(tree)
            compared += 1
        for done in (*writers, *folding):
            done.result()
    assert compared >= 5
    tallies.fold()
    assert_folded()


def _pour(venues: list[Venue], writer: int) -> None:
    rng = Random(writer)
    for _round in range(40):
        number = rng.randrange(10 * writer, 10 * writer + 10)
        late = timedelta(hours=rng.choice([0, 0, 2, 30]))  # of a station that was offline
        at = timezone.now() - late
        _form, receipt = check_in(rng.choice(venues), at, number, number + 100)
        if rng.random() < 0.3:
            check_out(receipt, timezone.now())
    connection.close()


def _fold_until(writers: list) -> None:
    while not all(writer.done() for writer in writers):
        tallies.fold()
    connection.close()


def _rebuild_until(writers: list) -> None:
    while not all(writer.done() for writer in writers):
        tallies.rebuild()
    connection.close()


def _compare_in_one_snapshot(tree: make.Tree) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        now, visits = timezone.now(), Visit.objects.all()
        plain = (
            visits.count(),
            visits.filter(left_at__isnull=False).count(),
            visits.values("venue").distinct().count(),
            visits.still_inside().count(),
            Declaration.objects.count(),
        )
        for area in (tree.province, tree.here, tree.ward_here):
            total = area_figures(area, now).total
            week = total.week
            told = (week.arrived, week.departed, week.used, total.inside, week.declared)
            assert told == plain
        assert sum(kind.week.arrived for kind in kind_figures(tree.here, now).values()) == plain[0]


def test_a_venue_that_moves_takes_its_kept_days_along(tree: make.Tree, venue: Venue, other: Venue):
    check_in(venue, YESTERDAY, 1, 2)
    tallies.fold()
    check_in(venue, YESTERDAY + timedelta(hours=1), 3)
    before, after = (venue.commune_id, venue.kind), (tree.commune_next_door.pk, "shop")
    tallies.move_venue(venue.pk, before, after)
    Venue.objects.filter(pk=venue.pk).update(commune=after[0], kind=after[1])
    now = YESTERDAY + timedelta(hours=2)
    assert area_figures(tree.here, now).total.week.arrived == 0
    assert kind_figures(tree.next_door, now)["shop"].today.arrived == 3
    tallies.fold()
    assert_folded()


def test_a_forgotten_day_leaves_only_its_sums_and_nobody_inside(venue: Venue, other: Venue):
    check_in(venue, YESTERDAY, 1, 2)
    forget_day(local_day(YESTERDAY), timezone.now())
    assert Presence.objects.get().inside == 0
    assert Presence.objects.get().newest_at is not None
    assert DayTally.objects.get().arrived == 2
    make.parts(local_day(YESTERDAY), local_day(YESTERDAY))
    tallies.fold()
    assert DayTally.objects.get().arrived == 2
