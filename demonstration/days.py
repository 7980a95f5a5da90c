"""Weeks of the demonstration, day by day: who goes out, where to, when, and for how long."""

from array import array
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from declarations.models import Evidence, LeftReason
from declarations.nonces import Nonce
from declarations.outcomes import Answers, Outcome
from districts.days import day_start
from venues.kinds import Kind, usual_stay

from .people import (
    MOST_COMPANIONS,
    WELL,
    Draw,
    Household,
    InventedVisitor,
    Province,
    answers,
    drawn,
    travel_places,
)
from .places import HABITS, Place

_MOST_STOPS = 4
_STOPS = (52, 26, 15, 7)
_CHECKS_OUT = 0.26
# Where people go: in their commune, in their district, anywhere in the province.
_NEAR, _AROUND = 0.55, 0.82
_LONG_STAYS = {Kind.COMPANY, Kind.FACTORY, Kind.SCHOOL, Kind.HOTEL}
_WEEKDAYS = (1.0, 0.92, 0.92, 0.95, 1.02, 1.2, 1.25)
_REGULARS = 0.6  # of all outings
_VISITS_PER_OUTING = 1.9
_OUTINGS_OF_A_REGULAR, _OUTINGS_OF_OTHERS = 6.0, 1.4
_MOST_OUT_A_DAY = 0.4  # of all who ever go out
_OF_ONE_PHONE = 0.05  # at most, of a day's visits
_HOUSEHOLD = 1 + MOST_COMPANIONS


@dataclass(slots=True)
class PartyVisit:
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

    party: tuple[InventedVisitor, ...]
    stops: list[PartyVisit]
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

    def round_of_one_phone(self, place: Place, visitor: InventedVisitor, room: int) -> Outing:
        """Return visits that look as if the owner had scanned the poster alone."""
        number = min(room, self._rng.randint(1, 4))
        arrivals = {self._arrival(place) for _ in range(number)}
        way = [(place, arrival) for arrival in sorted(arrivals)]
        return self._declared((visitor,), WELL, way)

    def _declared(
        self, party: tuple[InventedVisitor, ...], said: Answers, way: list[tuple[Place, datetime]]
    ) -> Outing:
        places = travel_places(self._rng) if said.travelled else ""
        return Outing(party, self._stops(way), said, said.outcome, places)

    def _way(self, visitor: InventedVisitor, most: int) -> list[tuple[Place, datetime]]:
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

    def _choose(self, visitor: InventedVisitor) -> Place:
        chance = self._rng.random()
        area = None
        if visitor.district_id and chance < _AROUND:
            area = visitor.residence_id if chance < _NEAR else -visitor.district_id
        crowd = self._areas.get(area)
        if crowd is None or not crowd.is_lively(self._rng):
            crowd = self._areas[None]
        return crowd.draw(self._rng)

    def _open_at(self, visitor: InventedVisitor, arrival: datetime, last: Place) -> Place | None:
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

    def _stops(self, way: list[tuple[Place, datetime]]) -> list[PartyVisit]:
        following: list[datetime | None] = [arrival for _place, arrival in way[1:]]
        return [
            self._stop(place, arrival, onward)
            for (place, arrival), onward in zip(way, [*following, None], strict=True)
        ]

    def _stop(self, place: Place, arrival: datetime, onward: datetime | None) -> PartyVisit:
        evidence, late = self._evidence(HABITS[place.kind].duty)
        left_at, reason = self._departure(place, arrival, onward)
        form = Nonce.new(arrival, self._rng.getrandbits)
        return PartyVisit(place, form, form.moment, evidence, arrival + late, left_at, reason)

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


