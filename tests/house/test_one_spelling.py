"""What opens something is taken as it was given out: base64 has many spellings of the same bytes."""

import base64
import hashlib
import hmac
import string
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client

from declarations import memory
from declarations.nonces import SignedText
from stations import models as stations
from tests import make, make_stations
from tests.declarations.scene import TYPED, address_of, declare
from tests.page import Reader
from venues.models import Venue


def loosely(text: str) -> bytes:
    """Read base64 as Python does."""
    return base64.urlsafe_b64decode(text + "==")


def other_spellings(text: str) -> list[str]:
    letters = text.rstrip("=")
    candidates = [letters[:-1] + last for last in string.ascii_letters + string.digits + "-_"]
    candidates += [letters, f"{letters}=", f"{letters}=="]
    candidates += [f"{letters[:9]}{passed_over}{letters[9:]}" for passed_over in "!.~"]
    return [each for each in candidates if each != text and loosely(each) == loosely(text)]


@pytest.fixture
def openers(page: Reader, venue: Venue) -> dict[str, tuple[str, Callable[[str], bool]]]:
    """Each secret as it was given out, and whether a text opens the same."""
    make.sealing_key()
    address, key = address_of(venue), make_stations.station(venue).key
    nonce = page.get(address).form("check-in").values["nonce"][0]
    token = declare(page, venue).url.split("/")[-2]

    def sent(text: str) -> bool:
        return Client().post(address, TYPED | {"nonce": text}).status_code == 303

    def found(path: str) -> Callable[[str], bool]:
        return lambda text: Client().get(path.format(quote(text))).status_code == 200

    def remembered(text: str) -> bool:
        phone = Client()
        phone.cookies["memory"] = text
        return "N.T.Á" in phone.get("/me/").content.decode()

    return {
        "nonce": (nonce, sent),
        "receipt": (token, found("/r/{}/")),
        "memory": (page.client.cookies["memory"].value, remembered),
        "station's key": (key, found("/s/{}/")),
    }


def test_what_opens_something_has_one_spelling(openers):
    for name, (given_out, opens) in openers.items():
        assert [text for text in other_spellings(given_out) if opens(text)] == [], name
        assert opens(given_out), name


def test_as_a_control_read_as_bytes_each_has_many(openers, monkeypatch):
    def opened(self: SignedText, text: str) -> bytes | None:
        content, signature = loosely(text)[:-12], loosely(text)[-12:]
        return content if hmac.compare_digest(self._mac(content), signature) else None

    def hashed(secret: str) -> bytes:
        return hashlib.sha256(loosely(secret)).digest()

    monkeypatch.setattr(SignedText, "opened", opened)
    monkeypatch.setattr(memory, "decoded", loosely)
    monkeypatch.setattr(stations, "hashed", hashed)
    stations.Station.objects.update(key_hash=hashed(openers["station's key"][0]))
    for name, (given_out, opens) in openers.items():
        others = other_spellings(given_out)
        assert len(others) >= 4, name
        assert [text for text in others if not opens(text)] == [], name
