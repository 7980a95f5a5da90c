"""The officials' door: e-mail address and password; the second step has tests of its own."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from django.core.cache import cache
from django.utils import translation

from accounts.turns import BUSY, turn
from tests import make

NASTY = ["", "\x00", "\u202ea@b.vn", "🍜", "a" * 100_000, "<script>", "a@b.vn\n"]


@pytest.fixture(autouse=True)
def _no_attempts_yet(db):
    cache.clear()


def signed_in(page, email: str, password: str = make.PASSWORD, status: int = 200, **more):
    form = page.get("/accounts/login/")
    return page.submit(form, status=status, login=email, password=password, **more)


def test_an_official_signs_in_and_comes_to_the_dashboard(page, official_here):
    form = page.get("/accounts/login/").form()
    data = form.filled({"login": official_here.email.upper(), "password": make.PASSWORD})
    assert page.post("/accounts/login/", data).location == "/dashboard/"


@pytest.mark.parametrize("wrong", ["falsch", "", "\x00", "a" * 100_000, "🍜"])
def test_a_wrong_password_is_refused(page, official_here, wrong: str):
    data = {"login": official_here.email, "password": wrong}
    assert page.post("/accounts/login/", data, status=422).errors


@pytest.mark.parametrize("email", [*NASTY, "nobody@example.vn"])
def test_an_unknown_or_odd_address_is_refused(page, official_here, email: str):
    data = {"login": email, "password": make.PASSWORD}
    assert page.post("/accounts/login/", data, status=422).errors


def test_a_wrong_address_and_a_wrong_password_get_the_same_sentence(page, official_here):
    errors = [
        page.post("/accounts/login/", {"login": login, "password": "wrong"}, status=422).errors
        for login in (official_here.email, "nobody@example.vn")
    ]
    assert errors[0] == errors[1]


def test_after_five_wrong_passwords_the_right_one_must_wait(page, official_here):
    data = {"login": official_here.email, "password": "wrong"}
    for _try in range(5):
        page.post("/accounts/login/", data, status=422)
    page.post("/accounts/login/", data | {"password": make.PASSWORD}, status=422)


@contextmanager
def all_taken(work: str, places: int, waiting: int) -> Iterator[None]:
    """Hold every place for some work, and every chair in front of it."""
    with ExitStack() as held:
        for name, number in ((work, places), (f"{work}-waiting", waiting)):
            for _each in range(number):
                held.enter_context(turn(name, number, patience=0))
        yield


def test_who_comes_while_strangers_take_all_places_has_used_up_no_try(page, official_here):
    data = {"login": official_here.email, "password": make.PASSWORD}
    with all_taken("strangers-passwords", 2, 10):
        for _try in range(6):
            told = page.post("/accounts/login/", data, status=422).text
            with translation.override("vi"):
                assert str(BUSY) in told
    page.post("/accounts/login/", data, status=302)


def test_strangers_take_no_place_from_a_known_browser(page, official_here):
    data = {"login": official_here.email, "password": make.PASSWORD}
    page.post("/accounts/login/", data, status=302)
    page.post("/accounts/logout/", {}, status=302)
    with all_taken("strangers-passwords", 2, 10):
        page.post("/accounts/login/", data, status=302)
    with all_taken("passwords", 2, 10):  # the control: those would be the places of everybody
        page.post("/accounts/logout/", {}, status=302)
        page.post("/accounts/login/", data, status=422)


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "owner"}])
def test_only_officials_at_work_come_in(page, tree, change: dict):
    account = make.official(tree.here, **change)
    data = {"login": account.email, "password": make.PASSWORD}
    page.post("/accounts/login/", data, status=422)
    assert page.get("/venues/", status=302)


def test_nobody_signs_up_here(page):
    for address in ("signup/", "email/", "login/code/", "2fa/"):
        page.get(f"/accounts/{address}", status=404)


def test_signing_out_asks_first(page, official_here):
    reader = page.by(official_here)
    reader.post("/accounts/logout/", reader.get("/accounts/logout/").form().values)
    reader.get("/accounts/password/", status=302)


def test_a_password_is_changed_with_the_present_one(page, official_here):
    reader, new = page.by(official_here), "đồng lúa xanh rì"
    data = {"oldpassword": make.PASSWORD, "password1": new, "password2": new}
    reader.post("/accounts/password/", data)
    official_here.refresh_from_db()
    assert official_here.check_password(new)
    reader.get("/accounts/password/")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"oldpassword": "wrong"}, "id_oldpassword"),
        ({"password1": "short", "password2": "short"}, "id_password1"),
        ({"password1": "", "password2": ""}, "id_password1"),
        ({"password2": "đồng lúa xanh rờn"}, "id_password2"),
        ({"password1": "a\x00" * 10}, "id_password1"),
    ],
)
def test_a_bad_new_password_is_refused(page, official_here, change: dict, field: str):
    new = "đồng lúa xanh rì"
    data = {"oldpassword": make.PASSWORD, "password1": new, "password2": new} | change
    assert field in page.by(official_here).post("/accounts/password/", data, status=422).errors


@pytest.mark.parametrize(
    ("language", "short", "common"),
    [
        ("vi", "quá ngắn. Hãy dùng ít nhất 12 ký tự", "quá phổ biến"),
        ("km", "ពាក្យសម្ងាត់ខ្លីពេក", "មានគេប្រើច្រើនពេក"),
        ("en", "too short. Use at least 12 characters", "too common"),
    ],
)
def test_what_is_wrong_with_a_password_is_said_in_each_language(
    page, official_here, language: str, short: str, common: str
):
    reader = page.by(official_here).speaking(language)
    for new, sentence in (("short", short), ("password1234", common)):
        data = {"oldpassword": make.PASSWORD, "password1": new, "password2": new}
        refused = reader.post("/accounts/password/", data, status=422)
        assert sentence in refused.errors["id_password1"]


def test_an_owner_is_told_that_the_dashboard_is_not_for_owners(page, owner):
    page.by(owner).get("/accounts/password/", status=403)
    assert page.by(owner).get("/accounts/login/", status=302).location == "/venues/"
