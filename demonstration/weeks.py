"""Weeks of outings, made day by day; who was seen is kept as two bytes a person."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from .days import Day, Outing
from .people import MOST_COMPANIONS, Draw, Province, Visitor, drawn
from .places import Place

_WEEKDAYS = (1.0, 0.92, 0.92, 0.95, 1.02, 1.2, 1.25)
_REGULARS = 0.6  # of all outings
_VISITS_PER_OUTING = 1.9
_OUTINGS_OF_A_REGULAR, _OUTINGS_OF_OTHERS = 6.0, 1.4
_MOST_OUT_A_DAY = 0.4  # of all who ever go out
_OF_ONE_PHONE = 0.05  # at most, of a day's visits
_HOUSEHOLD = 1 + MOST_COMPANIONS


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

    def visitors(self) -> Iterator[tuple[Visitor, date]]:
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
        reached, told = 0.0, 0
        for day, weight in zip(self.days, weights, strict=True):
            reached += weight
            up_to = round(self.visits * reached / sum(weights))
            yield day, up_to - told
            told = up_to

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
