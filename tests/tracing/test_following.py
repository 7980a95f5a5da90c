"""Following up: calls, daily checks, the last day, handing over, and a contact who falls ill."""

from datetime import timedelta
from threading import Thread
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from authority.models import Disclosure
from declarations.models import Visitor
from districts import days
from tests import make, make_tracing
from tests.page import Reader
from tracing.models import Case, Contact, FollowUp, FollowUpResult
from tracing.trace import trace


@pytest.fixture
def tracer(tree) -> Account:
    return make_tracing.tracer()


@pytest.fixture
def station(tree) -> Account:
    """A tracer of the ward whose health station follows up."""
    return make_tracing.tracer(tree.ward_here, "station@example.vn")


@pytest.fixture
def case(tree) -> Case:
    return make_tracing.case(make.visitor())


@pytest.fixture
def contact(case: Case) -> Contact:
    return make_tracing.contact(case, make.visitor("Lê Văn Bình", "+84900000001"))


def at(contact: Contact, part: str = "") -> str:
    return f"/tracing/contacts/{contact.pk}/{part}"


def test_a_call_is_written_down_once_however_often_it_is_sent(
    contact: Contact, page: Reader, tracer: Account
):
    make.sealing_key()
    typed = {"outcome": "reached", "note": "Khoẻ, ở nhà", "nonce": str(uuid4())}
    reader = page.by(tracer)
    for _ in range(2):
        reader.post(at(contact, "call/"), typed, 303)
    act = FollowUp.objects.get()
    assert (act.outcome, act.by, act.on) == ("reached", tracer, days.today())
    assert "Khoẻ" not in bytes(act.sealed_note).decode("latin-1")


def test_what_was_said_opens_with_the_name_and_the_look_is_written_down(
    contact: Contact, page: Reader, tracer: Account
):
    reader = make_tracing.unlocked(page, tracer)
    reader.post(at(contact, "call/"), {"outcome": "reached", "note": "Khoẻ, ở nhà"}, 303)
    screen = reader.get(at(contact))
    assert "Khoẻ, ở nhà" not in screen.text
    assert "Lê Văn Bình" not in screen.text
    screen = reader.post(at(contact, "name/"), {}, 200)
    assert "Khoẻ, ở nhà" in screen.text
    assert "Lê Văn Bình" in screen.text
    assert Disclosure.objects.of_names().get().purpose == "follow_up"


@pytest.mark.parametrize(
    ("part", "typed"),
    [
        ("call/", {"outcome": "nonsense"}),
        ("day/", {"on": "2019-01-01"}),
        ("day/", {"on": "2099-01-01"}),
        ("day/", {"symptoms": "hunger"}),
        ("measure/", {"act": "call", "on": "2026-01-01"}),
        ("hand-over/", {"commune": "84"}),
        ("end/", {"outcome": "finished"}),
        ("end/", {"outcome": "case"}),
    ],
)
def test_poor_input_is_refused_and_nothing_written(
    part: str, typed: dict, contact: Contact, page: Reader, tracer: Account
):
    page.by(tracer).post(at(contact, part), typed, 422)
    assert not FollowUp.objects.exists()


def test_every_day_shows_what_was_heard_and_the_gaps(
    contact: Contact, page: Reader, tracer: Account
):
    past = timezone.now() - timedelta(days=2)
    Contact.objects.update(decided_at=past)
    reader = page.by(tracer)
    reader.post(at(contact, "day/"), {"symptoms": ["fever", "cough"]}, 303)
    text = reader.speaking("en").get(at(contact)).text
    assert "Fever, Cough" in text
    assert text.count("nobody asked") == 2


def test_the_day_s_work_is_in_order_and_one_tap_does_a_check(
    contact: Contact, page: Reader, station: Account
):
    reader = page.by(station).speaking("en")
    screen = reader.get("/tracing/follow-up/")
    assert "To call later" in screen.text
    reader.post(at(contact, "call/"), {"outcome": "reached"}, 303)
    screen = reader.get("/tracing/follow-up/")
    assert "To ask how they are" in screen.text
    typed = {"on": f"{days.today()}", "next": "/tracing/follow-up/"}
    reader.post(at(contact, "day/"), typed, 303)
    assert "Done" in reader.get("/tracing/follow-up/").text


