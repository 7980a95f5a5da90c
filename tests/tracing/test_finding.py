"""Finding the person a case is about, by whatever is known of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.rebuffs import Rebuff
from authority.looks import decide
from authority.models import Reveal
from declarations import identities, personal_codes
from declarations.nonces import Nonce, Receipt
from districts.days import today
from tests import make, make_tracing
from tests.accounts.test_rebuffs import counts_one_more
from tracing.cases import finding

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(page, tree):
    return page.by(make_tracing.tracer(tree.here)).speaking("en")


def found(reader, text, status=200):
    typed = {"text": text, "purpose": "reported"}
    return reader.submit(reader.get("/tracing/find/"), typed, status=status)


def masks(screen):
    return [one.visitor.mask for one in screen.response.context["found"].people]


@pytest.mark.parametrize(
    "typed", ["0987 654 321", "+84 987-654-321", "0987.654.321", "84987654321"]
)
def test_a_phone_number_is_found_however_it_is_written(reader, venue, typed):
    make.visit(venue, make.moment("08:00", days_ago=1))
    screen = found(reader, typed)
    assert masks(screen) == ["N.V.A · 321"]
    assert "Phường 1, Thành phố Trà Vinh" in screen
    assert "1 visit" in screen
    assert "654" not in screen.url


def test_a_document_is_found_with_the_others_of_its_phone_below(reader, venue):
    make.visitor("Trần Thị Bé", document_hash=identities.document_hash("079123456789"))
    make.visitor("Nguyễn Văn An")
    screen = found(reader, " 079 123 456 789 ")
    assert masks(screen) == ["T.T.B · 321", "N.V.A · 321"]
    assert "Declared under the same phone:" in screen


def test_nine_digits_are_a_phone_and_an_identity_card(reader, venue):
    make.visitor(document_hash=identities.document_hash("334567890"))
    assert masks(found(reader, "334567890")) == ["N.V.A · 321"]


@pytest.mark.parametrize("form", ["{}", "https://checkin.example/r/{}/", "/r/{}"])
def test_a_receipt_is_found_by_its_address_and_its_token(reader, venue, form):
    visit = make.visit(venue)
    token = Receipt(venue.pk, Nonce.of(visit.id)).token
    assert masks(found(reader, form.format(token))) == ["N.V.A · 321"]


def test_a_venue_with_a_time_lists_who_arrived_about_then(reader, venue):
    make.visit(venue, make.moment("08:10", days_ago=1))
    late = make.visitor("Lê Văn Muộn", "+84900000001")
    make.visit(venue, make.moment("09:10", days_ago=1), visitor=late)
    day = make.moment(days_ago=1).strftime("%d/%m/%Y")
    assert masks(found(reader, f"{venue.poster.displayed_code} 8:30 {day}")) == ["N.V.A · 321"]


def test_a_venue_without_a_time_asks_for_it(reader, venue):
    assert "add the time and the day" in found(reader, venue.poster.code)


@pytest.mark.parametrize("typed", ["00:10 1/1/0001", "23:50 31/12/9999", "8:30 30/2"])
def test_a_venue_with_a_day_that_no_clock_has_finds_nobody(reader, venue, typed):
    make.visit(venue)
    assert "Nobody was found." in found(reader, f"{venue.poster.displayed_code} {typed}")


@pytest.mark.parametrize("typed", ["BN2026-0007", "bn2026-7", "BN 2026 0007"])
def test_the_number_of_a_case_leads_to_it(reader, tree, typed):
    case = make_tracing.case(area=tree.here, number="BN2026-0007")
    assert case.mask in found(reader, typed).h1


def test_somebody_who_is_a_case_already_is_said_to_be(reader, tree):
    case = make_tracing.case(area=tree.here)
    screen = found(reader, "0987654321")
    assert screen.links[case.number] == f"/tracing/cases/{case.number}/"


def test_a_case_of_next_door_is_named_to_two_officers_and_leads_nowhere(reader, tree):
    who = make.visitor(residence=tree.ward_next_door)
    case = make_tracing.case(who, area=tree.next_door)
    asked = reader.submit(found(reader, "0987654321"), {"ask": "yes"}, form="ask")
    assert case.number not in asked
    colleague = make_tracing.tracer(tree.here, "colleague@example.vn")
    decide(Reveal.objects.get(), colleague, timezone.now(), confirm=True)
    screen = found(reader, "0987654321")
    assert f"already case {case.number} of Thị xã Duyên Hải" in screen
    assert case.number not in screen.links
    reader.get(f"/tracing/cases/{case.number}/", status=404)


def test_nobody_found_leads_to_a_case_of_somebody_who_never_checked_in(reader):
    screen = found(reader, "0911222333")
    assert "Nobody was found." in screen
    assert "Open a case for somebody who never checked in" in screen.links


@pytest.mark.parametrize("typed", ["một hai ba", "'; DROP TABLE", "x" * 300, "25:99", "/r/"])
def test_whatever_else_is_typed_finds_nobody_and_says_what_can_be_typed(reader, typed):
    assert "Nobody was found." in found(reader, typed)


@pytest.mark.parametrize("typed", ["", "   ", "🙂", "x" * 301, "09\u202e87"])
def test_what_cannot_be_read_is_refused_with_a_sentence(reader, typed):
    assert "id_text" in found(reader, typed, status=422).errors


def test_nobody_can_try_all_phone_numbers(reader, monkeypatch):
    monkeypatch.setitem(finding.MOST_SEARCHES, timedelta(hours=1), 2)
    for _time in range(2):
        found(reader, "0987654321")
    screen = found(reader, "0987654321", status=429)
    assert "lot of searches" in screen.errors["id_text"]
    assert "found" not in screen.response.context


def test_nobody_can_try_them_by_opening_cases_either(reader, monkeypatch):
    make_tracing.rule()
    make.sealing_key()
    monkeypatch.setitem(finding.MOST_SEARCHES, timedelta(hours=1), 1)
    found(reader, "0987654321")
    typed = {
        "full_name": "Thạch Sô Phal", "phone": "0911222333", "birth_year": "1960",
        "commune": "unknown", "onset_on": today(),
    }  # fmt: skip
    form = reader.get("/tracing/open/")
    with counts_one_more(Rebuff.LIMIT):
        assert "lot of searches" in reader.submit(form, typed, form="open", status=429)


def test_a_phone_of_many_people_is_shown_in_part(reader, monkeypatch):
    monkeypatch.setattr(finding, "MOST_PEOPLE", 3)
    for year in range(1970, 1975):
        make.visitor(birth_year=year)
    screen = found(reader, "0987654321")
    assert len(masks(screen)) == 3
    assert "left out" in screen


@pytest.mark.parametrize("written", [str, personal_codes.displayed])
def test_a_personal_code_is_found_however_it_is_grouped(reader, venue, written):
    make.visitor("Lê Văn Khác", "+84900000001")
    code = personal_codes.code_of(make.visitor().key)
    assert masks(found(reader, written(code))) == ["N.V.A · 321"]
