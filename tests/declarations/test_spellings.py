"""What is signed or secret has one spelling; what people type keeps its many."""

import base64
from collections.abc import Callable, Iterator
from urllib.parse import quote

from django.test import Client
from django.utils import timezone

from declarations import personal_codes
from declarations.models import Visit
from declarations.nonces import Nonce, Receipt, SignedText
from forms.base64url import decoded
from tests import make, make_stations
from tests.page import Reader
from venues.models import Venue

from .scene import TYPED, address_of

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def lax(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


def spellings(text: str) -> Iterator[str]:
    """What a reader might take for the same: spare bits, padding, case, other letters, more of it."""
    body = text.rstrip("=")
    yield from {body, f"{body}=", f"{body}==", f"{body}====", f"{body}\n"} - {text}
    for letter in ALPHABET:
        other = body[:-1] + letter + text[len(body) :]
        if other != text and lax(other) == lax(text):
            yield other
    yield from (
        f"{text}A",
        f"{text}AAAA",
        f" {text}",
        f"{text} ",
        f"{text}.",
        f"{text}\x00",
        f"-{text}",
    )
    yield from (f"{text[:9]}{letter}{text[9:]}" for letter in " \n.,:!%=\u200b\u0301")
    changed = {text.upper(), text.lower(), text.swapcase(), text.translate(FULL_WIDTH)}
    yield from changed | {text.replace("-", "+").replace("_", "/")} - {text}
    yield text[:-1]


def read(text: str, reader: Callable[[str], bytes]) -> bytes:
    try:
        return reader(text)
    except ValueError:
        return b""


def opened_by_its_bytes(signed: SignedText, text: str) -> bytes | None:
    """Open a text as one would who compares the signature, and not how it is written."""
    whole = read(text, lax)
    content = whole[:-12]
    return content if len(content) == 16 and lax(signed.of(content)) == whole else None


def is_sent(text: str) -> bool:
    """Whether a cookie can hold it, and a reader is not told it without what stands around it."""
    return text.isascii() and text.isprintable() and text == text.strip(" ")


def test_a_receipt_has_one_address(venue: Venue, monkeypatch):
    receipt = Receipt(venue.pk, Nonce.of(make.visit(venue).id))
    client, others = (
        Client(),
        [other for other in spellings(receipt.token) if other != receipt.token],
    )
    assert client.get(f"/r/{receipt.token}/").status_code == 200
    assert len(others) > 20
    for other in others:
        assert client.get(f"/r/{quote(other, safe='')}/").status_code == 404, other
        assert client.post(f"/r/{quote(other, safe='')}/leave/").status_code == 404, other
    assert not Visit.objects.exclude(left_at=None).exists()
    monkeypatch.setattr(SignedText, "opened", opened_by_its_bytes)
    opened = [client.get(f"/r/{quote(other, safe='')}/").status_code for other in others]
    assert opened.count(200) > 10  # what one would be without the other


def test_a_form_s_nonce_has_one_spelling(page: Reader, venue: Venue):
    make.sealing_key()
    address, nonce = address_of(venue), Nonce.new(timezone.now()).signed(venue.poster.code)
    for other in set(spellings(nonce)):
        answer = page.client.post(address, TYPED | {"nonce": other})
        assert (answer.status_code, not answer.cookies) == (422, True), other
    assert page.client.post(address, TYPED | {"nonce": nonce}).status_code == 303
    assert Visit.objects.count() == 1


def test_a_phone_s_memory_has_one_spelling(venue: Venue):
    memory = make_stations.memory_of_two()
    for text in [memory, *filter(is_sent, spellings(memory))]:
        shown = Client().get("/me/", headers={"cookie": f"memory={text}"}).content.decode()
        assert ("N.V.T" in shown) == (text == memory), text


def test_a_station_s_key_has_one_spelling(venue: Venue):
    make.sealing_key()
    key, client = make_stations.station(venue).key, Client()
    batch = {"sent_at": "2026-11-26T08:00:00Z", "scans": []}
    for text in [key, *spellings(key)]:
        door = f"/s/{quote(text, safe='')}/"
        taken = client.post(f"{door}scans/", batch, "application/json").status_code
        statuses = client.get(door).status_code, taken
        assert statuses == (200, 200) if text == key else 200 not in statuses, text


def test_a_sealed_text_is_read_in_no_other_spelling():
    for size in range(10, 40):
        content = bytes(range(7, 7 + size))
        text = base64.urlsafe_b64encode(content).decode()
        assert decoded(text) == content
        same = [other for other in spellings(text) if read(other, decoded) == content]
        assert set(same) <= {text}


def test_codes_that_people_type_keep_their_tolerance(page: Reader, venue: Venue):
    code = venue.poster.code
    for typed in (
        code.lower(),
        f" {code[:4]}-{code[4:]} ",
        f"{code[:4]} {code[4:]}",
        f"{code}\u200b",
    ):
        assert page.client.get("/find/", {"code": typed}).status_code == 303, typed
    digits = personal_codes.code_of(make.visitor().pk)
    assert personal_codes.normalised(personal_codes.displayed(digits)) == digits
    assert personal_codes.normalised(digits.translate(FULL_WIDTH)) is None
    for other in (f"{digits}0", digits[:-1], f"+{digits}", f"{digits[:-1]}٣", f"0{digits}"):
        assert personal_codes.normalised(other) is None
