"""Keyed hashes by which a person is known without being named."""

import hashlib
import hmac
import unicodedata
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from districts.names import bare, spelled

_KEY = settings.HASH_KEY.encode()


class Hashes(NamedTuple):
    """Who somebody is by phone, name and year of birth, in the keyed hashes that tell it.

    `spelling` is the key of the name with its marks, None for a name typed without any: that one
    may be of whoever is called so with marks. `fold` is the same for all names that differ in
    marks alone.
    """

    key: UUID
    spelling: UUID | None
    fold: UUID


def hashes(
    phone: str, full_name: str, birth_year: int, *, nth: int = 1, has_no_marks: bool = False
) -> Hashes:
    """Return who a person is.

    `nth` tells people apart who are called quite alike on one form, and below 0 those for whom a
    venue prints a card, who are found by no name. `has_no_marks` says that a name without marks is
    whole as it stands: it has a key of its own, as that of the plain name may be of somebody who
    was called so with marks meanwhile.
    """
    spelling, year = spelled(full_name), str(birth_year)
    plain = bare(spelling)
    is_plain = plain == spelling
    more = ("whole",) if is_plain and has_no_marks else ()
    key = keyed_hash("person", phone, spelling, year, *_nth(nth), *more)
    return Hashes(
        key,
        None if is_plain and not has_no_marks else key,
        keyed_hash("fold", phone, plain, year, *(_nth(nth) if nth < 0 else ())),
    )


def visitor_key(phone: str, full_name: str, birth_year: int, nth: int = 1) -> UUID:
    """Return the key of a visitor: the same for the same phone, name and year of birth.

    Tones and letters of the name count, habits of writing do not: see districts.names.spelled.
    """
    return keyed_hash("person", phone, spelled(full_name), str(birth_year), *_nth(nth))


def _nth(number: int) -> tuple[str, ...]:
    return () if number == 1 else (str(number),)


def former_key(phone: str, full_name: str, birth_year: int) -> UUID:
    """Return the key under which releases before 0.3 knew a person."""
    return keyed_hash("visitor", phone, _folded_before(full_name), str(birth_year))


def born_hash(phone: str, birth_year: int) -> int:
    """Return 31 bits by which a person of a phone is told by the year of birth alone."""
    return keyed_hash("born", phone, str(birth_year)).int >> 97


def memory_of(nonce: str) -> UUID:
    """Return the memory of a phone that keeps none: the same for the same form sent again."""
    return keyed_hash("memory", nonce)


def code_key(visitor: UUID, source: UUID) -> UUID:
    """Return the key of the code by which a source may show a visitor."""
    return keyed_hash("code", visitor.hex, source.hex)


def burst_hash(source: str, code: str, minute: int) -> int:
    """Return 31 bits shared by what one source sends to one poster within a minute."""
    return keyed_hash("burst", source, code, str(minute)).int >> 97


def phone_hash(phone: str) -> UUID:
    """Return the hash under which a normalised phone number is searched."""
    return keyed_hash("phone", phone)


def document_hash(number: str) -> UUID:
    """Return the hash under which an identity document is searched."""
    return keyed_hash("document", "".join(number.split()).upper())


def card_hash(number: str) -> UUID:
    """Return the hash under which a card that was scanned at a door is recognised.

    It is another one than that of a document somebody typed, so that nobody can lead somebody
    else's card to themselves by typing its number.
    """
    return keyed_hash("card", "".join(number.split()).upper())


def mask(full_name: str, phone: str) -> str:
    """Return what may stay readable of a person: N.V.A · 678, as much of it as is known."""
    initials = [word[0].upper() for word in full_name.split() if word[0].isalnum()]
    return " · ".join(filter(None, [".".join(initials[:6]), phone[-3:]]))


def _folded_before(name: str) -> str:
    """Return a name as it counted before 0.3, for people who are known by that."""
    return " ".join(filter(None, map(_word_before, name.split())))


@lru_cache(maxsize=1 << 14)  # many people share their words
def _word_before(word: str) -> str:
    plain = unicodedata.normalize("NFD", word.casefold().replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def keyed_hash(*parts: str) -> UUID:
    """Return the keyed hash of what its first part says it is."""
    digest = hmac.digest(_KEY, "\x1f".join(parts).encode(), hashlib.sha256)
    return UUID(int=int.from_bytes(digest[:16]))
