"""What was turned down is counted and logged by what it was, wherever it was turned down."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from accounts.rebuffs import Rebuff, counted, rebuff
from checkin_site.logs import Discreet, Sparing
from tests import make, make_stations, make_tracing
from tests.messages import wrong_code
from tests.page import Reader
from venues.codes import new_code

from .test_busy import all_places_taken
from .test_officials import signed_in

pytestmark = pytest.mark.django_db
PHONE = "0900777123"


@contextmanager
def counts_one_more(kind: Rebuff) -> Iterator[None]:
    before = counted()
    yield
    assert {k: n - before[k] for k, n in counted().items() if n != before[k]} == {kind: 1}


def test_each_kind_is_counted_where_it_happens(page: Reader, venue):
    waiting = page.submit(page.get("/accounts/sign-in/"), phone=PHONE)
    tracer = make_tracing.tracer()
    make_tracing.keyholder(tracer)
    official = page.by(tracer)
    ended = make_stations.station(venue)
    type(ended).objects.update(revoked_at=ended.made_at)
    typed = {"status": 422, "form": "code/", "code": wrong_code()}
    for kind, act in {
        Rebuff.WRONG_CODE: lambda: page.submit(waiting, **typed),
        Rebuff.WRONG_PASSWORD: lambda: page.by(None).post(
            "/accounts/login/", {"login": tracer.email, "password": "nothing right"}, 422
        ),
        Rebuff.WRONG_PASSPHRASE: lambda: official.post(
            "/tracing/key/unlock/", {"passphrase": "nothing right"}, 422
        ),
        Rebuff.UNKNOWN_SECRET: lambda: page.get("/r/nothing/", 404),
        Rebuff.ENDED: lambda: page.get(f"/s/{ended.key}/", 410),
        Rebuff.FORBIDDEN: lambda: page.by(venue.owner).get("/dashboard/", 403),
        Rebuff.TOO_LARGE: lambda: page.client.post(
            "/accounts/login/", "login=" + "x" * 300_000, "application/x-www-form-urlencoded"
        ),
    }.items():
        with counts_one_more(kind):
            act()


def test_limits_are_counted_wherever_they_stand(page: Reader):
    for _code in range(20):
        page.get(f"/s/pair/{new_code()}/", 410)
    with counts_one_more(Rebuff.LIMIT):
        page.get(f"/s/pair/{new_code()}/", 429)
    make.official(email="a@example.vn")
    login = {"login": "a@example.vn", "password": "nothing right"}
    before = counted()[Rebuff.LIMIT]
    for _try in range(12):
        page.by(None).post("/accounts/login/", login, 422)
    assert counted()[Rebuff.LIMIT] > before


def test_what_is_said_on_a_page_that_was_found_is_counted_as_well(page: Reader, official_here):
    waiting = page.submit(page.get("/accounts/sign-in/"), phone=PHONE)
    with counts_one_more(Rebuff.LIMIT):  # a code was sent a moment ago
        page.submit(waiting, form="resend/")
    told = {"phone": "02943855246", "code": "0" * 10}
    for kind in [Rebuff.WRONG_CODE] * 10 + [Rebuff.LIMIT]:
        with counts_one_more(kind):
            page.by(None).post("/accounts/sign-in/landline/", told, 422)
    reader, new = page.by(official_here), "đồng lúa xanh rì"
    typed = {"oldpassword": "nothing right", "password1": new, "password2": new}
    for kind in [Rebuff.WRONG_PASSWORD] * 5 + [Rebuff.LIMIT]:
        with counts_one_more(kind):
            reader.post("/accounts/password/", typed, 422)


def test_a_script_cannot_fill_the_log(caplog):
    for _time in range(200):
        rebuff(Rebuff.NOT_UNDERSTOOD, "s/<str:key>/")
    rebuff(Rebuff.LIMIT)
    lines = [line for line in caplog.records if line.name == "rebuffs"]
    sparing = Sparing()
    for line in lines:
        line.created = 0
    said = [line.getMessage() for line in lines if sparing.filter(line)]
    assert said == ["turned down: not_understood at /s/<str:key>/"] * 20 + ["turned down: limit"]
    lines[0].created = 60
    assert sparing.filter(lines[0])
    assert Discreet().format(lines[0]).endswith("(and 180 more)")


def test_who_finds_all_places_taken_is_counted(page: Reader, official_here):
    with all_places_taken("strangers-passwords", 2, 10), counts_one_more(Rebuff.BUSY):
        signed_in(page, official_here.email, status=422)
