"""Who somebody is: keyed hashes of what is typed, and whom the database knows by them."""

import hmac
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from authority.sealing import seal
from database.statements import statement_of
from districts.names import bare, spelled

from .models import Visitor

# For whatever asks for a name: on a phone, on a card, on paper, at a door.
WHICH_ONE = _(
    "Two people with this phone are called so without marks. Write the name with its marks."
)
_KNOWN_BY = statement_of(__file__, "known_by")
_KEY = settings.HASH_KEY.encode()


def keyed_hash(*parts: str) -> UUID:
    """Return the keyed hash of what its first part says it is."""
    digest = hmac.digest(_KEY, "\x1f".join(parts).encode(), "sha256")
    return UUID(int=int.from_bytes(digest[:16]))


class Hashes(NamedTuple):
    """Who somebody is by phone, name and year of birth, in the keyed hashes that tell it.

    `spelling` is the key of the name with its marks, None for a name typed without any: that one
    may be of whoever is called so with marks. `fold` is the same for all names that differ in
    marks alone.
    """

    key: UUID
    spelling: UUID | None
    fold: UUID


@dataclass(frozen=True)
class Person:
    """Somebody who checks in, as typed; companions share phone and residence."""

    full_name: str
    birth_year: int
    phone: str
    gender: str = ""
    id_number: str = ""
    address: str = ""

    def hashes(self, nth: int = 1, *, has_no_marks: bool = False) -> Hashes:
        """Return who the person is; tones and letters of the name count, habits of writing do not.

        `nth` tells people apart who are called quite alike on one form, and below 0 those for whom
        a venue prints a card, who are found by no name. `has_no_marks` says that a name without
        marks is whole as it stands: it has a key of its own, as that of the plain name may be of
        somebody who was called so with marks meanwhile.
        """
        spelling, year = spelled(self.full_name), str(self.birth_year)
        plain = bare(spelling)
        is_plain = plain == spelling
        number = () if nth == 1 else (str(nth),)
        whole = ("whole",) if is_plain and has_no_marks else ()
        key = keyed_hash("person", self.phone, spelling, year, *number, *whole)
        return Hashes(
            key,
            None if is_plain and not has_no_marks else key,
            keyed_hash("fold", self.phone, plain, year, *(number if nth < 0 else ())),
        )

    @property
    def key(self) -> UUID:
        """The key of the visitor this is, where nobody of the phone is called alike."""
        return self.hashes().key

    @property
    def former_key(self) -> UUID:
        """The key under which releases before 0.3 knew the person."""
        name = " ".join(filter(None, map(_word_before, self.full_name.split())))
        return keyed_hash("visitor", self.phone, name, str(self.birth_year))

    @property
    def born_hash(self) -> int:
        """31 bits by which a person of a phone is told by the year of birth alone."""
        return keyed_hash("born", self.phone, str(self.birth_year)).int >> 97


@lru_cache(maxsize=1 << 14)  # many people share their words
def _word_before(word: str) -> str:
    """Return a word of a name as it counted before 0.3."""
    plain = unicodedata.normalize("NFD", word.casefold().replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def code_key(visitor: UUID, source: UUID) -> UUID:
    """Return the key of the code by which a source may show a visitor."""
    return keyed_hash("code", visitor.hex, source.hex)


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


def hashes_of(people: Sequence[Person], whole: Collection[int] = ()) -> list[Hashes]:
    """Return who the people of one form are; two who are called quite alike are two.

    `whole` are the places, from 0, of names without marks that are whole as they stand.
    """
    times: Counter[UUID] = Counter()
    every = []
    for place, person in enumerate(people):
        hashes = person.hashes(has_no_marks=place in whole)
        times[hashes.key] += 1
        if (nth := times[hashes.key]) > 1:
            hashes = person.hashes(nth, has_no_marks=place in whole)
        every.append(hashes)
    return every


def columns_of(
    people: Sequence[Person], hashes: Sequence[Hashes], public_key: bytes
) -> dict[str, list[Any]]:
    """Return what statements that recognise or store people need of them, as parallel lists.

    By what they are reached is for the caller to add: `phones`, `formers` and `born`.
    """
    alike = Counter(person_hashes.fold for person_hashes in hashes)
    return {
        "keys": [person_hashes.key for person_hashes in hashes],
        "spellings": [person_hashes.spelling for person_hashes in hashes],
        "folds": [person_hashes.fold for person_hashes in hashes],
        "joins": [alike[person_hashes.fold] == 1 for person_hashes in hashes],
        "documents": [
            document_hash(person.id_number) if person.id_number else None for person in people
        ],
        "masks": [mask(person.full_name, person.phone) for person in people],
        "sealed": [
            seal(public_key, person_hashes.key, vars(person))
            for person_hashes, person in zip(hashes, people, strict=True)
        ],
    }


def known_by(person: Person) -> list[Visitor]:
    """Return whom the database knows by what is typed: nobody, one, or all whom it may mean."""
    hashes, phone, former = person.hashes(), phone_hash(person.phone), person.former_key
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN_BY, {**hashes._asdict(), "former": former, "phone": phone})
        row = cursor.fetchone()
    if row is None:
        return []
    alike = Q(phone_hash=phone, fold=hashes.fold) | Q(key=former, fold=None)
    meant = alike if row[0] is None else Q(key=row[0])
    return list(Visitor.objects.filter(meant).select_related("residence__parent"))
