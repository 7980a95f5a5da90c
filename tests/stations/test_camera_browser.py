"""The camera of a phone that cannot read codes itself: the site reads its frames."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from declarations.models import Visit
from tests import make, make_stations
from tests.browser import FLAGS, PHONE, chromium_path

from .photographing import HEIGHT, WIDTH, card
from .sending import chip

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """What a camera sees in front of which somebody holds a card."""
    from PIL import Image

    file, view = io.BytesIO(), Image.new("L", (WIDTH, HEIGHT), 90)
    picture = card(chip(1))[1].resize((420, 420))
    view.paste(picture, (110, 30))
    view.convert("RGB").save(file, "JPEG", quality=80)
    path = tmp_path / "card.mjpeg"
    path.write_bytes(file.getvalue() * 20)
    return path


@pytest.fixture
def camera_phone(chromium: Browser, film: Path, site: str) -> Iterator[Page]:
    """A phone whose camera sees the card."""
    seeing = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    found = chromium.browser_type.launch(executable_path=chromium_path(), args=[*FLAGS, *seeing])
    page = found.new_context(locale="vi-VN", **PHONE).new_page()
    yield page
    found.close()


def test_a_card_held_in_front_of_the_camera_is_one_visit(venue, camera_phone: Page, site: str):
    make.sealing_key()
    station = make_stations.station(venue)
    camera_phone.goto(f"{site}/s/{station.key}/")
    camera_phone.locator("#camera").click()
    expect(camera_phone.locator("#verdict[data-state=questions]")).to_be_visible(timeout=15_000)
    camera_phone.wait_for_timeout(1500)
    assert Visit.objects.count() == 1
    camera_phone.locator("#camera").click()
    expect(camera_phone.locator("#view")).to_be_hidden()


def test_a_photo_of_a_card_is_read(venue, phone: Page, site: str):
    make.sealing_key()
    station = make_stations.station(venue)
    phone.goto(f"{site}/s/{station.key}/")
    file = io.BytesIO()
    card(chip(2))[1].save(file, "JPEG")
    photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
    phone.locator("#photo").set_input_files(photo)
    expect(phone.locator("#verdict[data-state=questions]")).to_be_visible(timeout=10_000)
    assert Visit.objects.count() == 1
