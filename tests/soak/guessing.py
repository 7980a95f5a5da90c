"""How fast what an operator could steal is guessed, on one core: the figures of docs/security.md."""

import hashlib
import time
from collections.abc import Callable, Iterator

import nacl.pwhash
from django.contrib.auth.hashers import make_password

from declarations.identities import Person, phone_hash

NUMBERS, NAMES, CARDS = (
    10**9,
    10**4,
    63 * 200 * 10**6,
)  # all after +84; of one mask; of twelve digits
_KEY = b"k" * 64
_INNER = hashlib.sha256(bytes(byte ^ 0x36 for byte in _KEY))
_OUTER = hashlib.sha256(bytes(byte ^ 0x5C for byte in _KEY))


def prepared(number: int) -> bytes:
    """Return an HMAC of which the key's two blocks were hashed before, as a thief would."""
    inner, outer = _INNER.copy(), _OUTER.copy()
    inner.update(b"phone\x1f+84%d" % number)
    outer.update(inner.digest())
    return outer.digest()


def rate(act: Callable[[int], object], times: int) -> float:
    """Return how often an act is done in a second of a core."""
    before = time.process_time()
    for number in range(900_000_000, 900_000_000 + times):
        act(number)
    return times / (time.process_time() - before)


def passphrase(number: int) -> bytes:
    kdf = nacl.pwhash.argon2id
    return kdf.kdf(32, b"%d" % number, bytes(16), kdf.OPSLIMIT_MODERATE, kdf.MEMLIMIT_MODERATE)


def lines(share: float = 1.0) -> Iterator[str]:
    """Yield what guessing takes; a smaller share measures less exactly."""
    ours = rate(lambda number: phone_hash(f"+84{number}"), int(400_000 * share))
    quick = rate(prepared, int(1_000_000 * share))
    named = rate(
        lambda n: Person(f"Nguyễn Văn A{n}", 1960, "+84912345678").key, int(50_000 * share)
    )
    yield f"phone numbers: {ours:,.0f}/s by our function, all in {NUMBERS / ours / 60:.0f} minutes"
    yield f"  with the key prepared {quick:,.0f}/s, all in {NUMBERS / quick / 60:.0f} minutes"
    yield f"  identity cards so: all in {CARDS / quick / 60:.0f} minutes"
    yield f"names of a mask: {named:,.0f}/s, all in {NAMES / named:.2f} s"
    opened = rate(passphrase, max(1, int(4 * share)))
    hashed = rate(lambda number: make_password(str(number)), max(1, int(10 * share)))
    yield f"passphrases: {opened:.1f}/s; passwords: {hashed:.1f}/s"
