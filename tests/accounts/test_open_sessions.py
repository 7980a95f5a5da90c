"""Where an account is signed in: listed, ended, over after its time whatever is done."""

from datetime import timedelta

import pytest
from django.contrib.auth import login
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import known_browsers, people
from accounts.models import Account, EventKind, OpenSession, Role
from accounts.open_sessions import OFFICIALS, OWNERS, forget_ended_sessions, hashed
from tests import make
from tests.messages import newest_code
from tests.second_step import code, secret_on

from .test_owners import asked_for_code
from .test_second_step import SECOND, SET_UP, with_app, with_password
from .test_security import NEW, SECURITY, with_passkey

SESSIONS = "/accounts/sessions/"


def is_out(reader) -> bool:
    return reader.get("/dashboard/842/", status=None).status == 302


def let_hours_pass(reader, hours: float) -> None:
    """Let a session have begun and been used so many hours earlier."""
    session = reader.client.session
    own = session["open_session"]
    later = hours * 3600
    session["open_session"] = own | {"ends": own["ends"] - later, "used": own["used"] - later}
    session.save()


def test_an_official_sees_the_own_sessions_and_ends_one(page, official_here):
    reader, _secret = with_app(page, official_here)
    elsewhere = page.by(official_here)
    elsewhere.get("/dashboard/842/")
    make.open_session(make.official(make.tree().next_door), device="Opera, Android")
    text = reader.get(SECURITY).text
    assert text.count("dùng lần cuối") >= 2
    assert "12 giờ" in text
    assert "Opera" not in text
    there = OpenSession.objects.get(session_key=hashed(elsewhere.client.session.session_key))
    screen = reader.submit(reader.get(SECURITY), form=f"{SESSIONS}{there.pk}/end/")
    assert screen.url == SECURITY
    assert is_out(elsewhere)
    assert not is_out(reader)
    assert official_here.events.filter(kind=EventKind.SESSION_ENDED).exists()


def test_an_owner_reads_where_and_when_somebody_signed_in(page, owner):
    screen = page.submit(asked_for_code(page), code=newest_code(), form="code-form")
    screen = page.get(screen.links["Thiết bị của tôi"])
    assert "30 ngày" in screen
    assert "thiết bị này" in screen
    assert "Đã đăng nhập" in screen
    assert "127.0.0.0/24" in screen
    assert "127.0.0.1" not in screen.text
    other = page.by(owner)
    page.submit(page.get("/accounts/sessions/"), form="elsewhere")
    assert other.get("/venues/", status=302).location.startswith("/accounts/sign-in/")
    page.get("/venues/")


def test_another_account_in_the_same_browser_begins_a_session_of_its_own(page, owner):
    page.submit(asked_for_code(page), code=newest_code(), form="code-form")
    before = page.client.session.session_key
    other = make.owner("+84987654321")
    request = page.get("/venues/").response.wsgi_request
    login(request, other, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert other.open_sessions.get().session_key == hashed(request.session.session_key)
    assert request.session.session_key != before
    assert not owner.open_sessions.going_on(timezone.now()).exists()


def test_nobody_ends_anothers_session(page, owner, official_here):
    theirs = make.open_session(owner)
    page.by(official_here).post(f"{SESSIONS}{theirs.pk}/end/", {}, status=404)
    assert OpenSession.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize(("hours", "out"), [(11.9, False), (12.1, True)])
def test_twelve_hours_after_the_sign_in_it_is_over_whatever_was_done(
    page, official_here, hours: float, out: bool
):
    reader = page.by(official_here)
    for _hour in range(3):  # used all the time: Django's own time would begin anew
        let_hours_pass(reader, hours / 3)
        assert is_out(reader) == (out and _hour == 2)
    assert timedelta(hours=12) == OFFICIALS < OWNERS


def test_without_the_time_it_would_go_on(page, official_here):
    reader = page.by(official_here)
    session = reader.client.session
    del session["open_session"]
    session.save()
    let_be = Session.objects.get(session_key=hashed(session.session_key))
    assert let_be.expire_date > timezone.now() + timedelta(hours=11)
    assert not is_out(reader)


@pytest.mark.parametrize("change", ["password", "passkey", "codes", "role", "reset"])
def test_a_change_of_what_one_signs_in_with_ends_the_others(page, official_here, change: str):
    reader, _secret = with_app(page, official_here)
    other = page.by(official_here)
    assert not is_out(other)
    if change == "password":
        data = {"oldpassword": make.PASSWORD, "password1": NEW, "password2": NEW}
        reader.post("/accounts/password/", data)
    elif change == "passkey":
        with_passkey(reader)
    elif change == "codes":
        reader.post(f"{SET_UP}codes/new/", {})
    else:
        administrator = make.official(make.tree().province, role=Role.ADMINISTRATOR)
        if change == "role":
            area = official_here.area
            people.change_account(administrator, official_here, "N", Role.TRACER, area)
        else:
            people.take_factors(administrator, official_here)
    assert is_out(other)
    listed = Account.objects.get(pk=official_here.pk).open_sessions.going_on(timezone.now())
    assert listed.count() == (0 if change in {"role", "reset"} else 1)


def test_another_name_ends_nothing(page, official_here):
    reader = page.by(official_here)
    administrator = make.official(make.tree().province, role=Role.ADMINISTRATOR)
    people.change_account(
        administrator, official_here, "Tên khác", official_here.role, official_here.area
    )
    assert not is_out(reader)


def test_each_step_of_signing_in_has_a_session_key_of_its_own(page, official_here):
    _reader, secret = with_app(page, official_here)
    reader = page.by(None)
    reader.get("/accounts/login/")
    session = reader.client.session
    session["planted"] = "by whoever knows its key"
    session.save()
    keys = [session.session_key]
    login = {"login": official_here.email, "password": make.PASSWORD}
    reader.post("/accounts/login/", login)
    keys.append(reader.client.session.session_key)
    reader.post(SECOND, {"code": code(secret)})
    keys.append(reader.client.session.session_key)
    assert len(set(keys)) == 3
    assert Session.objects.filter(session_key__in=map(hashed, keys[:2])).count() == 0


def test_a_session_that_was_ended_is_not_brought_back_by_a_new_key(page, official_here):
    reader = with_password(page, official_here)
    OpenSession.objects.filter(account=official_here).delete()
    screen = reader.get(f"{SET_UP}app/")
    reader.post(f"{SET_UP}app/", {"code": code(secret_on(screen.text))})
    assert is_out(reader)


def test_sessions_that_are_over_are_forgotten(owner):
    now = timezone.now()
    kept = make.open_session(owner)
    make.open_session(owner, began_at=now - timedelta(hours=13), ends_at=now - timedelta(hours=1))
    Session.objects.get(session_key=make.open_session(owner).session_key).delete()
    assert forget_ended_sessions(now) == 2
    assert list(owner.open_sessions.all()) == [kept]


def test_a_browser_is_known_to_whom_signed_in_there_and_to_nobody_by_a_made_up_cookie(page, rf):
    page.submit(asked_for_code(page), code=newest_code(), form="code-form")
    value = page.client.cookies["device"].value
    for cookie, phone, known in (
        (value, "+84912345678", True),
        (value, "+84987654321", False),
        (value[:-3] + "xyz", "+84912345678", False),
        ("x", "+84912345678", False),
        ("", "+84912345678", False),
    ):
        request = rf.get("/", HTTP_COOKIE=f"device={cookie}")
        assert bool(known_browsers.known_browser(request, phone)) == known
    assert "84912345678" not in value
