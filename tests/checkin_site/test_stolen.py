"""What a thief has who takes the database and the server's disk: no name, and no key to one."""

import os
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from authority.keys import held_by
from authority.sealing import Opener
from declarations import identities
from declarations.identities import Person, phone_hash
from declarations.models import Visitor
from tests import make, make_tracing
from tests.declarations.scene import declare
from tests.dump import rows
from tests.page import Reader
from tracing.trace import trace

pytestmark = pytest.mark.django_db(transaction=True)

HIDDEN = {
    "full_name": "Qqơ Thị Không Ai Biết",
    "phone": "0900777523",
    "id_number": "QZ9988776",
    "address": "Ấp Qqơ Xa Lắc",
}
NOTE = "Qqơ nói đang ở nhà chị"


@pytest.fixture
def scene(page: Reader, venue) -> Reader:
    """Somebody declared, became a case and a contact, and a tracer looks at this moment."""
    make.sealing_key()
    declare(page, venue, **HIDDEN)
    who = Visitor.objects.get()
    tracer = make_tracing.tracer()
    case = make_tracing.case(who)
    trace(case, timezone.now())
    contact = make_tracing.contact(make_tracing.case(make.visitor()), who)
    reader = make_tracing.unlocked(page, tracer)
    assert HIDDEN["full_name"] in reader.post(f"/tracing/cases/{case.number}/name/", {}, 200).text
    typed = {"outcome": "reached", "note": NOTE}
    reader.post(f"/tracing/contacts/{contact.pk}/call/", typed, 303)
    return reader


def files() -> Iterator[Path]:
    """Every file the site keeps on its disk, the database's own and its log included."""
    connection.cursor().execute("CHECKPOINT")
    for folder, _below, names in os.walk(settings.VAR_DIR, followlinks=True):
        yield from (Path(folder, name) for name in names)


def hidden() -> list[bytes]:
    digits = HIDDEN["phone"][1:]
    return [text.encode() for text in (*HIDDEN.values(), NOTE, digits)]


def test_no_row_of_the_database_tells_a_name(scene: Reader):
    everything = "\n".join(rows())
    for text in hidden():
        assert text.decode() not in everything
        assert text.hex() not in everything


def test_no_file_on_the_disk_tells_a_name(scene: Reader):
    looked_at = 0
    for path in files():
        try:
            content = path.read_bytes()
        except OSError:
            continue  # a socket, or gone meanwhile
        looked_at += len(content)
        assert not [text for text in hidden() if text in content], path
    assert looked_at > 10_000_000


def test_nothing_that_lies_there_opens_a_box(scene: Reader):
    """Also not at the moment at which a tracer's key is unlocked."""
    box = bytes(Visitor.objects.earliest("seen_on").sealed)
    candidates = set(_of_key_length("\n".join(rows())))
    secrets = settings.VAR_DIR / "secrets"
    candidates |= {path.read_bytes().strip()[:32] for path in secrets.glob("*")}
    assert len(candidates) > 5
    for candidate in candidates:
        if len(candidate) == 32:
            with pytest.raises(CryptoError):
                SealedBox(PrivateKey(candidate)).decrypt(box)


def test_no_row_is_worth_a_session(scene: Reader):
    """Nothing of a row is a cookie that lets in; what the browser sends does."""
    assert scene.get("/tracing/").status == 200
    words = set(re.findall(r"\b[0-9a-z]{32,40}\b", "\n".join(rows())))
    sessions = [session.get_decoded() for session in Session.objects.all()]
    words |= set(re.findall(r"\w{32,}", str(sessions)))
    assert set(Session.objects.values_list("session_key", flat=True)) <= words
    for word in words:
        thief = Client(headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={word}"})
        assert thief.get("/tracing/").status_code == 302, word


def test_the_passphrase_is_what_opens_it(scene: Reader):
    holder = make_tracing.Keyholder.objects.get()
    private = PrivateKey(holder.wrapping.unwrapped(make_tracing.PASSPHRASE))
    who = Visitor.objects.exclude(mask__startswith="N").get()
    opener = Opener(held_by(holder, private))
    opened = opener.open(who.sealing_key_id, who.key, bytes(who.sealed))
    assert opened["full_name"] == HIDDEN["full_name"]


def test_with_the_hash_key_too_a_number_a_year_and_a_name_are_guessed(scene: Reader, monkeypatch):
    """What docs/security.md says plainly; the control is a thief without the key."""
    who = Visitor.objects.exclude(mask__startswith="N").get()
    assert _guessed(who) == ("+84900777523", 1975, HIDDEN["full_name"])
    monkeypatch.setattr(identities, "_KEY", b"another")
    assert _guessed(who) is None


def _guessed(who: Visitor) -> tuple[str, int, str] | None:
    """Return phone, year and name as a thief guesses them of a row, by its mask and hashes."""
    words = ["Không", "Kim", "Ai", "An", "Biết", "Bình"]
    names = [f"Qqơ Thị {' '.join(chosen)}" for chosen in product(words, repeat=3)]
    for middle in range(1000):
        phone = f"+84900{middle:03}{who.mask[-3:]}"
        if phone_hash(phone) == who.phone_hash:
            years = [y for y in range(1920, 2026) if Person("", y, phone).born_hash == who.born]
            people = [Person(name, year, phone) for name in names for year in years]
            return next((p.phone, p.birth_year, p.full_name) for p in people if p.key == who.key)
    return None


def _of_key_length(text: str) -> Iterator[bytes]:
    r"""Everything of 32 bytes that a table holds: \x and 64 digits."""
    for part in text.split("\\x")[1:]:
        digits = part[:65].split('"')[0].split(",")[0].split(")")[0]
        if len(digits) == 64:
            yield bytes.fromhex(digits)
