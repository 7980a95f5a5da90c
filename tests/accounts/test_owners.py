"""The owners' door: a phone, a code, the own venues."""

import pytest
from django.utils import timezone

from accounts import one_time_codes
from accounts.models import Account, EventKind, OneTimeCode, Role
from tests import make
from tests.messages import newest_code, received, wrong_code

PHONE = "+84912345678"
NASTY = ["", " ", "0912", "\x00", "\u202e0912345678", "🍜", "9" * 100_000, "<b>0912</b>", "٠"]


def asked_for_code(page, phone: str = "0912 345 678"):
    return page.submit(page.get("/accounts/sign-in/"), phone=phone)


def test_an_owner_signs_in_with_phone_and_code(page, venue):
    screen = page.submit(asked_for_code(page), code=newest_code(PHONE), form="code-form")
    assert screen.url == "/venues/"
    assert venue.name in screen
    assert screen.links[venue.name] == f"/venues/{venue.poster.code}/"


def test_the_session_gets_a_new_key_at_sign_in(page, owner):
    screen = asked_for_code(page)
    before = page.client.cookies["sessionid"].value
    page.submit(screen, code=newest_code(), form="code-form")
    assert page.client.cookies["sessionid"].value != before


def test_one_is_led_to_the_page_that_asked_for_the_sign_in(page, venue):
    address = f"/venues/{venue.poster.code}/edit/"
    asked = page.get(address, status=302)
    assert asked.location == f"/accounts/sign-in/?next={address}"
    screen = page.submit(page.get(asked.location), phone="0912345678")
    assert page.submit(screen, code=newest_code(), form="code-form").url == address


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:1"])
def test_nobody_is_led_to_another_site(page, owner, elsewhere: str):
    screen = page.submit(page.get(f"/accounts/sign-in/?next={elsewhere}"), phone="0912345678")
    assert page.submit(screen, code=newest_code(), form="code-form").url == "/venues/"
    assert page.get(f"/accounts/sign-in/?next={elsewhere}", status=302).location == "/venues/"


def test_a_phone_without_an_account_sees_the_same_words(page, owner):
    known = asked_for_code(page)
    unknown = asked_for_code(page.by(None), "0987 654 321")
    assert known.text.replace("0912 345 678", "X") == unknown.text.replace("0987 654 321", "X")
    assert len(received("+84987654321")) == 1


def test_who_has_no_venue_yet_finds_an_empty_list(page):
    screen = page.submit(asked_for_code(page), code=newest_code(), form="code-form")
    assert screen.url == "/venues/"
    assert "/venues/register/" in screen.links.values()


@pytest.mark.parametrize("phone", NASTY)
def test_what_is_no_phone_is_refused_with_a_sentence(page, phone: str):
    screen = page.post("/accounts/sign-in/", {"phone": phone}, status=422)
    assert "id_phone" in screen.errors
    assert received() == []


def test_nothing_at_all_is_refused_too(page):
    assert "id_phone" in page.post("/accounts/sign-in/", {}, status=422).errors


@pytest.mark.parametrize("code", [*NASTY, "12345", "1234567"])
def test_what_is_no_code_is_refused_and_uses_no_try(page, code: str):
    asked_for_code(page)
    assert "id_code" in page.post("/accounts/sign-in/code/", {"code": code}, status=422).errors
    page.post("/accounts/sign-in/code/", {"code": newest_code()})


def test_after_five_wrong_codes_only_a_new_one_helps(page):
    screen = asked_for_code(page)
    for _try in range(one_time_codes.TRIES):
        screen = page.submit(screen, status=422, code=wrong_code(), form="code-form")
    screen = page.submit(screen, status=422, code=newest_code(), form="code-form")
    assert "id_code" in screen.errors


def test_a_new_code_must_wait_a_minute(page):
    screen = page.submit(asked_for_code(page), form="resend")
    assert screen.url == "/accounts/sign-in/code/"
    assert len(received(PHONE)) == 1


def test_asking_twice_sends_one_message_and_goes_on(page):
    asked_for_code(page)
    assert asked_for_code(page).url == "/accounts/sign-in/code/"
    assert len(received(PHONE)) == 1


