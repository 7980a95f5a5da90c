"""Recording a form: once, durably, in any order, twice at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.utils import timezone

from declarations.identities import Person
from declarations.models import Declaration, LeftReason, Visit, Visitor
from declarations.nonces import Nonce, Receipt
from declarations.outcomes import Outcome
from declarations.partitions import KEPT_BY_DAY
from declarations.settling import close_visits
from districts.days import local_day
from tests import make
from venues.models import Venue

from .scene import HEALTHY, PERSON, check_in

CHILD = Person("Bé Na", 2018, PERSON.phone)


@pytest.fixture(autouse=True)
def _key(db) -> None:
    make.sealing_key()


def test_a_form_makes_a_visitor_a_declaration_and_a_visit(venue: Venue) -> None:
    nonce = Nonce.new(timezone.now())
    receipt = check_in(venue, nonce).record(timezone.now())
    visit = Visit.objects.of(receipt).get()
    assert visit.visitor_id == PERSON.key
    assert visit.entered_at == nonce.moment
    assert Declaration.objects.get().visitor_id == PERSON.key
    assert Visitor.objects.get().mask == "N.T.Á · 678"


def test_the_whole_check_in_is_one_statement(venue: Venue, django_assert_num_queries) -> None:
    now, phone = timezone.now(), {"memory": uuid4()}
    check_in(venue, Nonce.new(now), **phone).record(now)  # which key seals is remembered now
    with django_assert_num_queries(1):
        check_in(venue, Nonce.new(now), PERSON, CHILD, **phone).record(now)
    keys = [PERSON.key, CHILD.key]
    with django_assert_num_queries(1):
        check_in(venue, Nonce.new(now), people=[], answers=None, keys=keys, **phone).record(now)


def test_the_same_form_sent_twice_is_one_visit(venue: Venue) -> None:
    form = check_in(venue, Nonce.new(timezone.now()), PERSON, CHILD)
    first, second = (form.record(timezone.now()) for _ in range(2))
    assert first == second
    assert (Visit.objects.count(), Declaration.objects.count()) == (2, 2)


def test_a_form_sent_again_for_somebody_else_was_always_of_them(venue: Venue) -> None:
    nonce, other = Nonce.new(timezone.now()), replace(PERSON, full_name="Trần Văn Bảy")
    check_in(venue, nonce, PERSON, CHILD).record(timezone.now())
    check_in(venue, nonce, other).record(timezone.now())
    assert Visit.objects.get().visitor_id == Declaration.objects.get().visitor_id == other.key


def test_a_corrected_answer_appends_a_declaration_and_corrects_the_visit(venue: Venue) -> None:
    nonce, now = Nonce.new(timezone.now()), timezone.now()
    check_in(venue, nonce).record(now)
    ill = replace(HEALTHY, symptoms=1)
    receipt = check_in(venue, nonce, answers=ill).record(now)
    assert Visit.objects.of(receipt).get().outcome == Outcome.STOP
    assert sorted(Declaration.objects.values_list("outcome", flat=True)) == [0, 2]


def test_two_who_are_called_quite_alike_on_a_form_are_two(venue: Venue) -> None:
    form = check_in(venue, Nonce.new(timezone.now()), PERSON, replace(PERSON, address=""))
    form.record(timezone.now())
    assert Visit.objects.count() == Visitor.objects.count() == 2


def test_companions_are_declared_by_somebody_else(venue: Venue) -> None:
    check_in(venue, Nonce.new(timezone.now()), PERSON, CHILD).record(timezone.now())
    declared = dict(Declaration.objects.values_list("visitor_id", "on_behalf"))
    assert declared == {PERSON.key: False, CHILD.key: True}


def test_a_visit_elsewhere_ends_the_one_before(venue: Venue) -> None:
    elsewhere, start = make.venue("Quán Sông Quê"), timezone.now() - timedelta(minutes=40)
    first = check_in(venue, Nonce.new(start)).record(start)
    second = Nonce.new(start + timedelta(minutes=30))
    check_in(elsewhere, second).record(second.moment)
    ended = Visit.objects.of(first).get()
    assert ended.left_at == second.moment
    assert ended.left_reason == LeftReason.MOVED_ON


def test_a_visit_over_midnight_is_ended_by_the_next_one(venue: Venue) -> None:
    evening, morning = make.moment("23:59", days_ago=2), make.moment("00:01", days_ago=1)
    first = check_in(venue, Nonce.new(evening)).record(evening)
    check_in(make.venue("Chợ Duyên Hải"), Nonce.new(morning)).record(morning)
    assert Visit.objects.of(first).get().left_at == morning


def test_a_visit_of_more_than_a_day_ago_is_left_alone(venue: Venue) -> None:
    before, now = make.moment("07:00", days_ago=2), make.moment("07:01", days_ago=1)
    first = check_in(venue, Nonce.new(before)).record(before)
    check_in(venue, Nonce.new(now)).record(now)
    assert Visit.objects.of(first).get().left_at is None


def test_forms_that_arrive_in_the_wrong_order_end_where_the_later_one_begins(venue: Venue) -> None:
    now = timezone.now()
    early, late = Nonce.new(now - timedelta(minutes=20)), Nonce.new(now - timedelta(minutes=5))
    check_in(make.venue("Chợ Cầu Kè"), late).record(now)
    receipt = check_in(venue, early).record(now)
    close_visits(now)
    ended = Visit.objects.of(receipt).get()
    assert (ended.left_at, ended.left_reason) == (late.moment, LeftReason.MOVED_ON)


def test_a_form_open_for_hours_arrives_when_it_is_sent_and_only_once(venue: Venue) -> None:
    now = timezone.now()
    form = check_in(venue, Nonce.new(now - timedelta(hours=5)))
    first = form.record(now)
    second = form.record(now + timedelta(minutes=3))
    assert first == second
    visit = Visit.objects.get()
    assert now - visit.entered_at < timedelta(seconds=1)


def test_a_form_sent_in_time_and_again_when_too_old_is_one_visit(venue: Venue) -> None:
    issued = timezone.now() - timedelta(hours=3)
    form = check_in(venue, Nonce.new(issued))
    first = form.record(issued + timedelta(minutes=50))
    second = form.record(issued + timedelta(minutes=90))
    assert first == second
    assert Visit.objects.count() == 1


def test_a_form_open_for_hours_takes_the_lock_that_the_release_before_takes(venue: Venue) -> None:
    now = timezone.now()
    form = check_in(venue, Nonce.new(now - timedelta(hours=5)))
    form.record(now)
    with connection.cursor() as cursor:
        locks = "SELECT classid::bigint << 32 | objid::bigint FROM pg_locks"
        cursor.execute(f"{locks} WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        held = {number for (number,) in cursor.fetchall()}
    assert int.from_bytes(form.nonce.id_for().bytes[6:12]) in held


def test_a_day_without_its_part_gets_one_at_the_first_check_in(
    venue: Venue, transactional_db
) -> None:
    make.sealing_key()
    moment = make.moment("10:00", days_ago=60)
    for table in KEPT_BY_DAY:
        assert local_day(moment) not in table.days()
    check_in(venue, Nonce.new(moment)).record(moment)
    assert Visit.objects.filter(entered_at__date=local_day(moment)).count() == 1
    with connection.cursor() as cursor:
        for table in KEPT_BY_DAY:
            for day in (local_day(moment), local_day(moment) - timedelta(days=1)):
                cursor.execute(f"DROP TABLE {table.part(day)}")


def test_a_lost_connection_is_mended_without_losing_or_doubling(
    venue: Venue, transactional_db
) -> None:
    make.sealing_key()
    form = check_in(venue, Nonce.new(timezone.now()))
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(_end_backend, pid).result()
    form.record(timezone.now())
    assert Visit.objects.count() == 1


def test_the_same_nonce_sent_50_times_at_once_is_one_visit(venue: Venue, transactional_db) -> None:
    make.sealing_key()
    form = check_in(venue, Nonce.new(timezone.now()), PERSON, CHILD)
    receipts = _at_once([form] * 50)
    assert len(set(receipts)) == 1
    assert (Visit.objects.count(), Declaration.objects.count()) == (2, 2)


def test_an_old_form_sent_20_times_at_once_is_one_visit(venue: Venue, transactional_db) -> None:
    make.sealing_key()
    form = check_in(venue, Nonce.new(timezone.now() - timedelta(hours=9)))
    assert len(set(_at_once([form] * 20))) == 1
    assert Visit.objects.count() == 1


def test_families_that_cross_do_not_deadlock(venue: Venue, transactional_db) -> None:
    make.sealing_key()
    people = [replace(PERSON, full_name=f"Người {letter}") for letter in "ABCDEF"]
    forms = [
        check_in(venue, Nonce.new(timezone.now()), *people[n % 6 :], *people[: n % 6])
        for n in range(40)
    ]
    assert len(set(_at_once(forms))) == 40
    assert Visit.objects.count() == 240


def _at_once(forms: list) -> list[Receipt]:
    def send(form) -> Receipt:
        try:
            return form.record(timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        return list(pool.map(send, forms))


def _end_backend(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    connection.close()
