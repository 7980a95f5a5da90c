"""An invented outbreak: who fell ill, whom they met where and when; it follows from a seed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from declarations.identities import Person
from declarations.models import Evidence, LeftReason
from declarations.nonces import Nonce
from demonstration import names
from districts.days import day_start
from tracing.models import DrillSize, Part

# These phones belong to nobody; the demonstration begins at 0900 100 000.
_FIRST_PHONE, _PHONES = 900_000, 100_000
_FIRST_DAY, _LAST_DAY = 9, 1  # days ago
# How many people are met, at how many venues, by how many visits of the first case.
PEOPLE = {DrillSize.SMALL: 120, DrillSize.MEDIUM: 400}
VENUES = {DrillSize.SMALL: 6, DrillSize.MEDIUM: 12}
_VISITS = {DrillSize.SMALL: 10, DrillSize.MEDIUM: 15}


@dataclass(frozen=True)
class Circumstances:
    """What an outbreak is invented for: places by id, homes by id, and the rule's numbers."""

    size: DrillSize
    today: date
    venues: Sequence[int]
    homes: Sequence[int]
    minimum: timedelta
    days_before: int


@dataclass
class InventedVisit:
    """A visit of an invented person; those of one form came together."""

    venue_id: int
    form: Nonce
    left_at: datetime
    left_reason: LeftReason = LeftReason.SCANNED
    evidence: Evidence = Evidence.POSTER


@dataclass
class Actor:
    """An invented person, what they are in the drill, and where they were."""

    person: Person
    home_id: int
    part: Part
    visits: list[InventedVisit] = field(default_factory=list)
    onset_on: date | None = None
    has_symptoms: bool = False


class Outbreak:
    """Everybody of an outbreak, invented."""

    def __init__(self, about: Circumstances, seed: int) -> None:
        self.about = about
        self.rng = Random(f"drill:{seed}")  # noqa: S311 - invented people, no secret
        self.phones = iter(self.rng.sample(range(_PHONES), 2 * max(PEOPLE.values())))

    def actors(self) -> list[Actor]:
        """Two cases who met, those who live with them, those they met, and strangers."""
        first = self._case(self.about.today - timedelta(2))
        second = self._case(self.about.today - timedelta(1))
        self._walk(first, _VISITS[self.about.size])
        self._walk(second, _VISITS[self.about.size] // 2)
        shared = self._unsafe(first)[0]
        second.visits.append(self._beside(shared, Part.CLOSE))
        family = [self._companion(first) for _ in range(2)]
        number = PEOPLE[self.about.size] - len(family)
        met = [self._met(first if n % 4 else second) for n in range(number)]
        for one in met:
            one.part = self._judged(one, [first, second])
        for one in self.rng.sample([m for m in met if m.part is Part.CLOSE], 2):
            one.has_symptoms = True
        return [first, second, *family, *met]

    def _case(self, onset_on: date) -> Actor:
        return Actor(self._person(), self._home(), Part.CASE, onset_on=onset_on)

    def _walk(self, case: Actor, visits: int) -> None:
        """Let a case go out on the days before, most of them while it could infect others."""
        assert case.onset_on is not None  # noqa: S101 - a case has one
        unsafe = range((self.about.today - case.onset_on).days + self.about.days_before, 0, -1)
        days = [self.rng.randint(unsafe[0] + 1, _FIRST_DAY) for _ in range(visits // 3)]
        days += [unsafe[n % len(unsafe)] for n in range(visits - len(days))]
        for n, days_ago in enumerate(days):
            start = self._moment(days_ago, hour=7 + n % 6 * 2)
            minutes = timedelta(minutes=self.rng.randint(45, 80))
            venue = self.about.venues[n % len(self.about.venues)]
            case.visits.append(InventedVisit(venue, self._form(start), start + minutes))

    def _unsafe(self, case: Actor) -> list[InventedVisit]:
        return [visit for visit in case.visits if is_unsafe(case, visit, self.about.days_before)]

    def _companion(self, case: Actor) -> Actor:
        """Somebody declared in a case's own form, as a child or an old mother is."""
        visit = self.rng.choice(self._unsafe(case))
        person = Person(self._name(), self.rng.randint(2008, 2018), case.person.phone)
        return Actor(person, case.home_id, Part.CLOSE, [visit])

    def _met(self, case: Actor) -> Actor:
        part = self.rng.choices((Part.CLOSE, Part.OTHER), (0.25, 0.75))[0]
        visit = self._beside(self.rng.choice(self._unsafe(case)), part)
        return Actor(self._person(), self._home(), part, [visit])

    def _beside(self, unsafe: InventedVisit, part: Part) -> InventedVisit:
        """Return a visit that overlaps long enough, or for a moment, or touches without meeting."""
        start, end, minimum = unsafe.form.moment, unsafe.left_at, self.about.minimum
        if part is Part.CLOSE:
            began = start + timedelta(minutes=self.rng.randint(-20, 5), seconds=self.rng.random())
            left = began + timedelta(minutes=30) + minimum
            return InventedVisit(unsafe.venue_id, self._form(began), max(left, start + 2 * minimum))
        short = min(minimum / 2, timedelta(minutes=self.rng.randint(0, 4)))
        length = timedelta(minutes=self.rng.randint(10, 60))
        if self.rng.random() < 0.5:
            began = start - length
            return InventedVisit(unsafe.venue_id, self._form(began), start + short)
        return InventedVisit(unsafe.venue_id, self._form(end - short), end + length)

    def _judged(self, actor: Actor, cases: Sequence[Actor]) -> Part:
        """Return what somebody is after all, as chance may bring them to another case's visit."""
        together = (self._together(actor.visits[0], case) for case in cases)
        return Part.CLOSE if max(together) >= self.about.minimum else Part.OTHER

    def _together(self, visit: InventedVisit, case: Actor) -> timedelta:
        met = timedelta(0)
        for unsafe in self._unsafe(case):
            if unsafe.venue_id == visit.venue_id:
                start = max(unsafe.form.moment, visit.form.moment)
                met += max(min(unsafe.left_at, visit.left_at) - start, timedelta(0))
        return met

    def _person(self) -> Person:
        phone = f"+84900{_FIRST_PHONE + next(self.phones):06d}"
        male = self.rng.random() < 0.5
        gender, year = "male" if male else "female", self.rng.randint(1950, 2003)
        name, home = names.person(self.rng, male=male), f"Ấp {names.hamlet(self.rng)}"
        return Person(name, year, phone, gender, address=home)

    def _name(self) -> str:
        return names.person(self.rng, male=self.rng.random() < 0.5)

    def _home(self) -> int:
        return self.rng.choice(self.about.homes)

    def _form(self, moment: datetime) -> Nonce:
        return Nonce.new(moment, self.rng.getrandbits)

    def _moment(self, days_ago: int, hour: int) -> datetime:
        start = day_start(self.about.today - timedelta(days_ago))
        return start + timedelta(hours=hour, minutes=self.rng.randint(0, 20))


def is_unsafe(case: Actor, visit: InventedVisit, days_before: int) -> bool:
    assert case.onset_on is not None  # noqa: S101 - a case has one
    return visit.form.moment >= day_start(case.onset_on - timedelta(days_before))
