"""What a visitor meets, page by page."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from declarations.models import Declaration, Visit
from declarations.nonces import Nonce, Receipt, word_of_the_day
from districts.days import today
from tests import make
from tests.page import Reader
from venues import codes
from venues.models import Venue

from .scene import TYPED, address_of, declare, filled_in


@pytest.fixture(autouse=True)
def _key(db) -> None:
    make.sealing_key()


def test_the_form_becomes_a_receipt(page: Reader, venue: Venue) -> None:
    screen = page.get(address_of(venue))
    assert venue.name in screen.text
    receipt = page.submit(screen, TYPED)
    assert receipt.h1 == "Mời vào"
    assert venue.name in receipt.text
    assert word_of_the_day(venue.pk, today()) in receipt.text


@pytest.mark.parametrize("change", [str.lower, str.upper, lambda c: f"{c[:4]}-{c[4:]}"])
def test_a_code_is_accepted_however_it_is_typed(page: Reader, venue: Venue, change) -> None:
    code = change(venue.poster.code)
    for address in (f"/v/{code}/", f"/V/{code}", f"/V/{code}/", f"/v/{code}"):
        assert venue.name in page.get(address).text
    assert page.get(f"/find/?code={code}", status=303).location == address_of(venue)


def test_the_page_names_the_venue_with_its_kind_and_place(page: Reader, venue: Venue) -> None:
    assert "Chợ · Phường 1, Thành phố Trà Vinh" in page.get(address_of(venue)).text


def test_a_mistyped_code_is_told_from_an_unknown_one(page: Reader, venue: Venue) -> None:
    code = venue.poster.code
    wrong = code[:-1] + next(c for c in codes.ALPHABET if c != code[-1])
    screen = page.get(f"/find/?code={wrong}", status=422)
    assert screen.form("find").values["code"] == [wrong]
    unreadable = page.get("/find/?code=A%13B", status=422)
    assert unreadable.form("find").values["code"] == ["A\ufffdB"]
    page.get(f"/v/{wrong}/", status=404)
    page.get(f"/v/{codes.new_code()}/", status=404)


def test_a_revoked_poster_says_what_to_do(page: Reader, venue: Venue) -> None:
    old = address_of(venue)
    venue.issue_poster(timezone.now())
    assert "mới" in page.get(old, status=410).text
    page.post(old, TYPED, status=410)
    page.get(address_of(venue))


def test_a_closed_venue_says_so(page: Reader, tree) -> None:
    venue = make.venue("Quán Cũ", closed_at=timezone.now())
    assert "Quán Cũ" in page.get(address_of(venue), status=410).text


def test_a_worrying_declaration_is_stopped_and_a_doubtful_one_asks(
    page: Reader, venue: Venue
) -> None:
    assert declare(page, venue, case_contact="yes").h1 == "Xin đừng vào"
    assert declare(page.by(None), venue, symptoms=["cough"]).h1 == "Hỏi người trực"


def test_the_next_visit_of_the_day_is_one_tap(page: Reader, venue: Venue) -> None:
    declare(page, venue)
    elsewhere = make.venue("Quán Sông Quê")
    screen = page.get(address_of(elsewhere))
    assert "N.T.Á · 678" in screen.text
    receipt = page.submit(screen, form="check-in")
    assert "Quán Sông Quê" in receipt.text
    assert (Visit.objects.count(), Declaration.objects.count()) == (2, 1)


def test_the_next_day_only_the_health_answers_are_empty(
    page: Reader, venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(page, venue, symptoms=["cough"])
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    form = filled_in(page.get(address_of(venue)))
    assert form["full_name"] == TYPED["full_name"]
    assert form["commune"] == TYPED["commune"]
    answers = ["symptoms", "case_contact", "travelled", "consent"]
    assert not any(form.get(name) for name in answers)


def test_somebody_else_gets_an_empty_form_and_a_change_the_filled_one(
    page: Reader, venue: Venue
) -> None:
    declare(page, venue)
    assert "full_name" not in filled_in(page.get(f"{address_of(venue)}?other=1"))
    filled = filled_in(page.get(f"{address_of(venue)}?changed=1"))
    assert filled["full_name"] == TYPED["full_name"]


def test_declaring_for_somebody_else_leaves_the_phones_memory_alone(
    page: Reader, venue: Venue
) -> None:
    declare(page, venue)
    screen = page.get(f"{address_of(venue)}?other=1")
    page.submit(screen, TYPED | {"full_name": "Bà Tư", "on_behalf": "yes"})
    assert "N.T.Á · 678" in page.get(address_of(venue)).text
    assert Declaration.objects.filter(on_behalf=True).count() == 1


def test_leaving_takes_one_tap_on_the_receipt_or_at_the_poster(page: Reader, venue: Venue) -> None:
    receipt = declare(page, venue)
    left = page.submit(receipt, form="leave")
    assert "đã rời" in left.h1
    assert Visit.objects.get().left_word == "scanned"
    again = page.submit(page.get(address_of(venue)), form="check-in")
    assert page.get(address_of(venue)).form("leave").action == f"{again.location}leave/"


def test_companions_share_the_receipt_and_leave_together(page: Reader, venue: Venue) -> None:
    with_child = {"companion-0-full_name": "Bé Na", "companion-0-birth_year": "2018"}
    receipt = declare(page, venue, **with_child)
    assert re.search(r"Số người\s*2", receipt.text)
    page.submit(receipt, form="leave")
    assert Visit.objects.filter(left_at=None).count() == 0


def test_a_receipt_of_yesterday_shows_no_green_and_no_word(page: Reader, venue: Venue) -> None:
    receipt = declare(page, venue)
    visit = Visit.objects.get()
    nonce = Nonce.of(visit.id).at(visit.entered_at - timedelta(days=1))
    make.visit(venue, nonce.moment)
    old = Visit.objects.exclude(id=visit.id).get()
    screen = page.get(f"/r/{Receipt(venue.pk, Nonce.of(old.id)).token}/")
    assert screen.h1 != receipt.h1
    assert word_of_the_day(venue.pk, today()) not in screen.text


def test_this_phone_shows_its_visits_and_forgets_them(page: Reader, venue: Venue) -> None:
    assert "Chợ Trà Vinh" not in page.get("/me/").text
    declare(page, venue)
    screen = page.get("/me/")
    assert "Chợ Trà Vinh" in screen.text
    page.submit(screen, form="forget")
    assert "Chợ Trà Vinh" not in page.get("/me/").text
    assert "full_name" not in filled_in(page.get(address_of(venue)))


def test_one_tap_without_a_declaration_of_today_asks_for_one(page: Reader, venue: Venue) -> None:
    nonce = filled_in(page.get(address_of(venue)))["nonce"]
    screen = page.post(address_of(venue), {"again": "yes", "nonce": nonce}, status=422)
    assert list(screen.errors) == ["check-in"]
    page.submit(screen, TYPED)
    assert Visit.objects.count() == 1


def test_a_memory_changed_on_the_phone_is_no_memory(page: Reader, venue: Venue) -> None:
    declare(page, venue)
    cookie = page.client.cookies["memory"]
    for forged in ("", "x", cookie.value[:-4] + "AAAA", "é"):
        page.client.cookies["memory"] = forged
        assert "full_name" not in filled_in(page.get(address_of(venue)))


def test_the_memory_is_sealed_and_out_of_reach_of_scripts_and_other_sites(
    page: Reader, venue: Venue
) -> None:
    declare(page, venue)
    cookie = page.client.cookies["memory"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "912345678" not in cookie.value
    assert len(cookie.value) < 1200


def test_a_page_open_for_days_is_given_out_anew_and_nothing_typed_is_lost(
    page: Reader, venue: Venue
) -> None:
    old = Nonce.new(timezone.now() - timedelta(days=3)).signed(venue.poster.code)
    screen = page.post(address_of(venue), TYPED | {"nonce": old}, status=422)
    assert list(screen.errors) == ["check-in"]
    assert filled_in(screen)["full_name"] == TYPED["full_name"]
    page.submit(screen, consent="yes")
    assert Visit.objects.count() == 1


def test_a_nonce_of_another_poster_is_refused(page: Reader, venue: Venue) -> None:
    other = make.venue("Quán Khác")
    nonce = filled_in(page.get(address_of(other)))["nonce"]
    page.post(address_of(venue), TYPED | {"nonce": nonce}, status=422)
    assert Visit.objects.count() == 0


def test_too_many_check_ins_a_minute_are_told_to_wait(page: Reader, venue: Venue, settings) -> None:
    settings.CHECK_INS_PER_MINUTE_AND_POSTER = 2
    for _ in range(2):
        page.post(address_of(venue), {}, status=422)
    screen = page.post(address_of(venue), {}, status=429)
    assert 1 <= int(screen.response["Retry-After"]) <= 60


def test_the_empty_page_asks_the_database_nothing_twice(
    page: Reader, venue: Venue, django_assert_num_queries
) -> None:
    address = address_of(venue)
    page.client.get(address)
    with django_assert_num_queries(0):
        assert page.client.get(address).status_code == 200


def test_the_remembered_page_holds_nothing_of_whoever_was_there_first(
    page: Reader, venue: Venue
) -> None:
    first = page.by(make.owner()).get(address_of(venue))
    second = page.by(None).get(address_of(venue))
    nonces = [filled_in(screen)["nonce"] for screen in (first, second)]
    assert nonces[0] != nonces[1]
    assert first.text == second.text


@pytest.mark.parametrize("language", ["vi", "km", "en"])
def test_the_page_speaks_the_phones_language(page: Reader, venue: Venue, language: str) -> None:
    assert page.speaking(language).get(address_of(venue)).language == language


def test_a_phone_in_an_unknown_language_is_answered_in_vietnamese(
    page: Reader, venue: Venue
) -> None:
    assert page.speaking("fr").get(address_of(venue)).language == "vi"


def test_a_chosen_language_stays(page: Reader, venue: Venue) -> None:
    page.post("/language/", {"language": "km", "next": address_of(venue)}, status=302)
    assert page.get(address_of(venue)).language == "km"
    away = page.post("/language/", {"language": "en", "next": "https://example.com/"}, status=302)
    assert away.location == "/"


def test_who_should_stay_at_home_is_told_so_before_anything_else(
    page: Reader, venue: Venue
) -> None:
    declare(page, venue, symptoms=["breathing"])
    screen = page.get(address_of(venue))
    assert "Gọi trạm y tế" in screen.text
    [button] = screen.root.findall(".//form[@id='check-in']//button")
    assert "second" in button.get("class").split()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0912 ABC DEF", "chữ số"),
        ("19009095", "tổng đài"),
        ("0169 123 4567", "0391 234 567"),
        ("855 12 345 678", "+855 12 345 678"),
    ],
)
def test_a_phone_that_reaches_nobody_is_told_with_what_to_type(
    page: Reader, venue: Venue, typed: str, said: str
) -> None:
    screen = page.submit(page.get(address_of(venue)), TYPED | {"phone": typed}, status=422)
    assert said in screen.errors["id_phone"]
    assert screen.form("check-in").values["phone"] == [typed]
    assert not Visit.objects.exists()
