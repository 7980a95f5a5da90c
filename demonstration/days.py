"""One local day of the demonstration: who goes out, where to, when, and for how long."""

from bisect import bisect
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from declarations.models import Evidence, LeftReason
from declarations.nonces import Nonce
from declarations.outcomes import Answers, Outcome
from districts.days import day_start
from venues.kinds import Kind, usual_stay

from .answers import WELL, answers, travel_places
from .kinds import HABITS
from .people import Household, Visitor
from .places import Place

_MOST_STOPS = 4
_STOPS = (52, 26, 15, 7)
_CHECKS_OUT = 0.26
# Where people go: in their commune, in their district, anywhere in the province.
_NEAR, _AROUND = 0.55, 0.82
_LONG_STAYS = {Kind.COMPANY, Kind.FACTORY, Kind.SCHOOL, Kind.HOTEL}


@dataclass(slots=True)
class Stop:
    """One arrival of a party at a place, and its departure as far as the whole day tells."""

    place: Place
    form: Nonce
    entered_at: datetime
    evidence: Evidence
    recorded_at: datetime
    left_at: datetime
    left_reason: LeftReason


@dataclass(slots=True)
class Outing:
    """A party's way through one day."""

    party: tuple[Visitor, ...]
    stops: list[Stop]
    answers: Answers
    outcome: Outcome
    travel_places: str


