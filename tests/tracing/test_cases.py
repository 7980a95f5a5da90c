"""Opening a case: its number, its rule, its infectious period, and that it is traced at once."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from authority.disclosures import Look
from authority.models import Purpose
from districts.days import day_start, today
from tests import make, make_tracing
from tracing.cases.correcting import Illness
from tracing.cases.opening import of_visitors, open_case
from tracing.models import Case, CaseEvent

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def reader(page, tree):
    make_tracing.rule()
    return page.by(make_tracing.tracer(tree.here)).speaking("en")


def opening(reader, *people):
    keys = "&".join(f"person={one.key}" for one in people)
    return reader.get(f"/tracing/open/?{keys}")


def opened(reader, *people, status=200, **typed):
    typed = {"onset_on": today() - DAY} | typed
    return reader.submit(opening(reader, *people), status=status, form="open", **typed)


def test_a_case_is_opened_and_traced_at_once(reader, venue):
    case_visit = make.visit(venue, make.moment("08:00", days_ago=1), stay=timedelta(hours=1))
    other = make.visitor("Lê Văn Bình", "+84900000001")
    make.visit(venue, make.moment("08:20", days_ago=1), visitor=other, stay=timedelta(minutes=30))
    screen = opened(reader, case_visit.visitor)
    case = Case.objects.get()
    assert screen.url.endswith(f"/tracing/cases/{case.number}/")
    assert case.number == f"BN{today().year}-0001"
    assert case.contacts.get().certain_seconds == 30 * 60
    assert bytes(case.sealed) == bytes(make.visitor().sealed)
    assert "certainly 08:00–09:00" in screen


def test_numbers_follow_on_each_other(reader, tree):
    for number in range(1, 4):
        opened(reader, make.visitor(birth_year=1970 + number))
    numbers = list(Case.objects.order_by("opened_at").values_list("number", flat=True))
    assert numbers == [f"BN{today().year}-000{n}" for n in (1, 2, 3)]


def test_several_records_of_one_person_are_one_case(reader, tree):
    one = make.visitor(seen_on=today() - DAY)
    two = make.visitor("Nguyen Van An", "+84900000009")
    opened(reader, one, two)
    case = Case.objects.get()
    assert set(case.visitors) == {one.key, two.key}
    assert (case.sealed_row, len(case.phone_hashes)) == (two.key, 2)


def test_the_same_form_sent_twice_opens_one_case(reader, tree):
    screen = opening(reader, make.visitor())
    for _time in range(2):
        again = reader.submit(screen, form="open", onset_on=today())
        assert "is open and traced" in again
    assert Case.objects.count() == 1


def test_somebody_who_is_an_open_case_is_opened_again_only_when_asked(reader, tree):
    case, who = make_tracing.case(area=tree.here), make.visitor()
    screen = opening(reader, who)
    assert case.number in screen.links
    refused = reader.submit(screen, form="open", onset_on=today(), status=422)
    reader.submit(refused, form="open", onset_on=today(), another="yes")
    assert Case.objects.count() == 2


def test_the_rule_is_the_one_in_force_on_the_first_day_with_symptoms(reader, tree):
    make_tracing.rule("new", in_force_from=today() - DAY)
    opened(reader, make.visitor(), onset_on=today() - 2 * DAY)
    opened(reader, make.visitor(birth_year=1980), onset_on=today() - DAY)
    opened(reader, make.visitor(birth_year=1981), onset_on="", sample_on=today() - 2 * DAY)
    rules = Case.objects.order_by("opened_at").values_list("rule__document", flat=True)
    assert list(rules) == ["11042/BYT-DP", "new", "11042/BYT-DP"]


def test_a_rule_that_is_chosen_holds(reader, tree):
    chosen = make_tracing.rule("CWA-2021", is_official=False, days_before=5)
    opened(reader, make.visitor(), rule=chosen.pk)
    case = Case.objects.get()
    assert case.rule == chosen
    assert case.infectious_period.lower == day_start(today() - 6 * DAY)


def test_before_the_first_rule_one_has_to_be_chosen(reader, tree):
    make_tracing.rule().__class__.objects.update(in_force_from=today())
    screen = opened(reader, make.visitor(), status=422)
    assert "No rule was in force" in screen.errors["id_rule"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [({"onset_on": 3, "sample_on": 1}, 5), ({"onset_on": None, "sample_on": 1}, 3)],
)
def test_symptoms_count_before_the_sample(reader, tree, typed, first):
    days = {name: today() - ago * DAY if ago else "" for name, ago in typed.items()}
    opened(reader, make.visitor(), **days)
    assert Case.objects.get().infectious_period.lower == day_start(today() - first * DAY)


def test_somebody_isolated_before_made_no_place_unsafe(reader, venue):
    make.visit(venue, make.moment("08:00", days_ago=1), stay=timedelta(hours=1))
    isolated = timezone.localtime(make.moment("08:00", days_ago=10)).strftime("%Y-%m-%dT%H:%M")
    screen = opened(reader, make.visitor(), isolated_at=isolated)
    assert screen.response.context["figures"].exposures == 0


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"onset_on": ""}, "id_onset_on"),
        ({"onset_on": "2099-01-01"}, "id_onset_on"),
        ({"onset_on": "2020-01-01"}, "id_onset_on"),
        ({"onset_on": "31/02/2026"}, "id_onset_on"),
        ({"sample_on": "hôm qua"}, "id_sample_on"),
        ({"isolated_at": "2099-01-01T00:00"}, "id_isolated_at"),
        ({"isolated_at": "0001-01-01T00:00"}, "id_isolated_at"),
        ({"isolated_at": "9999-12-31T23:59"}, "id_isolated_at"),
    ],
)
def test_days_that_cannot_be_meant_are_refused(reader, tree, typed, field):
    assert field in opened(reader, make.visitor(), status=422, **typed).errors
    assert not Case.objects.exists()


def test_without_rules_the_page_says_which_command_loads_them(page, tree):
    reader = page.by(make_tracing.tracer(tree.here)).speaking("en")
    for address in ("/tracing/", "/tracing/open/"):
        assert "manage.py load_rules" in reader.get(address)


def test_somebody_who_never_checked_in_is_sealed_at_once(reader, tree):
    make.sealing_key()
    opened(
        reader, full_name="Thạch Sô Phal", phone="0911 222 333", birth_year="1960",
        commune=tree.ward_here.code, address="Ấp 3",
    )  # fmt: skip
    case = Case.objects.get()
    assert case.mask == "T.S.P · 333"
    assert case.residence == tree.ward_here
    assert b"Phal" not in bytes(case.sealed)
    # Should the person check in later, the case knows the visits.
    assert case.visitors == [make.visitor("Thạch Sô Phal", "+84911222333", 1960).key]


def test_others_of_the_phone_are_shown_before_a_stranger_is_a_case(reader, tree):
    known = make.visitor("Thạch Thị Sa", "+84911222333", 1985)
    typed = {
        "full_name": "Thạch Sô Phal", "phone": "0911222333", "birth_year": "1960",
        "commune": "29239", "onset_on": today(),
    }  # fmt: skip
    screen = reader.submit(reader.get("/tracing/open/"), typed, form="open", status=422)
    assert screen.links[known.mask].endswith(f"person={known.key}")
    reader.submit(screen, {"another": "yes"}, form="open")
    again = reader.submit(screen, {"another": "yes"}, form="open")
    assert "is open and traced" in again
    assert Case.objects.count() == 1


def test_without_a_key_nobody_can_be_sealed(reader, tree):
    screen = opened(
        reader, full_name="Sô Phal", phone="0911222333", birth_year="1960", status=422,
        commune=tree.ward_here.code,
    )  # fmt: skip
    assert "cannot be sealed" in screen
    assert not Case.objects.exists()


def test_a_choice_of_nobody_is_no_page(reader):
    reader.get(f"/tracing/open/?person={uuid4()}", status=404)
    reader.get("/tracing/open/?person=x", status=404)


@pytest.mark.django_db(transaction=True)
def test_cases_opened_at_once_have_numbers_without_gaps_and_one_form_is_one_case(tree):
    tracer, rule, nonce = make_tracing.tracer(tree.here), make_tracing.rule(), uuid4()
    illness = Illness("confirmed", today() - DAY, None, None, rule)
    people = [of_visitors([make.visitor(birth_year=1970 + n)]) for n in range(4)]
    barrier = Barrier(8)

    def open_at_once(who, nonce):
        barrier.wait()
        open_case(who, illness, Look(tracer, "", Purpose.REPORTED), timezone.now(), nonce=nonce)
        connection.close()

    given = [(one, uuid4()) for one in people] + [(people[0], nonce)] * 4
    threads = [Thread(target=open_at_once, args=args) for args in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = sorted(Case.objects.values_list("number", flat=True))
    assert numbers == [f"BN{today().year}-000{n}" for n in range(1, 6)]
    assert CaseEvent.objects.filter(details__form=nonce.hex).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tracers_who_open_the_same_person_at_once_get_one_case_and_a_question(page, tree):
    make_tracing.rule()
    who, barrier, answers = make.visitor(), Barrier(3), []
    tracers = [make_tracing.tracer(tree.here, f"tracer{n}@example.vn") for n in range(3)]

    def open_at_once(reader):
        typed = {"person": who.key, "status": "confirmed", "onset_on": f"{today() - DAY}"}
        barrier.wait()
        answers.append(reader.client.post("/tracing/open/", typed).status_code)
        connection.close()

    readers = [page.by(tracer) for tracer in tracers]
    threads = [Thread(target=open_at_once, args=(reader,)) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 422, 422]
    assert Case.objects.count() == 1
