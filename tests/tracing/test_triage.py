"""Triage: contacts in bands, narrowed, decided on, and called."""

from copy import copy
from datetime import timedelta
from random import Random
from threading import Thread
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account
from authority.models import Disclosure
from declarations.models import Evidence, Visitor
from districts import days
from tests import make, make_tracing
from tests.page import Reader
from tracing.models import Case, Contact, Standing
from tracing.trace import trace
from tracing.triage import contacts
from tracing.triage.bands import Band, ContactFilters, band_counts
from tracing.triage.contacts import Decision, decide


@pytest.fixture
def tracer(tree) -> Account:
    return make_tracing.tracer()


@pytest.fixture
def case(venue) -> Case:
    """Was at the market for an hour yesterday; eight people came, each three minutes later."""
    ill = make.visitor()
    start = make.moment("09:00", days_ago=1)
    make.visit(venue, start, visitor=ill, stay=timedelta(hours=1))
    for number in range(8):
        who = make.visitor(f"Người Số {number}", f"+8490000000{number}")
        begin = start + timedelta(minutes=31 + 3 * number)
        make.visit(venue, begin, visitor=who, stay=timedelta(hours=2))
    case = make_tracing.case(ill)
    trace(case, timezone.now())
    return case


def at(case: Case, part: str = "contacts") -> str:
    return f"/tracing/cases/{case.number}/{part}/"


def test_bands_are_what_counting_gives(case: Case):
    rng, minimum = Random(11042), 15 * 60
    wanted = dict.fromkeys(Band, 0)
    for number in range(200):
        possible = rng.choice([1, 299, 300, 899, 900, 3600])
        certain = rng.choice([0, possible])
        who = make.visitor(f"Khách {number}", f"+84911{number:06d}")
        period = (make.moment("09:00"), make.moment("10:00"))
        make_tracing.contact(
            case, who, certain_seconds=certain, possible_seconds=possible, met_period=period,
            standing=Standing.PROPOSED,
        )  # fmt: skip
        long = Band.CERTAIN if certain >= minimum else Band.POSSIBLE
        wanted[long if possible >= minimum else Band.SHORT if possible >= 300 else Band.LINK] += 1
    mine = ContactFilters().everybody(case).filter(mask__startswith="K")
    assert {one.band: one.people for one in band_counts(case, mine)} == wanted


def test_the_page_shows_bands_masks_and_places_but_no_name(
    case: Case, page: Reader, tracer: Account
):
    screen = page.by(tracer).speaking("en").get(at(case))
    assert "certainly 15 minutes or more" in screen.text
    assert "Chợ Trà Vinh" in screen.text
    assert "N.S.0 · 000" in screen.text
    assert "Người Số" not in screen.text
    assert not Disclosure.objects.of_names().exists()


