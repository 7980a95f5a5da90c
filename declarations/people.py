"""People as they are typed, and whom the database knows by that: one rule for posters and doors."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from authority.sealing import seal

from . import identities
from .identities import Hashes
from .models import Visitor

# For whatever asks for a name: on a phone, on a card, on paper, at a door.
WHICH_ONE = _(
    "Two people with this phone are called so without marks. Write the name with its marks."
)


@dataclass(frozen=True)
class Person:
    """Somebody who checks in, as typed; companions share phone and residence."""

    full_name: str
    birth_year: int
    phone: str
    gender: str = ""
    id_number: str = ""
    address: str = ""

    @property
    def key(self) -> UUID:
        """The key of the visitor this is, where nobody of the phone is called alike."""
        return identities.visitor_key(self.phone, self.full_name, self.birth_year)


# Whom each person is, in this order: whoever is spelled so; without marks, the only one of that
# phone and year it can mean, and nobody (NULL) where it can mean two; with marks, whoever is known
# without any; else somebody new. `joins` is false for people who are alike on one form: they are
# several, whoever is known; where the key of one without marks is of somebody called otherwise by
# now, it is asked too. What a phone says is theirs whose own it is; of whom nobody is known to own,
# it is theirs if this phone remembers them from before or types their card's number. Needs `person` with key, spelling, fold, former, joins, phone, document.
RESOLVED = """
resolved AS MATERIALIZED (
    SELECT typed.*, known.key IS NULL AND typed.visitor IS NOT NULL AS is_new,
        known.key IS NULL OR coalesce(known.memory = %(memory)s::uuid, known.memory IS NULL AND (
            known.key = ANY (%(own_keys)s::uuid[]) OR %(is_nobodys)s
            OR coalesce(known.document_hash = typed.document, false)
        )) AS is_theirs,
        known.key IS NULL OR coalesce(
            known.is_own AND known.memory = %(memory)s::uuid AND typed.visitor = typed.key, false
        ) AS is_box
    FROM (
        SELECT person.*, alike, CASE
            WHEN same IS NOT NULL AND (NOT joins OR alike = 1 OR spelling IS NOT NULL) THEN same
            WHEN (NOT joins OR alike = 0) AND NOT is_taken THEN key
            WHEN NOT joins THEN NULL
            WHEN spelling IS NULL AND alike > 1 THEN NULL
            WHEN spelling IS NULL THEN single
            WHEN without_marks = 1 THEN plain
            ELSE key END AS visitor
        FROM person CROSS JOIN LATERAL (
            SELECT count(*) AS alike, count(*) FILTER (WHERE v.spelling IS NULL) AS without_marks,
                (array_agg(v.key))[1] AS single,
                (array_agg(v.key) FILTER (WHERE v.spelling IS NULL))[1] AS plain,
                (array_agg(v.key) FILTER (WHERE v.spelling = person.spelling
                    OR v.key = person.key AND v.spelling IS NOT DISTINCT FROM person.spelling))[1]
                    AS same,
                coalesce(bool_or(v.key = person.key
                    AND v.spelling IS DISTINCT FROM person.spelling), false) AS is_taken
            FROM (
                SELECT visitor.key, visitor.spelling FROM declarations_visitor visitor
                WHERE visitor.phone_hash = person.phone AND visitor.fold = person.fold
                UNION ALL
                SELECT visitor.key, visitor.spelling FROM declarations_visitor visitor
                WHERE visitor.key = person.former AND visitor.fold IS NULL
            ) v
        ) alike
    ) typed LEFT JOIN declarations_visitor known ON known.key = CASE WHEN alike > 0 THEN visitor END
)
"""


# What is said by no phone: of a door, of a tracer.
NOBODYS: dict[str, Any] = {"memory": None, "own_keys": "{}", "is_nobodys": True}


def hashes_of(people: Sequence[Person], whole: Collection[int] = ()) -> list[Hashes]:
    """Return who the people of one form are; two who are called quite alike are two.

    `whole` are the places, from 0, of names without marks that are whole as they stand.
    """
    times: Counter[UUID] = Counter()
    found = []
    for place, person in enumerate(people):
        about = person.phone, person.full_name, person.birth_year
        has_no_marks = place in whole
        one = identities.hashes(*about, has_no_marks=has_no_marks)
        times[one.key] += 1
        if (nth := times[one.key]) > 1:
            one = identities.hashes(*about, nth=nth, has_no_marks=has_no_marks)
        found.append(one)
    return found


def columns_of(
    people: Sequence[Person], hashes: Sequence[Hashes], public_key: bytes
) -> dict[str, list[Any]]:
    """Return what `RESOLVED` and whoever stores the people need of them, as parallel lists.

    By what they are reached is for the caller to add: `phones`, `formers` and `born`.
    """
    alike = Counter(one.fold for one in hashes)
    return {
        "keys": [one.key for one in hashes],
        "spellings": [one.spelling for one in hashes],
        "folds": [one.fold for one in hashes],
        "joins": [alike[one.fold] == 1 for one in hashes],
        "documents": [
            identities.document_hash(person.id_number) if person.id_number else None
            for person in people
        ],
        "masks": [identities.mask(person.full_name, person.phone) for person in people],
        "sealed": [
            seal(public_key, one.key, vars(person))
            for one, person in zip(hashes, people, strict=True)
        ],
    }


# Somebody who was told of is looked for by no phone of their own.
_KNOWN = f"""
WITH person AS (
    SELECT %(key)s::uuid AS key, %(spelling)s::uuid AS spelling, %(fold)s::uuid AS fold,
        %(former)s::uuid AS former, true AS joins, %(phone)s::uuid AS phone, NULL::uuid AS document
), {RESOLVED}
SELECT visitor FROM resolved WHERE NOT is_new
"""  # noqa: S608 - our own texts only


def known_by(person: Person) -> list[Visitor]:
    """Return whom the database knows by what is typed: nobody, one, or all whom it may mean."""
    hashes = hashes_of([person])[0]
    phone = identities.phone_hash(person.phone)
    former = identities.former_key(person.phone, person.full_name, person.birth_year)
    given = {**hashes._asdict(), "former": former, "phone": phone, **NOBODYS}
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, given)
        row = cursor.fetchone()
    if row is None:
        return []
    alike = Q(phone_hash=phone, fold=hashes.fold) | Q(key=former, fold=None)
    one = alike if row[0] is None else Q(key=row[0])
    return list(Visitor.objects.filter(one).select_related("residence__parent"))
