"""The second step: set up before anything else, shown at every sign-in, each code once."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from accounts import second_factors
from accounts.models import Account, EventKind
from tests import make
from tests.page import Reader, Screen
from tests.second_step import SecurityKey, code, secret_on, wrong_code

LOGIN, SECOND, SET_UP = "/accounts/login/", "/accounts/login/second/", "/accounts/second-step/"
MADE_UP = (
    '{"id":"YQ","rawId":"YQ","type":"public-key","response":{"clientDataJSON":"e30",'
    '"attestationObject":"oA","authenticatorData":"AA","signature":"AA"}}'
)
NASTY = ["", "\x00", "\u202e123456", "🍜", "1" * 100_000, "<b>", "½23456", "12345678901"]


def with_password(page: Reader, account: Account) -> Reader:
    """Somebody who showed a password and no more."""
    reader = page.by(None)
    form = reader.get(LOGIN).form().filled({"login": account.email, "password": make.PASSWORD})
    reader.post(LOGIN, form)
    return reader


def with_app(page: Reader, account: Account) -> tuple[Reader, str]:
    """Somebody who has just set an authenticator up, and its secret."""
    reader = with_password(page, account)
    screen = reader.get(f"{SET_UP}app/")
    secret = secret_on(screen.text)
    reader.submit(reader.submit(screen, code=code(secret, periods_later=-1)))
    return reader, secret


def show(reader: Reader, digits: str, status: int = 302) -> Screen:
    return reader.post(SECOND, {"code": digits}, status=status)


def kinds(account: Account) -> list[str]:
    """What happened to an account, newest first."""
    return list(account.events.order_by("-pk").values_list("kind", flat=True))


def let_time_pass(reader: Reader) -> None:
    """Let the session have shown its second factor an hour ago."""
    session = reader.client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()


def test_the_first_sign_in_leads_to_the_set_up_and_then_to_the_dashboard(page, official_here):
    reader = with_password(page, official_here)
    screen = reader.follow(reader.get("/dashboard/842/", status=302))
    screen = reader.get(screen.links["Dùng ứng dụng"])
    screen = reader.submit(screen, code=code(secret_on(screen.text)))
    assert screen.url == f"{SET_UP}codes/"
    assert reader.submit(screen).url == "/dashboard/842/"
    assert kinds(official_here)[:2] == [EventKind.FACTOR_ADDED, EventKind.SIGNED_IN]


def test_recovery_codes_are_shown_before_anything_else_and_only_then(page, official_here):
    reader = with_password(page, official_here)
    screen = reader.get(f"{SET_UP}app/")
    reader.submit(screen, code=code(secret_on(screen.text)))
    assert reader.get("/dashboard/842/", status=302).location == f"{SET_UP}codes/"
    codes = re.findall(r"\b\d{8}\b", reader.get(f"{SET_UP}codes/").text)
    text = reader.get(f"{SET_UP}codes/recovery-codes.txt").response
    assert len(set(codes)) == 10
    assert re.findall(r"\b\d{8}\b", text.content.decode()) == codes
    assert "attachment" in text["Content-Disposition"]
    reader.submit(reader.get(f"{SET_UP}codes/"))
    assert not set(codes) & set(re.findall(r"\d{8}", reader.get(f"{SET_UP}codes/").text))
    reader.get(f"{SET_UP}codes/recovery-codes.txt", status=404)


def test_the_password_alone_opens_nothing_once_there_is_a_second_step(page, official_here):
    _reader, secret = with_app(page, official_here)
    thief = with_password(page, official_here)
    assert thief.get("/dashboard/842/", status=302).location.startswith(LOGIN)
    assert thief.get(f"{SET_UP}app/", status=302).location.startswith(LOGIN)
    assert show(thief, code(secret)).location == "/dashboard/"


def test_a_session_from_before_the_set_up_must_show_the_new_second_step(page, official_here):
    older = with_password(page, official_here)
    form = older.get(f"{SET_UP}app/")
    _reader, secret = with_app(page, official_here)
    for address in ("/dashboard/842/", SET_UP, f"{SET_UP}app/", f"{SET_UP}passkey/"):
        assert older.get(address, status=302).location == f"/accounts/confirm/?next={address}"
    late = older.post(f"{SET_UP}app/", {"code": code(secret_on(form.text))})
    assert late.location == "/accounts/confirm/"
    screen = older.get("/accounts/confirm/?next=/dashboard/842/")
    assert older.submit(screen, code=code(secret), form="code-form").url == "/dashboard/842/"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_set_up_at_once_with_the_password_one_wins():
    account = make.official()
    secret = "A" * 32

    def add(_number: int) -> bool:
        try:
            second_factors.add_app(account, secret, 1, first=True)
        except second_factors.FactorRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(add, range(8))) == 1


def test_a_code_works_once(page, official_here):
    _reader, secret = with_app(page, official_here)
    digits = code(secret)
    show(with_password(page, official_here), digits)
    screen = show(with_password(page, official_here), digits, status=422)
    assert "đã dùng rồi. Hãy chờ mã tiếp theo" in screen.errors["id_code"]
    wrong = show(with_password(page, official_here), wrong_code(secret), status=422)
    assert "đã dùng" not in wrong.errors["id_code"]
    assert kinds(official_here)[0] == EventKind.FACTOR_REFUSED


@pytest.mark.django_db(transaction=True)
def test_a_code_sent_twenty_times_at_once_works_once():
    account, secret = make.official(), "B" * 32
    second_factors.add_app(account, secret, 0, first=True)
    digits, now = code(secret), timezone.now()

    def tried(_number: int) -> bool:
        try:
            second_factors.try_code(account, digits, now)
        except second_factors.FactorRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(tried, range(8))) == 1


@pytest.mark.parametrize(("later", "status"), [(-2, 422), (0, 302), (1, 302), (2, 422)])
def test_a_phones_clock_may_be_half_a_minute_off(page, official_here, later: int, status: int):
    secret = "C" * 32
    second_factors.add_app(official_here, secret, 0, first=True)
    show(with_password(page, official_here), code(secret, periods_later=later), status)


def test_after_ten_wrong_codes_the_right_one_must_wait(page, official_here):
    secret = "D" * 32
    second_factors.add_app(official_here, secret, 0, first=True)
    reader = with_password(page, official_here)
    for _try in range(10):
        show(reader, wrong_code(secret), status=422)
    assert "5 phút" in show(reader, code(secret), status=422).errors["id_code"]


def test_after_the_sites_secret_changed_a_second_step_is_refused_with_what_to_do(
    page, official_here, settings
):
    _reader, secret = with_app(page, official_here)
    settings.HASH_KEY = "another secret, by which nothing opens that was sealed before"
    refused = show(with_password(page, official_here), code(secret), status=422)
    assert "gỡ" in refused.text


@pytest.mark.parametrize("typed", NASTY)
def test_what_is_no_code_is_refused_with_a_sentence(page, official_here, typed: str):
    second_factors.add_app(official_here, "E" * 32, 0, first=True)
    reader = with_password(page, official_here)
    assert "id_code" in show(reader, typed, status=422).errors


def test_a_recovery_code_signs_in_once_and_is_told(page, official_here):
    with_app(page, official_here)
    codes = second_factors.recovery_codes(official_here)
    reader = with_password(page, official_here)
    assert show(reader, f"{codes[0][:4]} {codes[0][4:]}").location == "/dashboard/"
    assert EventKind.RECOVERY_CODE_USED in kinds(official_here)
    assert second_factors.recovery_codes(official_here) == codes[1:]
    assert "9" in reader.get(f"{SET_UP}codes/").text
    screen = show(with_password(page, official_here), codes[0], status=422)
    assert "đã dùng rồi. Hãy dùng mã khác" in screen.errors["id_code"]


def test_new_recovery_codes_end_the_old_ones(page, official_here):
    reader, _secret = with_app(page, official_here)
    old = second_factors.recovery_codes(official_here)
    screen = reader.submit(reader.get(f"{SET_UP}codes/"))
    new = re.findall(r"\b\d{8}\b", screen.text)
    assert len(new) == 10
    assert not set(old) & set(new)
    show(with_password(page, official_here), old[0], status=422)


def test_who_loses_the_second_step_while_asked_for_it_begins_anew(page, official_here):
    second_factors.add_app(official_here, "F" * 32, 0, first=True)
    reader = with_password(page, official_here)
    reader.get(SECOND)
    second_factors.remove_all(official_here)
    assert reader.get(SECOND, status=302).location == LOGIN
    form = reader.get(LOGIN).form()
    data = form.filled({"login": official_here.email, "password": make.PASSWORD})
    assert reader.post(LOGIN, data).location == "/dashboard/"


def test_the_session_gets_a_new_key_with_the_second_step(page, official_here):
    reader = with_password(page, official_here)
    before = reader.client.cookies["sessionid"].value
    screen = reader.get(f"{SET_UP}app/")
    reader.submit(screen, code=code(secret_on(screen.text)))
    assert reader.client.cookies["sessionid"].value != before


def test_neither_database_nor_session_shows_a_secret(page, official_here):
    reader = with_password(page, official_here)
    screen = reader.get(f"{SET_UP}app/")
    secret = secret_on(screen.text)
    assert secret not in str(Session.objects.get().get_decoded())
    reader.submit(screen, code=code(secret))
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not any(one in kept for one in second_factors.recovery_codes(official_here))


def test_a_passkey_is_made_and_signs_in(page, official_here):
    reader, key = with_password(page, official_here), SecurityKey()
    screen = reader.get(f"{SET_UP}passkey/")
    made = {"name": "Điện thoại của tôi", "credential": key.made_for(screen)}
    assert reader.post(f"{SET_UP}passkey/", made).location == f"{SET_UP}codes/"
    again = with_password(page, official_here)
    shown = {"credential": key.shown_to(again.get(SECOND))}
    assert again.post(SECOND, shown).location == "/dashboard/"
    thief = with_password(page, official_here)
    thief.get(SECOND)
    refused = thief.post(SECOND, shown, status=422)
    said = refused.response.content.decode()  # the part that script opens
    assert "Khóa truy cập này không được chấp nhận" in said
    assert refused.form("code-form").names >= {"code"}
    confirmed = {"credential": key.shown_to(again.get("/accounts/confirm/"))}
    assert again.post("/accounts/confirm/", confirmed).location == "/dashboard/"
    again.post("/accounts/confirm/", confirmed, status=422)


@pytest.mark.parametrize("origin", ["https://testserver.example.com", "http://testserver"])
def test_a_passkey_made_for_another_site_is_refused(page, official_here, origin: str):
    reader = with_password(page, official_here)
    credential = SecurityKey().made_for(reader.get(f"{SET_UP}passkey/"), origin)
    made = {"name": "x", "credential": credential}
    assert reader.post(f"{SET_UP}passkey/", made, status=422).errors


@pytest.mark.parametrize(
    "answer",
    [
        *NASTY, "{}", "[]", "null", "1", '"x"', '{"id": 1}', "[" * 10_000,
        '{"id":"YQ","rawId":"YQ","type":"public-key","response":{}}',
        MADE_UP,
    ],
)  # fmt: skip
def test_made_up_answers_of_a_passkey_are_refused(page, official_here, answer: str):
    reader, key = with_password(page, official_here), SecurityKey()
    screen = reader.get(f"{SET_UP}passkey/")
    assert reader.post(f"{SET_UP}passkey/", {"name": "x", "credential": answer}, status=422).errors
    credential = key.made_for(reader.get(f"{SET_UP}passkey/"))
    reader.post(f"{SET_UP}passkey/", {"name": "x", "credential": credential})
    again = with_password(page, official_here)
    assert screen.url
    assert again.get(SECOND)
    again.post(SECOND, {"credential": answer}, status=422)


def test_what_protects_an_account_asks_again_after_a_while(page, official_here):
    reader, secret = with_app(page, official_here)
    let_time_pass(reader)
    reader.get("/dashboard/842/")
    asked = reader.get(SET_UP, status=302)
    assert asked.location == f"/accounts/confirm/?next={SET_UP}"
    assert reader.post(f"{SET_UP}codes/new/", {}).location == "/accounts/confirm/"
    screen = reader.submit(reader.get(asked.location), code=code(secret))
    assert screen.url == SET_UP


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:1"])
def test_confirming_leads_to_no_other_site(page, official_here, elsewhere: str):
    reader, secret = with_app(page, official_here)
    data = {"code": code(secret)}
    answer = reader.post(f"/accounts/confirm/?next={elsewhere}", data)
    assert answer.location == "/dashboard/"