class Crowd:
    """The places in use in one area on one day, drawn by how busy they are."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._sums: list[float] = []
        self._usual = 0.0

    def add(self, place: Place, weekday: float) -> None:
        """Add a place; `weekday` is how busy it is today, as a share of an average day."""
        self._places.append(place)
        self._sums.append(place.crowd * weekday + (self._sums[-1] if self._sums else 0.0))
        self._usual += place.crowd

    def draw(self, rng: Random) -> Place:
        return self._places[bisect(self._sums, rng.random() * self._sums[-1])]

    def is_lively(self, rng: Random) -> bool:
        """Tell whether somebody stays in the area today: not where all is closed on Sundays."""
        return rng.random() * self._usual < self._sums[-1]


class Day:
    """A local day with the places used on it."""

    def __init__(self, day: date, places: list[Place], rng: Random) -> None:
        self.start = day_start(day)
        self._rng = rng
        self._areas: dict[int | None, Crowd] = defaultdict(Crowd)
        self.of_one_phone: list[Place] = []
        for place in places:
            if place.is_used_on(day):
                self._open(place, HABITS[place.kind].weekdays[day.weekday()])

    def _open(self, place: Place, weekday: float) -> None:
        if place.one_phone:
            self.of_one_phone.append(place)
        elif weekday:
            for area in (place.commune_id, -place.district_id, None):
                self._areas[area].add(place, weekday)

    def outing(self, household: Household, room: int) -> Outing | None:
        """Return a way through the day of at most `room` visits, or None when all is closed."""
        if None not in self._areas:
            return None
        party = household.members if self._rng.random() < 0.5 else (household.head,)
        party = party[:room]
        most = min(self._rng.choices(range(1, _MOST_STOPS + 1), _STOPS)[0], room // len(party))
        said = answers(self._rng)
        if said.outcome == Outcome.STOP:
            most = 1
        return self._declared(party, said, self._way(household.head, most))

    def round_of_one_phone(self, place: Place, visitor: Visitor, room: int) -> Outing:
        """Return visits that look as if the owner had scanned the poster alone."""
        number = min(room, self._rng.randint(1, 4))
        arrivals = {self._arrival(place) for _ in range(number)}
        way = [(place, arrival) for arrival in sorted(arrivals)]
        return self._declared((visitor,), WELL, way)

    def _declared(
        self, party: tuple[Visitor, ...], said: Answers, way: list[tuple[Place, datetime]]
    ) -> Outing:
        places = travel_places(self._rng) if said.travelled else ""
        return Outing(party, self._stops(way), said, said.outcome, places)

    def _way(self, visitor: Visitor, most: int) -> list[tuple[Place, datetime]]:
        """Return where somebody goes and when they arrive there, one place after another."""
        place = self._choose(visitor)
        arrival = self._arrival(place)
        way = [(place, arrival)]
        while len(way) < most:
            arrival += self._stay(place) + timedelta(
                milliseconds=self._rng.randint(180_000, 2_400_000)
            )
            onward = self._open_at(visitor, arrival, place)
            if onward is None:
                break
            place = onward
            way.append((place, arrival))
        return way

    def _choose(self, visitor: Visitor) -> Place:
        chance = self._rng.random()
        area = None
        if visitor.district_id and chance < _AROUND:
            area = visitor.residence_id if chance < _NEAR else -visitor.district_id
        crowd = self._areas.get(area)
        if crowd is None or not crowd.is_lively(self._rng):
            crowd = self._areas[None]
        return crowd.draw(self._rng)

    def _open_at(self, visitor: Visitor, arrival: datetime, last: Place) -> Place | None:
        """Return another place open at that moment of the same day, if a few tries find one."""
        if arrival >= self.start + timedelta(hours=23):
            return None
        hour = (arrival - self.start) // timedelta(hours=1)
        for _ in range(4):
            place = self._choose(visitor)
            if place is not last and HABITS[place.kind].is_open(hour):
                return place
        return None

    def _arrival(self, place: Place) -> datetime:
        sums = HABITS[place.kind].by_hour
        hour = bisect(sums, self._rng.random() * sums[-1])
        return self.start + timedelta(hours=hour, milliseconds=self._rng.randrange(3_600_000))

    def _stay(self, place: Place) -> timedelta:
        long = place.kind in _LONG_STAYS
        share = self._rng.uniform(0.5, 1.1) if long else self._rng.lognormvariate(-0.7, 0.6)
        minutes = usual_stay(place.kind) * min(share, 3)
        return timedelta(milliseconds=minutes // timedelta(milliseconds=1))

    def _stops(self, way: list[tuple[Place, datetime]]) -> list[Stop]:
        following: list[datetime | None] = [arrival for _place, arrival in way[1:]]
        return [
            self._stop(place, arrival, onward)
            for (place, arrival), onward in zip(way, [*following, None], strict=True)
        ]

    def _stop(self, place: Place, arrival: datetime, onward: datetime | None) -> Stop:
        evidence, late = self._evidence(HABITS[place.kind].duty)
        left_at, reason = self._departure(place, arrival, onward)
        form = Nonce(0, self._rng.getrandbits(42)).at(arrival)
        return Stop(place, form, form.moment, evidence, arrival + late, left_at, reason)

    def _departure(
        self, place: Place, arrival: datetime, onward: datetime | None
    ) -> tuple[datetime, LeftReason]:
        closed = arrival + usual_stay(place.kind)
        if place.exits and self._rng.random() < _CHECKS_OUT:
            latest = min(onward or closed, closed)
            return arrival + (latest - arrival) * self._rng.uniform(0.2, 0.95), LeftReason.SCANNED
        if onward and onward <= closed:
            return onward, LeftReason.MOVED_ON
        return closed, LeftReason.USUAL_STAY

    def _evidence(self, duty: float) -> tuple[Evidence, timedelta]:
        """Return how a visit is known, and how long after the arrival it was recorded."""
        chance = self._rng.random()
        if chance < 0.02:
            return Evidence.PAPER, timedelta(seconds=self._rng.randint(3600, 100_000))
        if chance < 0.05:
            return Evidence.TYPED, timedelta(seconds=self._rng.randint(15, 90))
        if chance < 0.05 + duty:
            return Evidence.SCANNED, timedelta(milliseconds=self._rng.randint(100, 3000))
        return Evidence.POSTER, timedelta(milliseconds=self._rng.randint(6000, 90_000))
