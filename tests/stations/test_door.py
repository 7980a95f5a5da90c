"""The scanning screen as it is served: what it may, what it keeps to itself, and without script."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from declarations.models import Declaration, Visit
from stations.models import Scan
from tests import make, make_stations
from tests.page import Reader

from .photographing import card
from .sending import chip


@pytest.fixture
def station(venue):
    make.sealing_key()
    return make_stations.station(venue, "Cổng sau")


@pytest.fixture
def address(station) -> str:
    return f"/s/{station.key}/"


def state(screen) -> str:
    return screen.root.find(".//section[@id='verdict']").get("data-state")


def test_the_camera_is_allowed_here_and_nowhere_else(page: Reader, address, venue):
    allowed = page.get(address).response["Permissions-Policy"]
    assert "camera=(self)" in allowed
    for other in ("/", f"/v/{venue.poster.code}/", "/me/", "/api/"):
        assert "camera=()" in page.get(other).response["Permissions-Policy"]


def test_the_key_stays_in_the_address(page: Reader, address):
    shown = page.get(address)
    # Not "no-referrer": old browsers would send the page's own form from "null", as of another site.
    assert shown.response["Referrer-Policy"] == "same-origin"
    assert "private" in shown.response["Cache-Control"]
    assert page.get("/s/nobody/", 404)


def test_the_worker_is_a_script_that_is_asked_for_each_time(page: Reader):
    worker = page.get("/s/worker.js").response
    assert worker["Content-Type"].startswith("text/javascript")
    assert worker["Cache-Control"] == "no-cache"


def test_a_form_sent_twice_is_one_scan(page: Reader, address):
    form = {"scan": str(uuid4()), "text": chip(1), "told": "0912345678", "way": "in"}
    for _ in range(2):
        assert state(page.post(address, form, 200)) == "questions"
    assert Visit.objects.count() == Scan.objects.count() == 1


def test_answers_are_sent_by_a_form_of_their_own(page: Reader, address):
    shown = page.post(address, {"scan": str(uuid4()), "text": chip(1), "told": "0912345678"}, 200)
    again = page.submit(shown, {"symptoms": ["fever"]}, form="questions")
    assert state(again) == "stop"
    assert Declaration.objects.get().symptoms == 1


def test_a_tap_on_none_lets_in_whatever_was_ticked(page: Reader, address):
    scan = str(uuid4())
    page.post(address, {"scan": scan, "text": chip(1)}, 200)
    answered = {"scan": scan, "answered": "yes", "none": "yes", "symptoms": ["fever"]}
    assert state(page.post(address, answered, 200)) == "go"


def test_without_script_a_number_is_typed_where_the_form_says_so(page: Reader, address):
    scanned = {"scan": str(uuid4()), "text": "0840750099"}
    assert state(page.post(address, scanned, 200)) == "refused"
    ticked = {"scan": str(uuid4()), "text": "0840750099", "is_typed": "yes"}
    asked = page.post(address, ticked, 200).form("more").element.get("data-wanted")
    told = {"scan": str(uuid4()), "told": "084075001234"}
    more = page.post(address, told, 200).form("more").element.get("data-wanted")
    assert (asked, more) == ("year", "phone")
    assert Visit.objects.count() == 2


def test_a_photo_is_read_without_script(station, address):
    file = io.BytesIO()
    card(chip(1))[1].save(file, "JPEG")
    photo = SimpleUploadedFile("photo.jpg", file.getvalue(), "image/jpeg")
    shown = Client().post(address, {"scan": str(uuid4()), "photo": photo})
    assert b'data-state="questions"' in shown.content
    assert b'data-wanted="phone"' in shown.content
    bad = SimpleUploadedFile("photo.jpg", b"x", "image/jpeg")
    assert Client().post(address, {"scan": str(uuid4()), "photo": bad}).status_code == 422


def test_the_year_and_the_name_are_asked_without_script(page: Reader, address):
    typed = {"scan": str(uuid4()), "text": "0912345678", "is_typed": "yes"}
    asked = page.post(address, typed, 200)
    assert (state(asked), asked.form("more").element.get("data-wanted")) == ("questions", "year")
    assert "0912345678" not in asked.response.content.decode()
    again = page.submit(asked, {"told": "1975"}, form="more")
    assert again.form("more").element.get("data-wanted") == "name"
    last = page.submit(again, {"told": "Nguyễn Văn An"}, form="more")
    assert state(page.submit(last, {"none": "yes"}, form="questions")) == "go"
    assert Visit.objects.get().visitor.mask == "N.V.A · 678"


def test_an_empty_form_says_what_to_do(page: Reader, address):
    shown = page.post(address, {"scan": str(uuid4()), "text": " "}, 422)
    assert state(shown) == "refused"
    assert "số điện thoại" in shown.text


def test_who_is_on_duty_stands_on_the_screen(page: Reader, station, address):
    station.shifts.create(name="Thử Ba", began_at=timezone.now() - timedelta(hours=1))
    assert "Thử Ba" in page.get(address).text


def test_an_ended_station_and_a_closed_venue_say_so(page: Reader, station, address):
    station.venue.closed_at = timezone.now()
    station.venue.save()
    assert "đã đóng" in page.get(address, 410).text
    station.venue.closed_at = None
    station.venue.save()
    station.revoked_at = timezone.now()
    station.save()
    assert "mã mới" in page.get(address, 410).text