def test_without_a_phone_there_is_no_code_page(page):
    assert page.get("/accounts/sign-in/code/", status=302).location == "/accounts/sign-in/"
    page.post("/accounts/sign-in/resend/", {})
    assert received() == []


def test_too_many_from_one_source_must_wait(page, monkeypatch):
    monkeypatch.setattr(one_time_codes, "MOST_AN_HOUR_AND_SOURCE", 0)
    screen = page.post("/accounts/sign-in/", {"phone": "0912345678"}, status=429)
    assert screen.response["Retry-After"] == "3600"
    assert "0912345678" in screen.form().values["phone"]


def test_a_gateway_that_fails_is_said_plainly(page, settings, tmp_path):
    settings.MESSAGE_FILE = tmp_path
    screen = page.post("/accounts/sign-in/", {"phone": "0912345678"}, status=503)
    assert screen.errors
    assert "0912345678" in screen.form().values["phone"]


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.OFFICIAL}])
def test_a_phone_opens_neither_a_closed_account_nor_an_officials(page, tree, change: dict):
    make.owner(PHONE, email="a@example.vn", area=tree.province, **change)
    screen = page.submit(asked_for_code(page), status=422, code=newest_code(), form="code-form")
    assert screen.errors
    assert page.get("/venues/", status=302).location.startswith("/accounts/sign-in/")


def test_signing_out_ends_the_session(page, owner):
    reader = page.by(owner)
    reader.post("/accounts/sign-out/", {})
    assert reader.get("/venues/", status=302).location.startswith("/accounts/sign-in/")
    assert reader.client.get("/accounts/sign-out/").status_code == 405


def test_an_account_closed_meanwhile_is_signed_out(page, owner):
    reader = page.by(owner)
    Account.objects.update(is_active=False)
    reader.get("/venues/", status=302)


@pytest.mark.parametrize("language", ["vi", "km", "en"])
def test_the_message_speaks_the_language_of_the_page(page, language: str):
    asked_for_code(page.speaking(language))
    assert len(received(PHONE)[0]) <= 160


LANDLINE = "+842943855246"


@pytest.fixture
def landline(venue):
    """The owner's account, as a list of venues brought it in."""
    Account.objects.filter(pk=venue.owner_id).update(phone=LANDLINE)
    return Account.objects.get(pk=venue.owner_id)


def told_code(page, official, venue) -> str:
    reader = page.by(official)
    screen = reader.get(f"/dashboard/842/silent/{venue.poster.code}/")
    shown = reader.submit(screen, form=f"/dashboard/842/silent/{venue.poster.code}/code/")
    return shown.root.find(".//p[@class='code told']/strong").text


def test_a_landline_gets_no_message_and_is_told_so(page, landline):
    screen = page.speaking("en").submit(
        page.get("/accounts/sign-in/"), phone="0294 3855 246", status=422
    )
    assert "Vietnamese mobile phones only" in screen
    assert "/accounts/sign-in/landline/" in screen.links.values()
    with pytest.raises(one_time_codes.CodeNotSent):
        one_time_codes.send_code(one_time_codes.told_asking(LANDLINE), timezone.now())
    assert received() == []


def test_an_official_tells_the_owner_of_a_landline_a_code(page, venue, landline, official_here):
    code = told_code(page, official_here, venue)
    event = landline.events.get()
    assert (event.kind, event.by) == (EventKind.CODE_TOLD, official_here)
    owner = page.by(None)
    form = {"phone": "0294 3855 246", "code": code}
    assert owner.submit(owner.get("/accounts/sign-in/landline/"), **form).url == "/venues/"
    again = page.by(None)
    again.submit(again.get("/accounts/sign-in/landline/"), status=422, **form)
    assert received() == []


def test_a_code_is_told_for_no_mobile_and_for_no_venues_elsewhere(
    page, venue, tree, official_here, official_next_door
):
    address = f"/dashboard/842/silent/{venue.poster.code}/code/"
    page.by(official_here).post(address, {}, 302)
    Account.objects.filter(pk=venue.owner_id).update(phone=LANDLINE)
    page.by(official_next_door).post(address, {}, 404)
    make.venue("Chợ khác", owner=venue.owner, commune=tree.commune_next_door)
    page.by(official_here).post(address, {}, 302)
    assert not OneTimeCode.objects.exists()
