"""What a phone cannot read itself is read by the site, at least as well as the library alone."""

import contextlib
import io
import random
from collections import Counter
from uuid import uuid4

import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.turns import turn
from stations import photos
from stations.photos import NotAPicture, decode
from tests import make, make_stations
from venues import codes
from venues.posters.words import PosterSize

from .photographing import card, poster
from .photographing import photos as bad_photos
from .sending import chip

PATIENCE = 1.5
OWN = "28690397299810058241"


def subjects() -> list:
    return [
        poster(codes.new_code(), PosterSize.A4),
        poster(codes.new_code(), PosterSize.A6),
        card(OWN),
        card(chip(7)),
    ]


def test_bad_photos_are_read_at_least_as_well_as_by_the_library_alone():
    read, alone = Counter(), Counter()
    for trouble, text, photo in bad_photos(subjects(), each=5, seed=7):
        plainly = [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(photo)))]
        ours = decode(photo, PATIENCE)
        assert ours in ([], [text]), trouble
        assert text in ours or text not in plainly, trouble
        read[trouble] += text in ours
        alone[trouble] += text in plainly
    assert sum(read.values()) > sum(alone.values()), (read, alone)


@pytest.fixture
def station(venue):
    return make_stations.station(venue)


def sent(station, content: bytes, status: int = 200) -> dict:
    photo = SimpleUploadedFile("photo.jpg", content, "image/jpeg")
    response = Client().post(f"/s/{station.key}/decode/", {"photo": photo})
    assert response.status_code == status, response.content
    assert "no-store" in response["Cache-Control"]
    return response.json()


def jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG")
    return file.getvalue()


def test_a_photo_that_is_sent_is_read_and_an_empty_one_is_not_an_error(station):
    assert sent(station, jpeg(card(OWN)[1])) == {"texts": [OWN]}
    assert sent(station, jpeg(Image.new("RGB", (640, 480), "white"))) == {"texts": []}


def test_what_is_no_picture_is_told(station):
    for content in (b"x", b"%PDF-1.4", b"GIF89a" + b"\0" * 20, jpeg(card(OWN)[1])[:200]):
        with pytest.raises(NotAPicture):
            decode(content, PATIENCE)
        assert sent(station, content, 422)["sentence"]
    assert Client().post(f"/s/{station.key}/decode/").status_code == 422


def test_a_bomb_is_not_unpacked(station):
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
    sent(station, file.getvalue(), 422)


def test_no_flipped_bit_breaks_it():
    rng, whole = random.Random(5), bytearray(jpeg(card(OWN)[1]))
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(rng.randrange(1, 6)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        with contextlib.suppress(NotAPicture):
            assert decode(bytes(content), 0.01) in ([], [OWN])


def test_photos_are_counted_over_all_processes_and_on_the_page_without_script(station):
    photos._PHOTOS.take(str(station.pk), timezone.now(), 299)
    sent(station, jpeg(card(OWN)[1]))
    assert "Quá nhiều" in sent(station, jpeg(card(OWN)[1]), 429)["sentence"]
    photo = SimpleUploadedFile("photo.jpg", jpeg(card(OWN)[1]), "image/jpeg")
    page = Client().post(f"/s/{station.key}/", {"photo": photo, "scan": uuid4()})
    assert page.status_code == 429
    assert "Quá nhiều" in page.content.decode()


def test_a_dear_photo_counts_as_several(station, monkeypatch):
    monkeypatch.setattr(photos, "_ONE_PHOTO", 1e-9)
    sent(station, jpeg(card(OWN)[1]))
    sent(station, jpeg(card(OWN)[1]), 429)


def test_one_door_leaves_a_place_to_others(station):
    """Whatever an owner's doors send at once, another's photo has a place on the machine."""
    elsewhere = make.venue("Chợ khác", owner=make.owner("+84912345699"))
    other = make_stations.station(elsewhere)
    photo = jpeg(card(OWN)[1])
    with turn(f"photos-of-{station.venue.owner_id}", 1, 0), turn("photos", 2, 0):
        sent(station, photo, 503)
        assert sent(other, photo) == {"texts": [OWN]}


def test_only_a_station_that_is_one_has_photos_read(station):
    assert Client().post("/s/nobody/decode/").status_code == 404
    station.revoked_at = timezone.now()
    station.save()
    sent(station, jpeg(card(OWN)[1]), 410)
