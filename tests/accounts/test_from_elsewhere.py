"""What strangers try from elsewhere, over HTTP and by two processes: it takes nothing from whose it is.

Each attack has its control beside it: the same without what holds it.
"""

import re
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import one_time_codes, resets
from accounts.limits import Limit
from accounts.models import Account, EventKind, OpenSession
from accounts.one_time_codes import Asking, CodeNotSent, CodePurpose
from stations import appointing
from tests import make
from tests.messages import newest_code, received, wrong_code
from tests.processes import Served, serving
from tests.second_step import code
from tests.sent_links import send_newest

from .test_second_step import show, with_app, with_password

PHONE = "+84912345678"
SIGN_IN, CODE, LOGIN, FORGOTTEN = (
    f"/accounts/{place}/" for place in ("sign-in", "sign-in/code", "login", "forgotten")
)


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


class Browser:
    """Somebody with cookies of their own, somewhere."""

    def __init__(self, site: Served, source: str) -> None:
        self.site, self.source = site, source
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()), _Stay)

    def get(self, path: str) -> tuple[int, str]:
        return self._sent(path, None)

    def post(self, path: str, to: str = "", **data: str) -> int:
        """Send a form of the page at this path, there or to another; return the status."""
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', self.get(path)[1])
        filled = {"csrfmiddlewaretoken": token[1] if token else "", **data}
        return self._sent(to or path, filled)[0]

    def _sent(self, path: str, data: dict[str, str] | None) -> tuple[int, str]:
        headers = {"X-Forwarded-For": self.source, "Referer": self.site.url + path}
        body = urlencode(data).encode() if data is not None else None
        try:
            answer = self.opener.open(Request(self.site.url + path, body, headers), timeout=30)
        except HTTPError as refused:
            answer = refused
        with answer:
            return answer.status, answer.read().decode()


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Served]:
    """One start for this file; its mail server takes a connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as mute, django_db_blocker.unblock():
        mail_server = f"smtp://127.0.0.1:{mute.getsockname()[1]}"
        folder = tmp_path_factory.mktemp("elsewhere")
        with serving(folder, TRUSTED_PROXIES="1", EMAIL_URL=mail_server) as served:
            served.folder = folder
            yield served


@pytest.fixture
def there(site: Served, transactional_db, settings):
    """Return browsers, each at an address of its own."""
    settings.MESSAGE_FILE = site.folder / "messages.txt"
    settings.MESSAGE_FILE.unlink(missing_ok=True)
    return lambda number: Browser(site, f"203.0.{number}.7")


def at_once(times: int, act) -> Counter:
    with ThreadPoolExecutor(8) as crowd:
        return Counter(crowd.map(lambda _number: act(), range(times)))


def test_a_stranger_who_asks_and_guesses_leaves_the_owners_code_alone(there):
    owner, stranger = there(1), there(2)
    owner.post(SIGN_IN, phone="0900000001")  # has a session from here on
    assert at_once(12, lambda: owner.post(SIGN_IN, phone=PHONE)) == {302: 12}
    assert len(received(PHONE)) == 1
    code = newest_code(PHONE)
    assert stranger.post(SIGN_IN, phone=PHONE) == 302
    assert len(received(PHONE)) == 2
    if newest_code(PHONE) != code:
        assert stranger.post(CODE, code=code) == 422
    assert at_once(12, lambda: stranger.post(CODE, code=wrong_code(PHONE))) == {422: 12}
    assert stranger.post(CODE, code=newest_code(PHONE)) == 422
    assert owner.post(CODE, code=code) == 302
    assert owner.get("/venues/")[0] == 200


@pytest.mark.parametrize("is_shared", [False, True])
def test_without_askings_of_their_own_guesses_kill_the_code(page, monkeypatch, is_shared: bool):
    if is_shared:
        monkeypatch.setattr(Asking, "key", property(lambda asking: asking.phone.encode()))
    page.submit(page.get(SIGN_IN), phone=PHONE)
    stranger = page.by(None)
    stranger.submit(stranger.get(SIGN_IN), phone=PHONE)
    code = newest_code(PHONE) if is_shared else _first_code()
    for _try in range(one_time_codes.TRIES):
        stranger.post(CODE, {"code": wrong_code(PHONE)}, status=422)
    page.post(CODE, {"code": code}, status=422 if is_shared else 302)


def _first_code() -> str:
    return re.search(r"\b\d{6}\b", received(PHONE)[0])[0]


def test_a_code_for_one_purpose_opens_no_other(page):
    page.submit(page.get(SIGN_IN), phone=PHONE)
    page.get("/venues/register/")
    asked = dict(page.client.session.items())
    other = Asking(PHONE, CodePurpose.REGISTER, asked["asker"], "")
    one_time_codes.send_code(other, timezone.now())
    page.post(CODE, {"code": newest_code(PHONE)}, status=422)
    page.post(CODE, {"code": _first_code()}, status=302)


def test_strangers_use_up_a_phones_codes_but_not_those_of_its_owners_browser(there):
    owner = there(1)
    owner.post(SIGN_IN, phone=PHONE)
    assert owner.post(CODE, code=newest_code(PHONE)) == 302
    owner.post("/venues/")
    assert _signed_out(owner)
    asked = [there(number).post(SIGN_IN, phone=PHONE) for number in (2, 3, 4, 5, 6) for _ in "1234"]
    assert Counter(asked) == {302: one_time_codes.MOST_A_DAY_ELSEWHERE - 1, 429: 5}
    assert there(7).post(SIGN_IN, phone=PHONE) == 429  # an owner who has never signed in there
    assert owner.post(SIGN_IN, phone=PHONE) == 302
    assert owner.post(CODE, code=newest_code(PHONE)) == 302


def _signed_out(browser: Browser) -> bool:
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', browser.get("/venues/")[1])[1]
    status, _text = browser._sent("/accounts/sign-out/", {"csrfmiddlewaretoken": token})
    return status == 302 and browser.get("/venues/")[0] == 302


def test_the_day_has_so_many_messages_and_the_last_are_for_browsers_that_are_known(
    db, settings, caplog
):
    settings.MESSAGES_PER_DAY, now = 10, timezone.now()
    askings = [
        Asking(f"+8490000000{n}", CodePurpose.SIGN_IN, "x", f"203.0.113.{n}") for n in range(10)
    ]
    for asking in askings[:9]:
        one_time_codes.send_code(asking, now)
    with pytest.raises(CodeNotSent) as refused:
        one_time_codes.send_code(askings[9], now)
    assert refused.value.status == 429
    assert settings.HOTLINE in refused.value.sentence
    known = [Asking(PHONE, CodePurpose.SIGN_IN, n, "", browser="hers") for n in "ab"]
    one_time_codes.send_code(known[0], now)
    with pytest.raises(CodeNotSent):
        one_time_codes.send_code(known[1], now)
    said = [record.getMessage() for record in caplog.records]
    assert [text for text in said if "messages" in text] == [
        f"one-time codes: {number} of the 10 messages of a day are sent" for number in (8, 9, 10)
    ]
    assert "+84" not in caplog.text


@pytest.mark.parametrize("phone", ["+1 202 555 0123", "+855 12 345 678", "+44 7400 123456"])
def test_no_code_goes_abroad(page, phone: str):
    assert "id_phone" in page.post(SIGN_IN, {"phone": phone}, status=422).errors
    asking = Asking(re.sub(" ", "", phone), CodePurpose.OWN_PHONE, "x", "")
    with pytest.raises(CodeNotSent):
        one_time_codes.send_code(asking, timezone.now())
    assert received() == []


def test_a_told_code_is_tried_by_everybody_and_killed_by_nobody(page, owner):
    type(owner).objects.update(phone="+842943855246")
    code = one_time_codes.tell_code("+842943855246", timezone.now())
    form = {"phone": "02943855246", "code": "0" * 10}
    tries = [page.post("/accounts/sign-in/landline/", form, status=422).text for _ in range(11)]
    assert len(set(tries[:10])) == 1
    assert "10 phút" in tries[10]
    nowhere = {"phone": "02943855247", "code": "0" * 10}
    stranger = page.post("/accounts/sign-in/landline/", nowhere, status=422, x_forwarded_for="")
    assert "10 phút" in stranger.text  # of one source, whatever it tries
    with pytest.MonkeyPatch.context() as elsewhere:
        elsewhere.setattr(one_time_codes, "_TOLD_TRIES_OF_A_SOURCE", Limit("another", 10))
        unknown = page.post("/accounts/sign-in/landline/", nowhere, status=422).text
        assert unknown.replace("247", "246") == tries[0]
        page.post("/accounts/sign-in/landline/", form | {"code": code}, status=302)


def test_wrong_passwords_from_elsewhere_do_not_lock_out_a_known_browser(there):
    account = make.official()
    login = {"login": account.email, "password": make.PASSWORD}
    official = there(1)
    assert official.post(LOGIN, **login) == 302
    assert official.post("/accounts/logout/") == 302
    strangers = [there(number) for number in (2, 3, 4)]
    guess = login | {"password": "chưa bao giờ đúng"}
    assert at_once(9, lambda: there(2).post(LOGIN, **guess)) == {422: 9}
    assert {stranger.post(LOGIN, **guess) for stranger in strangers} == {422}
    refused = account.events.filter(kind=EventKind.PASSWORD_REFUSED)
    assert refused.count() == 5
    assert there(5).post(LOGIN, **login) == 422  # right, from a browser that nobody knows
    assert official.post(LOGIN, **login) == 302


@pytest.mark.parametrize("is_known", [True, False])
def test_a_thief_of_the_password_uses_up_no_second_step_of_a_known_browser(
    page, official_here, is_known: bool
):
    reader, secret = with_app(page, official_here)
    reader.post("/accounts/logout/", {})
    if not is_known:
        del reader.client.cookies["device"]
    thief = with_password(page, official_here)
    for _try in range(11):
        show(thief, "000000", status=422)
    show(thief, code(secret), status=422)
    reader.post(LOGIN, {"login": official_here.email, "password": make.PASSWORD})
    show(reader, code(secret), status=302 if is_known else 422)


def test_who_sits_at_an_open_session_does_not_try_passwords_for_ever(page, official_here):
    reader = page.by(official_here)
    new = {"password1": "đồng lúa xanh rì", "password2": "đồng lúa xanh rì"}
    for _try in range(5):
        reader.post("/accounts/password/", new | {"oldpassword": "wrong"}, status=422)
    late = reader.post("/accounts/password/", new | {"oldpassword": make.PASSWORD}, status=422)
    assert "5 phút" in late.errors["id_oldpassword"]


def test_a_link_for_a_new_password_makes_its_browser_known(page, official_here):
    page.submit(page.get(FORGOTTEN), email=official_here.email)
    send_newest()
    link = re.search(r"/accounts/new-password/\S+", mail.outbox[0].body)[0]
    screen = page.follow(page.get(link, status=302))
    page.submit(screen, password1="đồng lúa xanh rì", password2="đồng lúa xanh rì")
    stranger = page.by(None)
    for _try in range(5):
        stranger.post(LOGIN, {"login": official_here.email, "password": "wrong"}, status=422)
    right = {"login": official_here.email, "password": "đồng lúa xanh rì"}
    stranger.post(LOGIN, right, status=422)
    page.post(LOGIN, right, status=302)


def test_asking_for_a_new_password_takes_as_long_for_all_and_has_an_end(there):
    account = make.official()
    pages = []
    for email in (account.email, "nobody@example.vn"):
        browser = there(1)
        began = timezone.now()
        assert [browser.post(FORGOTTEN, email=email) for _time in range(4)] == [302, 302, 302, 429]
        assert (timezone.now() - began).total_seconds() < 8  # as long as one message would wait
        pages.append(browser.get(f"{FORGOTTEN}sent/"))
    assert pages[0] == pages[1]
    assert ProcrastinateJob.objects.filter(task_name=resets.TASK).count() == 6
    asked = [there(2).post(FORGOTTEN, email=f"{number}@example.vn") for number in range(21)]
    assert asked == [302] * 20 + [429]


def test_sent_in_the_request_the_message_would_be_waited_for(page, official_here, monkeypatch):
    page.submit(page.get(FORGOTTEN), email=official_here.email)
    assert mail.outbox == []
    task = type("Task", (), {"defer": staticmethod(resets.answer)})
    monkeypatch.setattr(resets.app, "configure_task", lambda _name, **_priority: task)
    page.submit(page.get(FORGOTTEN), email=official_here.email)
    assert [message.to for message in mail.outbox] == [[official_here.email]]


def test_a_script_that_pairs_stations_is_stopped(there):
    venue = make.venue()
    now = timezone.now()
    codes = [appointing.make_station(venue, f"Cổng {n}", venue.owner, now)[1] for n in range(22)]
    script = there(1)
    assert [script.post(f"/s/pair/{code}/") for code in codes[:20]] == [303] * 20
    assert [script.get(f"/s/pair/{code}/")[0] for code in codes[20:]] == [429, 429]
    assert [script.post(f"/s/pair/{codes[20]}/") for _time in "12"] == [429, 429]
    assert there(2).post(f"/s/pair/{codes[20]}/") == 303


def test_without_the_limit_it_pairs_on_and_on(page, venue, monkeypatch):
    monkeypatch.setattr(appointing, "_may_try", lambda *_rest: True)
    for number in range(25):
        _station, code = appointing.make_station(venue, f"{number}", venue.owner, timezone.now())
        page.post(f"/s/pair/{code}/", {"phone": "x"}, status=303)


def test_a_session_is_ended_from_another_device_at_once(there):
    here, lost = there(1), there(2)
    for browser in (here, lost):
        browser.post(SIGN_IN, phone=PHONE)
        assert browser.post(CODE, code=newest_code(PHONE)) == 302
    assert lost.get("/venues/")[0] == 200
    listed = here.get("/accounts/sessions/")[1]
    assert "203.0.2.0/24" in listed
    assert "203.0.2.7" not in listed
    other = OpenSession.objects.get(network="203.0.2.0/24")
    assert here.post("/accounts/sessions/", f"/accounts/sessions/{other.pk}/end/") == 302
    assert lost.get("/venues/")[0] == 302
    assert here.get("/venues/")[0] == 200


def test_whoever_signs_out_everywhere_else_is_alone_at_once(there):
    here, *others = browsers = [there(number) for number in (1, 2, 3)]
    for browser in browsers:
        browser.post(SIGN_IN, phone=PHONE)
        assert browser.post(CODE, code=newest_code(PHONE)) == 302
    assert [other.get("/venues/")[0] for other in others] == [200, 200]
    assert here.post("/accounts/sessions/", "/accounts/sessions/elsewhere/") == 302
    # By either process.
    assert [other.get("/venues/")[0] for other in others * 3] == [302] * 6
    assert here.get("/venues/")[0] == 200


def test_struck_from_the_list_alone_the_others_would_go_on(page, owner, monkeypatch):
    def struck(account: Account, but: int) -> None:
        account.open_sessions.exclude(pk=but).delete()

    monkeypatch.setattr(Account, "end_sessions", struck)
    here, other = page.by(owner), page.by(owner)
    here.post("/accounts/sessions/elsewhere/", {}, 302)
    assert owner.open_sessions.count() == 1
    assert other.get("/venues/").status == 200
