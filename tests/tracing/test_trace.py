"""Tracing a case: whom it met, in two statements, and again without losing what was decided."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from declarations.models import Evidence, LeftReason, Visit, Visitor
from declarations.nonces import Nonce
from declarations.partitions import DailyTable
from districts.days import local_day
from tests import make, make_tracing
from tracing.models import Case, Contact, FollowUp, Meeting, Standing, Stay
from tracing.trace import trace, trace_further

HALF_AN_HOUR = timedelta(minutes=30)
NINE = "09:00"


def neighbour(name: str = "Lê Văn Bình", phone: str = "+84900000001", **changes) -> Visitor:
    return make.visitor(name, phone, **changes)


@pytest.fixture
def ill(venue) -> Visitor:
    """Was at the market yesterday, from nine to half past."""
    who = make.visitor()
    make.visit(venue, make.moment(NINE, days_ago=1), visitor=who, stay=HALF_AN_HOUR)
    return who


@pytest.fixture
def case(ill: Visitor) -> Case:
    return make_tracing.case(ill)


@pytest.fixture
def met(venue) -> Visitor:
    """Came ten minutes after the ill person, and stayed for an hour."""
    who = neighbour()
    arrival = make.moment("09:10", days_ago=1)
    make.visit(venue, arrival, visitor=who, stay=timedelta(hours=1))
    return who


def of(case: Case, who: Visitor) -> Contact | None:
    return Contact.objects.filter(case=case, visitor=who.key).first()


def test_a_case_is_traced_in_two_statements(case: Case, met: Visitor):
    with CaptureQueriesContext(connection) as queries:
        trace(case, timezone.now())
    told = [q["sql"] for q in queries if "declarations_visit" in q["sql"]]
    assert len(told) == 2
    assert of(case, met).certain_seconds == 20 * 60


def test_a_departure_that_nobody_saw_is_possible_and_not_certain(case: Case, venue):
    who = neighbour()
    make.visit(
        venue, make.moment(NINE, days_ago=1), visitor=who, stay=HALF_AN_HOUR,
        left_reason=LeftReason.USUAL_STAY,
    )  # fmt: skip
    trace(case, timezone.now())
    assert (of(case, who).certain_seconds, of(case, who).possible_seconds) == (0, 1800)


def test_whoever_came_when_the_case_left_did_not_meet_it(case: Case, venue):
    who = neighbour()
    make.visit(venue, make.moment("09:30", days_ago=1), visitor=who, stay=HALF_AN_HOUR)
    trace(case, timezone.now())
    assert of(case, who) is None


def test_before_the_infectious_period_nobody_is_met(venue, met: Visitor):
    who = make.visitor()
    make.visit(venue, make.moment(NINE, days_ago=1), visitor=who, stay=HALF_AN_HOUR)
    later = make_tracing.case(who, onset_on=local_day(timezone.now()) + timedelta(days=3))
    traced = trace(later, timezone.now())
    assert (traced.exposures, of(later, met)) == (0, None)
    assert Stay.objects.get(case=later).unsafe_period.isempty


def test_a_form_with_companions_and_people_of_one_phone_are_a_household(case: Case, venue):
    child, aunt = make.visitor("Nguyễn Thị Con", birth_year=2012), neighbour("Nguyễn Thị Dì")
    visit = Visit.objects.get(venue=venue)
    mate = {"entered_at": visit.entered_at, "left_at": visit.left_at, "left_reason": 1}
    for who in (child, aunt):
        of_one_form = Nonce.of(visit.id).id_for(who.key)
        Visit.objects.create(
            venue=venue, id=of_one_form, visitor=who, recorded_at=visit.recorded_at,
            evidence=Evidence.POSTER, outcome=0, **mate,
        )  # fmt: skip
    at_home = make.visitor("Nguyễn Văn Ở Nhà", birth_year=1950)
    trace(case, timezone.now())
    assert all(of(case, who).is_household for who in (child, aunt, at_home))
    assert of(case, at_home).possible_seconds == 0


def test_a_phone_of_very_many_people_makes_no_household(case: Case):
    for number in range(11):
        make.visitor(f"Khách {number}", birth_year=1950 + number)
    assert trace(case, timezone.now()).people == 0


def test_tracing_again_keeps_what_was_decided_and_begun(case: Case, met: Visitor, venue):
    trace(case, timezone.now())
    Contact.objects.filter(visitor=met.key).update(standing=Standing.CONFIRMED)
    kept = of(case, met)
    FollowUp.objects.create(
        contact=kept, act="call", at=timezone.now(), on=local_day(timezone.now()),
        by=case.opened_by, nonce="00000000-0000-0000-0000-000000000001",
    )  # fmt: skip
    make_tracing.told_stay(
        case, venue, make.moment("10:00", days_ago=1), make.moment("10:05", days_ago=1)
    )
    again = trace(case, timezone.now())
    found = of(case, met)
    assert (found.pk, found.standing, again.new) == (kept.pk, "confirmed", 0)
    assert found.certain_seconds == 25 * 60
    assert found.follow_ups.count() == 1


def test_who_is_no_longer_met_goes_unless_something_was_decided(case: Case, met: Visitor):
    trace(case, timezone.now())
    Stay.objects.filter(case=case).delete()
    case.visitors = []
    case.save()
    assert trace(case, timezone.now()).dropped == 1
    assert not Contact.objects.filter(case=case).exists()


def test_a_confirmed_contact_stays_when_the_meeting_turns_out_wrong(case: Case, met: Visitor):
    trace(case, timezone.now())
    Contact.objects.update(standing=Standing.CONFIRMED)
    case.visitors = [neighbour("Người Khác", "+84900000009").key]
    case.save()
    trace(case, timezone.now())
    assert of(case, met).possible_seconds == 0
    assert of(case, met).met_period.isempty
    assert not Meeting.objects.exists()


def test_meetings_outlive_the_forgotten_day(case: Case, met: Visitor, settings):
    now = timezone.now()
    trace(case, now)
    Visit.objects.all().delete()
    settings.RETENTION_DAYS = 1
    later = trace(case, now + timedelta(days=3))
    assert (later.people, of(case, met).certain_seconds) == (1, 20 * 60)


def test_contacts_of_contacts_are_sought_from_their_first_meeting_on(case: Case, met, venue):
    third, early = neighbour("Trần Thị Ba", "+84900000003"), neighbour("Sớm", "+84900000004")
    make.visit(venue, make.moment("09:35", days_ago=1), visitor=third, stay=HALF_AN_HOUR)
    make.visit(venue, make.moment("08:00", days_ago=1), visitor=early, stay=timedelta(hours=1))
    trace(case, timezone.now())
    assert trace_further(case, timezone.now()).people == 0
    Contact.objects.filter(visitor=met.key).update(standing=Standing.CONFIRMED)
    trace_further(case, timezone.now())
    found = {c.visitor: c.generation for c in Contact.objects.filter(case=case)}
    assert found == {met.key: 1, third.key: 2}
    assert of(case, third).certain_seconds == 30 * 60


def test_who_met_the_case_itself_stays_of_the_first_generation(case: Case, met: Visitor, venue):
    also = neighbour("Trần Thị Ba", "+84900000003")
    make.visit(venue, make.moment("09:20", days_ago=1), visitor=also, stay=HALF_AN_HOUR)
    trace(case, timezone.now())
    Contact.objects.filter(visitor=met.key).update(standing=Standing.CONFIRMED)
    trace_further(case, timezone.now())
    assert of(case, also).generation == 1
    assert of(case, also).certain_seconds == 10 * 60


def test_a_contact_of_two_cases_is_a_contact_of_each(case: Case, met: Visitor, venue):
    second = neighbour("Phạm Văn Hai", "+84900000002")
    make.visit(venue, make.moment(NINE, days_ago=1), visitor=second, stay=HALF_AN_HOUR)
    another = make_tracing.case(second)
    trace(case, timezone.now())
    trace(another, timezone.now())
    assert Contact.objects.filter(visitor=met.key).count() == 2
    assert Meeting.objects.filter(contact__case=another).count() == 2


def test_a_part_of_a_day_that_is_missing_hinders_nobody(case: Case):
    visits = DailyTable(Visit._meta.db_table)
    visits.drop(visits.days()[0])
    assert trace(case, timezone.now()).exposures == 1


@pytest.mark.django_db(transaction=True)
def test_two_tracers_tracing_at_once_find_everybody_once(case: Case, met: Visitor):
    def traced() -> None:
        trace(Case.objects.get(pk=case.pk), timezone.now())
        connection.close()

    threads = [Thread(target=traced) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Contact.objects.filter(case=case).count() == Meeting.objects.count() == 1
