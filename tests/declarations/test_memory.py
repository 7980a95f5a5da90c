"""How long a phone remembers: as long as the site itself, whatever the phone says of its cookie."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from declarations.memory import Memory
from districts.days import today
from tests import make, make_stations
from tests.page import Reader

from .scene import address_of, declare

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _names_can_be_sealed(db):
    make.sealing_key()


def kept(cookie: str, days_ago: int) -> str:
    """Return a phone's cookie as if it had been used last so many days ago."""
    request = RequestFactory().get("/")
    request.COOKIES["memory"] = cookie
    response = HttpResponse()
    Memory.of(request).save(response, today() - timedelta(days=days_ago))
    return response.cookies["memory"].value


def test_a_memory_ends_with_the_retention_also_as_a_copy(page: Reader, venue, settings):
    """The control: on the last day it still fills the form in."""
    settings.RETENTION_DAYS = 21
    declare(page, venue)
    copy = page.client.cookies["memory"].value
    for days_ago, is_known in ((21, True), (22, False), (400, False)):
        reader = page.by(None)
        reader.client.cookies["memory"] = kept(copy, days_ago)
        shown = reader.get(f"{address_of(venue)}?changed=1").response.content.decode()
        assert ("Nguyễn Thị Ánh" in shown) is is_known
        assert ("N.T.Á" in reader.get("/me/").text) is is_known


def test_using_the_phone_renews_its_memory(page: Reader, venue):
    declare(page, venue)
    page.client.cookies["memory"] = kept(page.client.cookies["memory"].value, 20)
    page.submit(page.get(address_of(venue)), form="/v/")
    cookie = page.client.cookies["memory"]
    assert cookie["max-age"] == 22 * 24 * 60 * 60
    assert kept_on(cookie.value) == today()


def test_of_an_earlier_release_the_day_of_the_declaration_counts(page: Reader):
    cookie = make_stations.as_of_before(make_stations.memory_of_two())
    assert Memory.of(asking(cookie)).details
    later = today() + timedelta(days=22)
    assert not Memory.of(asking(cookie), later).details


def test_forgetting_takes_the_cookie_away(page: Reader, venue):
    declare(page, venue)
    forgotten = page.post("/me/forget/", {}, 303).response
    assert forgotten.cookies["memory"]["max-age"] == 0


def asking(cookie: str):
    request = RequestFactory().get("/")
    request.COOKIES["memory"] = cookie
    return request


def kept_on(cookie: str):
    """Return until when a cookie is good, as the day it was kept on."""
    days = (n for n in range(400) if not Memory.of(asking(cookie), today() + timedelta(n)).details)
    return today() + timedelta(days=next(days) - 22)