@dataclass
class Weeks:
    """The days of a demonstration up to a moment."""

    seed: str
    province: Province
    places: list[Place]
    days: list[date]
    visits: int

    def __post_init__(self) -> None:
        outings = self.visits / _VISITS_PER_OUTING
        alone = [place.venue_id for place in self.places if place.one_phone]
        self._one_phone = {venue_id: number for number, venue_id in enumerate(alone)}
        self._regulars = self._pool(outings * _REGULARS, _OUTINGS_OF_A_REGULAR)
        self._others = self._pool(outings * (1 - _REGULARS), _OUTINGS_OF_OTHERS)
        people = len(alone) + self._regulars + self._others
        self._seen = array("H", bytes(2 * people * _HOUSEHOLD))

    def _pool(self, outings: float, each: float) -> int:
        """Return how many people share these outings, so many that no day needs nearly all."""
        return 20 + int(outings / min(each, _MOST_OUT_A_DAY * len(self.days)))

    def outings(self, now: datetime) -> Iterator[Outing]:
        """Yield what happened by now; the choices of chance do not depend on now."""
        for nth, (day, visits) in enumerate(self._quotas()):
            rng = Random(f"{self.seed}:{day}")  # noqa: S311  (invented visits, no secret)
            for number, outing in self._outings(rng, Day(day, self.places, rng), visits):
                if outing.stops[0].entered_at <= now:
                    for member in range(len(outing.party)):
                        self._seen[number * _HOUSEHOLD + member] = nth + 1
                    yield outing

    def visitors(self) -> Iterator[tuple[InventedVisitor, date]]:
        """Yield everybody seen in the outings so far, with their last day."""
        for number in range(len(self._seen) // _HOUSEHOLD):
            last_days = self._seen[number * _HOUSEHOLD : (number + 1) * _HOUSEHOLD]
            if any(last_days):
                members = self.province.household(number).members
                for visitor, last in zip(members, last_days, strict=False):
                    if last:
                        yield visitor, self.days[last - 1]

    def _quotas(self) -> Iterator[tuple[date, int]]:
        """Yield each day with its share of the visits, which add up exactly."""
        weights = [self._busyness(day) for day in self.days]
        reached, yielded = 0.0, 0
        for day, weight in zip(self.days, weights, strict=True):
            reached += weight
            up_to = round(self.visits * reached / sum(weights))
            yield day, up_to - yielded
            yielded = up_to

    def _busyness(self, day: date) -> float:
        chance = Random(f"{self.seed}:{day}:share")  # noqa: S311
        return _WEEKDAYS[day.weekday()] * chance.uniform(0.94, 1.06)

    def _outings(self, rng: Random, day: Day, room: int) -> Iterator[tuple[int, Outing]]:
        """Yield outings of `room` visits in all, each with the number of its household."""
        for number, outing in self._rounds_of_one_phone(rng, day, int(room * _OF_ONE_PHONE)):
            room -= len(outing.stops)
            yield number, outing
        draws = self._draws(rng)
        while room > 0:
            out = _next(rng, draws)
            made = None if out is None else day.outing(self.province.household(out), room)
            if out is None or made is None:
                return
            room -= len(made.stops) * len(made.party)
            yield out, made

    def _rounds_of_one_phone(
        self, rng: Random, day: Day, room: int
    ) -> Iterator[tuple[int, Outing]]:
        for place in day.of_one_phone:
            number = self._one_phone[place.venue_id]
            if room > 0 and rng.random() < 0.6:
                head = self.province.household(number).head
                outing = day.round_of_one_phone(place, head, room)
                room -= len(outing.stops)
                yield number, outing

    def _draws(self, rng: Random) -> list[tuple[int, Draw]]:
        """Return the regulars and the others, each with the number of their first."""
        first = len(self._one_phone)
        return [
            (first, drawn(rng, self._regulars)),
            (first + self._regulars, drawn(rng, self._others)),
        ]


def _next(rng: Random, draws: list[tuple[int, Draw]]) -> int | None:
    """Return who goes out next, nobody twice a day; None when everybody has."""
    preferred = 0 if rng.random() < _REGULARS else 1
    for first, draw in (draws[preferred], draws[1 - preferred]):
        number = draw.next()
        if number is not None:
            return first + number
    return None