@pytest.mark.parametrize(
    ("query", "people"),
    [
        ("", 8), ("band=1", 5), ("band=3", 3), ("certain=20", 4), ("household=1", 0),
        ("evidence=2", 8), ("evidence=1", 0), ("generation=2", 0), ("standing=confirmed", 0),
        ("band=x&venue=-1&certain=99999999999999999999&standing=none", 8),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_by_what_the_address_says(query: str, people: int, case: Case):
    asked = dict(part.split("=") for part in query.split("&") if part)
    filters = ContactFilters.of(asked)
    assert filters.narrowed(filters.everybody(case)).count() == people


def test_what_the_page_counted_is_what_is_confirmed(case: Case, page: Reader, tracer: Account):
    reader = page.by(tracer)
    screen = reader.get(f"{at(case)}?band=1")
    reader.post(screen.url, {"standing": "confirmed", "everybody": "1", "counted": "5"}, 303)
    assert case.contacts.close().count() == 5
    reader.post(at(case), {"standing": "link", "everybody": "1", "counted": "5"}, 422)
    assert case.contacts.close().count() == 5


def test_a_close_contact_gets_box_day_and_commune(case: Case, page: Reader, tracer: Account):
    chosen = case.contacts.order_by("-certain_seconds").first()
    page.by(tracer).post(at(case), {"standing": "confirmed", "contact": chosen.pk}, 303)
    chosen.refresh_from_db()
    visitor = Visitor.objects.get(key=chosen.visitor)
    assert bytes(chosen.sealed) == bytes(visitor.sealed)
    assert chosen.commune == make.tree().ward_here
    assert chosen.due_on == days.today() + timedelta(days=1)
    assert chosen.follow_up_until == days.today() + timedelta(days=13)
    assert (chosen.decided_by, chosen.standing) == (tracer, Standing.CONFIRMED)


@pytest.mark.parametrize(
    "typed",
    [
        {"standing": "confirmed"},
        {"standing": "dismissed", "contact": "all"},
        {"standing": "nonsense", "contact": "all"},
        {"standing": "confirmed", "contact": "0"},
    ],
)
def test_a_poor_decision_is_refused_with_a_sentence(
    typed: dict, case: Case, page: Reader, tracer: Account
):
    if typed.get("contact") == "all":
        typed = typed | {"contact": case.contacts.first().pk}
    screen = page.by(tracer).post(at(case), typed, 422)
    assert screen.find("[role=alert]") if hasattr(screen, "find") else screen.text
    assert not case.contacts.exclude(standing=Standing.PROPOSED).exists()


def test_nobody_decides_on_contacts_of_another_case(case: Case, page: Reader, tracer: Account):
    other = make_tracing.case(make.visitor("Người Khác", "+84900000099"))
    theirs = make_tracing.contact(other, make.visitor("Lê Ba", "+84900000098"), standing="proposed")
    page.by(tracer).post(at(case), {"standing": "confirmed", "contact": theirs.pk}, 422)
    theirs.refresh_from_db()
    assert theirs.standing == Standing.PROPOSED


def test_tracing_again_keeps_decisions(case: Case, tracer: Account):
    ids = list(case.contacts.values_list("pk", flat=True))
    decide(case, ids[:3], Decision(Standing.CONFIRMED, tracer), timezone.now())
    decide(case, ids[3:5], Decision(Standing.LINK, tracer), timezone.now())
    before = sorted(case.contacts.values_list("pk", "standing", "due_on"))
    trace(case, timezone.now())
    assert sorted(case.contacts.values_list("pk", "standing", "due_on")) == before


def test_a_due_date_is_given_once(case: Case, tracer: Account):
    chosen, again = case.contacts.first(), timezone.now() + timedelta(days=3)
    decide(case, [chosen.pk], Decision(Standing.CONFIRMED, tracer), timezone.now())
    assert decide(case, [chosen.pk], Decision(Standing.CONFIRMED, tracer), again) == 0
    decide(case, [chosen.pk], Decision(Standing.PROPOSED, tracer), again)
    assert decide(case, [chosen.pk], Decision(Standing.CONFIRMED, tracer), again) == 1
    chosen.refresh_from_db()
    assert chosen.due_on == days.today() + timedelta(days=1)


def test_the_call_list_shows_masks_until_names_are_asked_for(
    case: Case, page: Reader, tracer: Account
):
    ids = list(case.contacts.values_list("pk", flat=True))
    decide(case, ids[:2], Decision(Standing.CONFIRMED, tracer), timezone.now())
    reader = make_tracing.unlocked(page, tracer)
    screen = reader.get(at(case, "calls"))
    assert "Người Số" not in screen.text
    screen = reader.post(at(case, "calls"), {}, 200)
    shown = [name for name in (f"Người Số {n}" for n in range(8)) if name in screen.text]
    assert len(shown) == 2
    assert (
        Disclosure.objects.of_names().filter(case_number=case.number, purpose="call").count() == 2
    )


def test_with_a_locked_key_names_lead_to_unlocking_and_back(
    case: Case, page: Reader, tracer: Account
):
    make_tracing.contact(case, make.visitor("Lê Ba", "+84900000098"))
    make_tracing.keyholder(tracer)
    reader = page.by(tracer)
    screen = reader.follow(reader.post(at(case, "calls"), {}, 302))
    assert reader.submit(screen, passphrase=make_tracing.PASSPHRASE).url == at(case, "calls")


def test_everybody_means_those_not_decided_also_when_a_colleague_was_faster(
    case: Case, page: Reader, tracer: Account
):
    first, second = case.contacts.all()[:2]
    decide(case, [first.pk], Decision(Standing.LINK, tracer), timezone.now())
    reader = page.by(tracer)
    reader.post(at(case), {"standing": "confirmed", "everybody": "1", "counted": "7"}, 303)
    decision = Decision(Standing.CONFIRMED, tracer, over=Standing.PROPOSED)
    assert decide(case, [first.pk, second.pk], decision, timezone.now()) == 0
    first.refresh_from_db()
    assert (first.standing, case.contacts.close().count()) == (Standing.LINK, 7)


def test_a_confirmed_contact_of_a_contact_is_called_as_well(
    case: Case, page: Reader, tracer: Account
):
    who = make.visitor("Đời Thứ Hai", "+84900000055")
    make_tracing.contact(case, who, generation=2)
    assert who.mask in page.by(tracer).get(at(case, "calls")).text


def test_thousands_cost_no_more_statements_than_a_few(case: Case, page: Reader, tracer: Account):
    reader = page.by(tracer)
    with CaptureQueriesContext(connection) as few:
        reader.get(at(case))
    person = case.contacts.first()
    crowd = [copy(person) for _ in range(3000)]
    for number, one in enumerate(crowd):
        one.pk, one.visitor = None, UUID(int=number)
    Contact.objects.bulk_create(crowd)
    with CaptureQueriesContext(connection) as many:
        assert "3.008" in reader.get(at(case)).text
    assert len(many) <= len(few) + 1


@pytest.mark.django_db(transaction=True)
def test_two_tracers_confirming_at_once_confirm_once(case: Case, tracer: Account):
    ids, found = list(case.contacts.values_list("pk", flat=True)), []

    def confirmed() -> None:
        found.append(decide(case, ids, Decision(Standing.CONFIRMED, tracer), timezone.now()))
        connection.close()

    threads = [Thread(target=confirmed) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [0, 0, 8]


def test_the_evidence_is_that_of_the_weaker_visit(case: Case, venue):
    who = make.visitor("Ghi Tay", "+84900000077")
    start = make.moment("09:00", days_ago=1)
    make.visit(venue, start, visitor=who, stay=timedelta(hours=1), evidence=Evidence.PAPER)
    trace(case, timezone.now())
    found = Contact.objects.get(case=case, visitor=who.key)
    assert (found.evidence, found.certain_seconds) == (Evidence.PAPER, 0)


def test_whom_too_many_close_contacts_met_is_not_sought(
    case: Case, page: Reader, tracer: Account, monkeypatch
):
    monkeypatch.setattr(contacts, "MOST_FOLLOWED", 2)
    ids = list(case.contacts.values_list("pk", flat=True))[:3]
    decide(case, ids, Decision(Standing.CONFIRMED, tracer), timezone.now())
    reader = page.by(tracer)
    answer = reader.post(at(case, "further"), {}, 303)
    assert "hơn 2 người tiếp xúc gần" in reader.follow(answer)
    assert not Disclosure.objects.filter(visitor__in=case.contacts.values("visitor")).exists()
