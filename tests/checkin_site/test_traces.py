"""What stays behind: in browsers, on the way, in the log; over HTTP, as a site with https serves it."""

import json
import logging
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone

from accounts.rebuffs import Rebuff
from checkin_site.logs import Discreet
from checkin_site.traces import is_secret
from declarations.models import Visit
from declarations.nonces import Nonce, Receipt
from tests import make, make_stations, make_tracing
from tests.behind_proxy import HOST, HTTPS, SENDER, FewWords
from tests.declarations.scene import TYPED, address_of
from tests.house.addresses import ADDRESSES, filled
from tests.messages import newest_code
from tests.processes import serving

PERSON = "Qqơ Thị Không Ai"
PHONE = "0900777123"
COOKIES = {
    # name without its prefix: SameSite
    "sessionid": "Lax",
    "csrftoken": "Lax",
    "django_language": "Lax",
    "memory": "Lax",
    "unlocked": "Strict",
    "unsent": "Lax",
    "last_account": "Lax",
    "device": "Lax",
}


@pytest.fixture
def wire(transactional_db, tmp_path: Path) -> Iterator[FewWords]:
    """A site whose address is https, by two processes; its log is site.log."""
    make.sealing_key()
    with serving(tmp_path, **HTTPS) as site:
        yield FewWords(site.url)


def test_a_site_with_https(wire: FewWords, venue, tmp_path: Path):
    """One start for all that needs it; each part is a claim of its own."""
    station = make_stations.station(venue)
    a_phone_that_knew_the_old_name_need_not_declare_again(wire, venue)
    every_cookie_belongs_to_this_host_alone(wire, venue)
    token = Receipt(venue.pk, Nonce.of(Visit.objects.first().id)).token
    secrets = [f"/s/{station.key}/", f"/r/{token}/", f"//S/PAIR/{token}", "/s/x/scans/"]
    a_secret_sent_in_the_clear_is_answered_without_it(wire, secrets)
    who_is_turned_down_is_counted_by_both_processes(wire)
    a_key_that_was_changed_is_dead_in_both_processes(wire, station)
    a_walk_over_all_addresses_and_a_mistake(wire)
    said = (tmp_path / "site.log").read_text()
    assert all(
        re.match(r"\d{4}-\d\d-\d\d \d\d:", line) for line in said.splitlines() if "turned" in line
    )
    assert f"turned down: {Rebuff.PLAIN_HTTP}" in said
    assert "turned down: unknown_secret at /s/<str:key>/" in said
    assert "GET /s/<str:key>/: 500" in said
    assert "UndefinedTable" in said
    private = [PERSON, PHONE, PHONE[1:], station.key, token, SENDER, venue.poster.code, "127.0.0.1"]
    assert [word for word in private if word in said] == []


def a_phone_that_knew_the_old_name_need_not_declare_again(wire: FewWords, venue):
    cookie = make_stations.memory_of_two()
    former = make_stations.as_of_before(cookie)
    wire.jar = {"memory": former}
    assert "N.V.T · 678" in wire.send("GET", "/me/").text
    # Another host, or whoever listens, can set that name: what this release keeps is not taken so.
    wire.jar = {"memory": cookie}
    assert "N.V.T · 678" not in wire.send("GET", "/me/").text
    wire.jar = {"__Host-memory": cookie}
    assert "N.V.T · 678" in wire.send("GET", "/me/").text
    wire.jar = {"memory": former, "django_language": "km"}
    assert 'lang="km"' in wire.send("GET", "/me/").text
    typed = TYPED | {"full_name": PERSON, "phone": PHONE}
    answer = wire.submit(f"{address_of(venue)}?other", typed)
    assert answer.status == 303, re.findall("error-summary.*?</ul>", answer.text, re.DOTALL)
    assert answer.cookies["memory"]["max-age"] == "0"
    assert "memory" not in wire.jar
    assert "__Host-memory" in wire.jar


def every_cookie_belongs_to_this_host_alone(wire: FewWords, venue):
    seen = {"__Host-memory": wire.submit(address_of(venue), {"again": "yes"}).cookies}
    seen["__Host-django_language"] = wire.send("POST", "/language/", {"language": "en"}).cookies
    seen["__Host-csrftoken"] = wire.send("GET", "/accounts/login/").cookies
    tracer = make_tracing.tracer()
    make_tracing.keyholder(tracer)
    client = Client()
    client.force_login(tracer, backend=settings.AUTHENTICATION_BACKENDS[0])
    wire.jar["__Host-sessionid"] = client.cookies["sessionid"].value
    seen["__Host-last_account"] = wire.send("GET", "/tracing/key/unlock/").cookies
    unlocked = wire.submit("/tracing/key/unlock/", {"passphrase": make_tracing.PASSPHRASE})
    seen["__Host-unlocked"] = unlocked.cookies
    seen["__Host-sessionid"] = wire.submit(
        "/accounts/security/", {}, to="/accounts/security/elsewhere/"
    ).cookies
    wire.jar.pop("__Host-sessionid")
    late = wire.submit("/accounts/login/", {"name": PERSON}, to="/accounts/people/invite/")
    seen["__Host-unsent"] = late.cookies
    wire.submit("/accounts/sign-in/", {"phone": "0900777124"})  # an owner's stands in the database
    entered = wire.submit("/accounts/sign-in/code/", {"code": newest_code()})
    seen["__Host-device"] = entered.cookies
    wire.jar.pop("__Host-sessionid")
    assert set(seen) == {f"__Host-{name}" for name in COOKIES}
    for name, cookies in seen.items():
        cookie = cookies[name]
        same_site = COOKIES[name.removeprefix("__Host-")]
        assert (cookie["path"], cookie["samesite"], cookie["domain"]) == ("/", same_site, ""), name
        assert cookie["secure"], name
        assert cookie["httponly"], name


