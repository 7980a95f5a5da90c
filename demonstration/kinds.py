"""What is typical for a kind of venue: how many there are, how busy, at which hours and days."""

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from venues.kinds import Kind

EVERY_DAY = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Habit:
    """A kind's share of all venues, its crowd, arrivals by the hour and by the weekday."""

    share: int
    crowd: float
    first_hour: int
    arrivals: str
    weekdays: tuple[float, ...] = EVERY_DAY
    duty: float = 0.06

    @cached_property
    def by_hour(self) -> list[float]:
        """Arrivals up to and with each hour of the day, summed."""
        digits = [0] * self.first_hour + [int(digit) for digit in self.arrivals]
        return list(accumulate([*digits, *[0] * (24 - len(digits))], initial=0.0))[1:]

    def is_open(self, hour: int) -> bool:
        """Tell whether people arrive in this hour at all."""
        return self.by_hour[hour] > (self.by_hour[hour - 1] if hour else 0)


_OFFICE_DAYS = (1.2, 1.0, 1.0, 1.0, 1.1, 0.05, 0.0)
_WORK_DAYS = (1.0, 1.0, 1.0, 1.0, 1.0, 0.7, 0.1)
_WEEKENDS = (0.7, 0.7, 0.7, 0.8, 1.0, 1.6, 1.7)

# One digit for each hour from the first on; `duty` is the share scanned by a person on duty.
HABITS = {
    Kind.MARKET: Habit(13, 26, 4, "27996411112211", (1, 0.9, 0.9, 1, 1, 1.3, 1.5), duty=0.3),
    Kind.SUPERMARKET: Habit(3, 14, 7, "23443224456531", _WEEKENDS, duty=0.35),
    Kind.SHOP: Habit(29, 2, 6, "356543224455321"),
    Kind.RESTAURANT: Habit(17, 4, 6, "4321269411259851", _WEEKENDS),
    Kind.OFFICE: Habit(6, 5, 7, "59841248521", _OFFICE_DAYS, duty=0.15),
    Kind.COMPANY: Habit(3, 3, 6, "3961263", _WORK_DAYS, duty=0.1),
    Kind.FACTORY: Habit(2, 8, 5, "39711152", _WORK_DAYS, duty=0.2),
    Kind.HEALTH: Habit(7, 6, 6, "48987435765431", (1.3, 1, 1, 1, 1, 0.9, 0.6), duty=0.2),
    Kind.SCHOOL: Habit(3, 6, 6, "9621134421", _OFFICE_DAYS, duty=0.1),
    Kind.HOTEL: Habit(2, 2, 9, "111345666543", _WEEKENDS),
    Kind.WORSHIP: Habit(4, 3, 5, "345432111345321", _WEEKENDS),
    Kind.TRANSPORT: Habit(2, 9, 4, "3687543334565431", _WEEKENDS, duty=0.2),
    Kind.SERVICE: Habit(6, 3, 7, "3665433455432", (1, 0.9, 0.9, 1, 1, 1.3, 1.1)),
    Kind.EVENT: Habit(1, 6, 7, "3531124456842", (0.2, 0.2, 0.3, 0.3, 0.6, 2, 2.2)),
    Kind.CHECKPOINT: Habit(1, 9, 5, "257765445677532", duty=0.5),
    Kind.OTHER: Habit(2, 2, 6, "333332234455432"),
}
