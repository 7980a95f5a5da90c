"""My security: second steps by name, what happened at the door, and ending other sessions."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from accounts.models import EventKind, SignInEvent
from accounts.sign_in_events import KEPT, forget_old_events
from accounts.sources import device_of
from tests import make
from tests.second_step import SecurityKey, code, secret_on
from tests.sent_links import send_newest

from .test_second_step import SECOND, SET_UP, kinds, let_time_pass, with_app, with_password

SECURITY, FORGOTTEN, NEW = "/accounts/security/", "/accounts/forgotten/", "đồng lúa xanh rì"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/124.0.0.0 Mobile Safari/537.36"
)


def with_passkey(reader, name: str = "Điện thoại"):
    screen = reader.get(f"{SET_UP}passkey/")
    reader.post(f"{SET_UP}passkey/", {"name": name, "credential": SecurityKey().made_for(screen)})


def test_the_owner_reads_what_happened(page, official_here):
    login = {"login": official_here.email, "password": "wrong"}
    headers = {"user_agent": ANDROID}
    page.post("/accounts/login/", login, status=422, **headers)
    reader, _secret = with_app(page, official_here)
    events = reader.get(SECURITY).text
    assert "Có người nhập sai mật khẩu" in events
    assert "Chrome, Android" in events
    assert "127.0.0.0/24" in events
    assert "127.0.0.1" not in events


def test_a_wrong_password_for_a_strangers_address_is_nobodys_event(page, official_here):
    login = {"login": "nobody@example.vn", "password": "wrong"}
    page.post("/accounts/login/", login, status=422)
    assert not SignInEvent.objects.exists()


def test_nobody_reads_anothers_events(page, tree, official_here):
    with_app(page, official_here)
    colleague = make.official(tree.here, "colleague@example.vn")
    assert "Ứng dụng xác thực" not in page.by(colleague).get(SECURITY)


def test_a_passkey_is_renamed_and_removed_and_other_sessions_end(page, official_here):
    reader, _secret = with_app(page, official_here)
    with_passkey(reader)
    elsewhere = page.by(official_here)
    screen = reader.get(SECURITY)
    screen = reader.get(screen.links["Đổi tên Điện thoại"])
    screen = reader.submit(screen, name="Máy tính cơ quan")
    assert "Máy tính cơ quan" in screen
    screen = reader.submit(reader.get(screen.links["Bỏ Máy tính cơ quan"]))
    assert "Bỏ Máy tính cơ quan" not in screen.links
    reader.get("/dashboard/842/")
    assert elsewhere.get("/dashboard/842/", status=302).location.startswith("/accounts/login/")


def test_the_last_second_step_stays(page, official_here):
    reader, _secret = with_app(page, official_here)
    kept = official_here.authenticator_set.get(type="totp")
    assert not any("remove" in link for link in reader.get(SECURITY).links.values())
    reader.post(f"{SET_UP}{kept.pk}/remove/", {})
    assert official_here.authenticator_set.filter(pk=kept.pk).exists()


def test_nobody_touches_anothers_second_step(page, tree, official_here, official_next_door):
    reader, _secret = with_app(page, official_here)
    with_passkey(reader)
    thief = page.by(official_next_door)
    for kept in official_here.authenticator_set.all():
        for act in ("rename", "remove"):
            thief.get(f"{SET_UP}{kept.pk}/{act}/", status=404)
            thief.post(f"{SET_UP}{kept.pk}/{act}/", {"name": "x"}, status=404)
    assert official_here.authenticator_set.count() == 3


def test_an_old_session_removes_nothing_before_the_second_step_is_shown(page, official_here):
    reader, _secret = with_app(page, official_here)
    with_passkey(reader)
    let_time_pass(reader)
    kept = official_here.authenticator_set.get(type="webauthn")
    reader.post(f"{SET_UP}{kept.pk}/remove/", {})
    assert official_here.authenticator_set.filter(pk=kept.pk).exists()


def test_the_app_moves_to_another_phone(page, official_here):
    reader, old = with_app(page, official_here)
    screen = reader.get(f"{SET_UP}app/")
    new = secret_on(screen.text)
    assert reader.submit(screen, code=code(new, periods_later=-1)).url == SECURITY
    late = with_password(page, official_here)
    late.post(SECOND, {"code": code(old)}, status=422)
    assert late.post(SECOND, {"code": code(new)}).location == "/dashboard/"


def test_one_signs_out_everywhere_else(page, official_here):
    here, there = page.by(official_here), page.by(official_here)
    here.submit(here.get(SECURITY), form="elsewhere")
    here.get("/dashboard/842/")
    assert there.get("/dashboard/842/", status=302).location.startswith("/accounts/login/")
    assert kinds(official_here)[0] == EventKind.SESSIONS_ENDED


def test_events_are_forgotten_after_ninety_days(official_here):
    now = timezone.now()
    for age in (KEPT - timedelta(hours=1), KEPT + timedelta(hours=1)):
        SignInEvent.objects.create(account=official_here, kind="signed_in", at=now - age)
    assert forget_old_events(now) == 1


@pytest.mark.django_db(transaction=True)
def test_housekeeping_forgets_them():
    old = timezone.now() - KEPT - timedelta(days=1)
    SignInEvent.objects.create(account=make.official(), kind="signed_in", at=old)
    call_command("housekeeping", stdout=StringIO())
    assert not SignInEvent.objects.exists()


def test_a_forgotten_password_is_replaced_and_the_second_step_still_asked(page, official_here):
    _reader, secret = with_app(page, official_here)
    screen = page.submit(page.get(FORGOTTEN), email=official_here.email.upper())
    assert screen.url == f"{FORGOTTEN}sent/"
    send_newest()
    [message] = mail.outbox
    link = next(word for word in message.body.split() if "/new-password/" in word)
    link = link.partition("8000")[2] or link
    screen = page.follow(page.get(link, status=302))
    page.submit(screen, password1=NEW, password2=NEW)
    page.get(link)
    official_here.refresh_from_db()
    assert official_here.check_password(NEW)
    reader = page.by(None)
    form = reader.get("/accounts/login/").form()
    data = form.filled({"login": official_here.email, "password": NEW})
    assert reader.post("/accounts/login/", data).location == SECOND
    assert reader.post(SECOND, {"code": code(secret)}).location == "/dashboard/"
    assert EventKind.PASSWORD_CHANGED in kinds(official_here)


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": "else@example.vn"}])
def test_asking_for_a_new_password_tells_nothing_of_who_exists(page, official_here, change):
    known = page.submit(page.get(FORGOTTEN), email=official_here.email)
    send_newest()
    email, reader = official_here.email, page.by(None)
    type(official_here).objects.update(**change)
    unknown = reader.submit(reader.get(FORGOTTEN), email=email)
    assert known.text == unknown.text
    send_newest()
    assert [message.to for message in mail.outbox] == [[email], [email]]
    assert "/new-password/" not in mail.outbox[1].body


def test_made_up_links_for_a_new_password_say_what_to_do(page, official_here):
    for link in ("1/x-y", "zzzzzzzzzzzzzz/x", "🍜/x", "1/" + "a" * 2000):
        screen = page.get(f"/accounts/new-password/{link}/", None)
        assert screen.status in (200, 404)
        assert "password1" not in str(screen.response.content)


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (ANDROID, "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/124.0 Safari/537.36 Edg/124.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Version/17.4 Mobile/15E Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0", "Firefox, Linux"),
        ("curl/8.0", ""),
        ("", ""),
        ("\x00" * 100_000, ""),
    ],
)  # fmt: skip
def test_a_device_is_two_words(user_agent: str, device: str):
    assert device_of(user_agent) == device