def a_secret_sent_in_the_clear_is_answered_without_it(wire: FewWords, secrets: list[str]):
    for path in secrets:
        answer = wire.send("GET", path, scheme="http")
        said = f"{answer.headers}{answer.text}"
        assert answer.status == 403, path
        assert "Location" not in answer.headers
        assert path.strip("/").split("/")[-1] not in said
        assert "https://" in answer.text
    # The control: what is no secret is led on, with its address.
    (style,) = re.findall(r'href="(/static/css/base[^"]*)"', answer.text)
    assert wire.send("GET", style, scheme="http").status == 200  # or the page is without any
    led_on = wire.send("GET", "/notices/", scheme="http")
    assert led_on.headers["Location"] == f"https://{HOST}/notices/"
    for path in secrets[:2]:
        answer = wire.send("GET", path)
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Strict-Transport-Security"]


def who_is_turned_down_is_counted_by_both_processes(wire: FewWords):
    assert wire.send("GET", "/metrics").status == 404
    before = counts(wire)
    for number in range(12):
        wire.send("GET", f"/s/{PHONE}{number}/")
        wire.send("POST", "/accounts/login/", {"login": "a@b.example", "password": PHONE})
    after = counts(wire)
    assert set(after) == set(Rebuff)
    assert after["unknown_secret"] - before["unknown_secret"] == 12
    assert after["forbidden"] - before["forbidden"] == 12  # without the form's token


def a_walk_over_all_addresses_and_a_mistake(wire: FewWords):
    """Names, phones and keys stand in addresses, fields and headers; a table is away for a moment."""
    places = dict.fromkeys(re.findall(r"<(?:\w+:)?(\w+)>", " ".join(ADDRESSES)), PHONE)
    for line in ADDRESSES:
        method, path = filled(line, places)
        data = {"name": PERSON, "phone": PHONE, "text": PHONE} if method == "POST" else None
        assert wire.send(method, path, data, User_Agent=PHONE).status < 500
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE stations_station RENAME TO away")
        try:
            assert wire.send("GET", f"/s/{PHONE}/").status == 500
        finally:
            cursor.execute("ALTER TABLE away RENAME TO stations_station")


def a_key_that_was_changed_is_dead_in_both_processes(wire: FewWords, station):
    batch = json.dumps({"sent_at": timezone.now().isoformat(), "scans": []})
    old, new = f"/s/{station.key}/", "n" * 22
    statuses = {wire.send("POST", f"{old}scans/", batch).status for _time in range(6)}
    assert statuses == {200}
    changed = [wire.send("POST", f"{old}key/", {"new": new}) for _time in range(2)]
    assert {answer.headers["Location"] for answer in changed} == {f"/s/{new}/"}
    time.sleep(1.1)  # for so long a process remembers whose a key is
    for path in (f"{old}scans/", f"{old}key/"):
        body = batch if "scans" in path else {"new": "t" * 22}
        assert {wire.send("POST", path, body).status for _time in range(6)} == {404}
    assert wire.send("GET", old).status == 404
    assert wire.send("POST", f"/s/{new}/scans/", batch).status == 200


def counts(wire: FewWords) -> dict[str, int]:
    said = wire.send("GET", "/metrics", Authorization="Bearer Qqo").text
    return {kind: int(n) for kind, n in re.findall(r'reason="(\w+)"} (\d+)', said)}


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/s/abc/", True),
        ("//S/pair/ABCD", True),
        ("/R/abc", True),
        ("/accounts/new-password/a/b-c/", True),
        ("/s/worker.js", False),
        ("/v/ABCDEFGH/", False),
        ("/", False),
    ],
)
def test_an_address_that_opens_something_is_a_secret(path: str, answer: bool):
    assert is_secret(path) is answer


def test_a_mistake_is_logged_without_what_it_says(client, caplog):
    """The control beside it: Python's own formatter repeats the row."""
    try:
        int(PERSON)
    except ValueError as error:
        error.__cause__ = IntegrityError(f"Key (phone)=({PHONE}) already exists.")
        record = logging.LogRecord("django", 40, __file__, 1, "failed", (), sys.exc_info())
    plain, discreet = (formatter().format(record) for formatter in (logging.Formatter, Discreet))
    assert PHONE in plain
    assert PERSON in plain
    record.exc_text = None
    discreet = Discreet().format(record)
    assert PHONE not in discreet
    assert PERSON not in discreet
    assert "IntegrityError" in discreet
    assert "ValueError" in discreet


def test_gunicorn_says_of_requests_nothing_but_that_one_was_wrong():
    for text in (f"Invalid request from ip={SENDER}: /s/{PHONE}", "Error handling request /s/%s/"):
        record = logging.LogRecord("gunicorn.error", 30, "", 1, text.replace("%s", PHONE), (), None)
        assert PHONE not in Discreet().format(record)
        assert PHONE in logging.Formatter().format(record)