def test_three_days_without_an_answer_is_out_of_reach(
    contact: Contact, page: Reader, station: Account
):
    Contact.objects.update(due_on=days.today() - timedelta(days=3))
    reader = page.by(station).speaking("en")
    reader.post(at(contact, "call/"), {"outcome": "no answer"}, 303)
    assert "Not reached for three days" in reader.get("/tracing/follow-up/").text


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "9999-12-31", "2021-02-30", "today"])
def test_the_work_of_a_day_that_no_clock_has_is_todays_or_tomorrows(
    contact: Contact, page: Reader, station: Account, day: str
):
    text = page.by(station).speaking("en").get(f"/tracing/follow-up/?day={day}").text
    assert contact.mask in text


@pytest.mark.parametrize(("left", "seen"), [(0, True), (-1, False)])
def test_the_last_day_is_included(
    left: int, seen: bool, contact: Contact, page: Reader, station: Account
):
    Contact.objects.update(follow_up_until=days.today() + timedelta(days=left))
    assert (contact.mask in page.by(station).get("/tracing/follow-up/").text) is seen


def test_handing_over_moves_the_work_to_the_other_station(
    contact: Contact, page: Reader, tracer: Account, station: Account
):
    other = make_tracing.tracer(make.tree().commune_next_door, "other@example.vn")
    code = make.tree().commune_next_door.code
    page.by(tracer).post(at(contact, "hand-over/"), {"commune": code}, 303)
    assert contact.mask in page.by(other).get("/tracing/follow-up/").text
    assert contact.mask not in page.by(station).get("/tracing/follow-up/").text


def test_a_station_sees_the_contacts_given_to_it_and_nothing_else_of_the_case(
    contact: Contact, case: Case, page: Reader, tree
):
    Case.objects.update(residence=tree.commune_next_door)
    station = make_tracing.tracer(tree.ward_here, "station@example.vn")
    another = make.visitor("Trần Ba", "+84900000002", residence=tree.commune_next_door)
    hidden = make_tracing.contact(case, another)
    reader = page.by(station)
    assert reader.get(at(contact))
    reader.get(at(hidden), 404)
    reader.get(f"/tracing/cases/{case.number}/", 404)


def test_ended_is_ended(contact: Contact, page: Reader, tracer: Account):
    make.sealing_key()
    reader = page.by(tracer)
    reader.post(at(contact, "end/"), {"outcome": "lost"}, 303)
    contact.refresh_from_db()
    assert contact.result == FollowUpResult.LOST
    reader.post(at(contact, "call/"), {"outcome": "reached"}, 422)


def test_a_contact_who_falls_ill_becomes_a_case_once_and_the_chain_goes_on(
    contact: Contact, page: Reader, tracer: Account, venue
):
    who = Visitor.objects.get(key=contact.visitor)
    make.visit(venue, make.moment("08:00", days_ago=1), visitor=who, stay=timedelta(hours=1))
    met = make.visitor("Phạm Tư", "+84900000004")
    make.visit(venue, make.moment("08:30", days_ago=1), visitor=met, stay=timedelta(hours=1))
    reader = page.by(tracer)
    form = reader.get(at(contact, "case/"))
    screen = reader.submit(form, onset_on=f"{days.today()}")
    contact.refresh_from_db()
    assert contact.became.number in screen.text
    assert contact.result == FollowUpResult.CASE
    assert contact.became.contacts.get().visitor == met.key
    reader.post(at(contact, "case/"), {"status": "confirmed", "onset_on": f"{days.today()}"}, 303)
    assert Case.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_tracers_at_once_open_one_case_of_a_contact(contact: Contact, tracer: Account):
    def opened(client: Client) -> None:
        client.post(at(contact, "case/"), {"status": "confirmed", "onset_on": f"{days.today()}"})
        connection.close()

    make_tracing.rule()
    clients = [Client() for _ in range(3)]
    for client in clients:
        client.force_login(tracer, backend=settings.AUTHENTICATION_BACKENDS[0])
    threads = [Thread(target=opened, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Case.objects.count() == 2


def test_tracing_again_keeps_what_follow_up_began(contact: Contact, case: Case, tracer: Account):
    FollowUp.objects.create(
        contact=contact, act="call", at=timezone.now(), on=days.today(), by=tracer, nonce=uuid4()
    )
    trace(case, timezone.now())
    contact.refresh_from_db()
    assert contact.standing == "confirmed"
    assert contact.follow_ups.count() == 1


def test_the_official_next_door_finds_nobody(contact: Contact, page: Reader, tree):
    other = page.by(make_tracing.tracer(tree.next_door, "door@example.vn"))
    for part in ("", "case/"):
        other.get(at(contact, part), 404)
    assert contact.mask not in other.get("/tracing/follow-up/").text
