"""The invented visitors and what they answer; all follows from the seed, so none has to be kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import gcd
from random import Random
from uuid import UUID

from declarations.identities import Person
from declarations.outcomes import Answers, Symptom
from districts.models import Level, Unit

from . import names
from .places import population

# Phones 0900 100 000 to 0900 999 999 belong to nobody; after that two people share one.
_FIRST_PHONE, _PHONES = 100_000, 900_000
MOST_COMPANIONS = 2
_FROM_ELSEWHERE = 0.05
_KEPT = 20_000
_WORRYING = 0.015
WELL = Answers(
    0, travelled=False, case_contact=False, area_contact=False, symptomatic_contact=False
)


def _answers(symptoms: int = 0, *said_yes: str) -> Answers:
    return Answers(**(vars(WELL) | {"symptoms": symptoms} | dict.fromkeys(said_yes, True)))


_WORRIES = {
    _answers(Symptom.COUGH): 28,
    _answers(Symptom.SORE_THROAT | Symptom.FATIGUE): 14,
    _answers(0, "travelled"): 30,
    _answers(0, "area_contact"): 6,
    _answers(0, "symptomatic_contact"): 6,
    _answers(Symptom.FEVER | Symptom.COUGH): 9,
    _answers(Symptom.BREATHING): 3,
    _answers(0, "case_contact"): 4,
}
_PLACES = ["TP. Hồ Chí Minh", "Bình Dương", "Cần Thơ", "Vĩnh Long", "Phnôm Pênh, Campuchia"]


@dataclass(frozen=True, slots=True)
class InventedVisitor:
    """A person with the unit they live in and the district around it, if in the province."""

    person: Person
    key: UUID
    residence_id: int | None
    district_id: int | None


@dataclass(frozen=True, slots=True)
class Household:
    """A visitor and those who may come along: a child, an old mother."""

    head: InventedVisitor
    companions: tuple[InventedVisitor, ...]

    @property
    def members(self) -> tuple[InventedVisitor, ...]:
        return (self.head, *self.companions)


class Province:
    """Everybody who may visit, by number; the first ones come alone, some with an owner's phone."""

    def __init__(
        self,
        seed: str,
        communes: Sequence[Unit],
        others: Sequence[Unit],
        owners_phones: Sequence[str],
    ) -> None:
        self._seed = seed
        self._owners_phones = owners_phones
        self._communes = list(communes)
        people = population(self._communes)
        self._weights = list(accumulate(people[commune.pk] for commune in self._communes))
        self._others = list(others)
        self.household = lru_cache(maxsize=_KEPT)(self._household)

    def _household(self, number: int) -> Household:
        rng = Random(f"{self._seed}:{number}")  # noqa: S311  (invented people, no secret)
        home, district = self._home(rng)
        head = self._visitor(_head(rng, self._phone(number)), home, district)
        along = rng.choices((0, 1, MOST_COMPANIONS), (75, 17, 8))[0]
        companions = tuple(
            self._visitor(_companion(rng, head.person), home, district) for _ in range(along)
        )
        return Household(head, tuple({c.key: c for c in companions if c.key != head.key}.values()))

    def _phone(self, number: int) -> str:
        known = self._owners_phones[number] if number < len(self._owners_phones) else ""
        return known or f"+84900{_FIRST_PHONE + number % _PHONES:06d}"

    def _visitor(self, person: Person, home: Unit | None, district: int | None) -> InventedVisitor:
        return InventedVisitor(person, person.key, home.pk if home else None, district)

    def _home(self, rng: Random) -> tuple[Unit | None, int | None]:
        if rng.random() < _FROM_ELSEWHERE:
            return (rng.choice([*self._others, None]) if self._others else None), None
        home = rng.choices(self._communes, cum_weights=self._weights)[0]
        return home, home.parent_id


def communes_and_others(units: Sequence[Unit]) -> tuple[list[Unit], list[Unit]]:
    """Return the province's communes, and the provinces that have none of them."""
    communes = sorted((u for u in units if u.level == Level.COMMUNE), key=lambda u: u.code)
    home = {unit.lineage[0].pk for unit in communes}
    others = (u for u in units if u.level == Level.PROVINCE and u.pk not in home)
    return communes, sorted(others, key=lambda unit: unit.code)


def answers(rng: Random) -> Answers:
    if rng.random() >= _WORRYING:
        return WELL
    return rng.choices(list(_WORRIES), list(_WORRIES.values()))[0]


def travel_places(rng: Random) -> str:
    return ", ".join(rng.sample(_PLACES, rng.choice([1, 1, 2])))


def drawn(rng: Random, size: int) -> "Draw":
    """Return the numbers below `size` in an order of chance."""
    step = rng.randrange(size // 2, size) | 1 if size > 2 else 1
    while gcd(step, size) != 1:
        step += 1
    return Draw(size, step, rng.randrange(size))


@dataclass(slots=True)
class Draw:
    """Numbers drawn without putting back, and without keeping them: a walk round a ring."""

    size: int
    step: int
    at: int
    taken: int = 0

    def next(self) -> int | None:
        """Return a number not drawn before, or None when all are."""
        if self.taken == self.size:
            return None
        self.taken += 1
        self.at = (self.at + self.step) % self.size
        return self.at


def _head(rng: Random, phone: str) -> Person:
    male = rng.random() < 0.48
    return Person(
        full_name=names.person(rng, male=male),
        birth_year=int(rng.triangular(1948, 2006, 1984)),
        phone=phone,
        gender="male" if male else "female",
        id_number=f"000{rng.randrange(10**9):09d}" if rng.random() < 0.2 else "",
        address=f"Ấp {names.hamlet(rng)}",
    )


def _companion(rng: Random, head: Person) -> Person:
    years = (2009, 2020) if rng.random() < 0.6 else (1932, 1955)
    return Person(
        full_name=names.person(rng, male=rng.random() < 0.5),
        birth_year=rng.randint(*years),
        phone=head.phone,
    )
