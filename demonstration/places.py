"""The venues of the demonstration: what is typical for a kind, where they are, and how they are used."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import accumulate, count
from random import Random

from django.contrib.auth.hashers import make_password

from accounts.models import Account, Role
from districts.days import day_start, local_day
from districts.models import Unit
from venues import codes
from venues.kinds import Kind
from venues.models import Poster, Venue

from . import names
from .names import address, sign

EVERY_DAY = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
_OFFICE_DAYS = (1.2, 1.0, 1.0, 1.0, 1.1, 0.05, 0.0)
_WORK_DAYS = (1.0, 1.0, 1.0, 1.0, 1.0, 0.7, 0.1)
_WEEKENDS = (0.7, 0.7, 0.7, 0.8, 1.0, 1.6, 1.7)
# A town's trade serves the country around it.
_TOWN_FACTOR = 2.5
_SILENT, _STOPPED, _ONE_PHONE, _NO_EXITS = 0.11, 0.04, 0.02, 0.06
_OWNERS_PHONE = 0.008  # of those with one phone, the rest is somebody else's
_REPLACED = 0.03
_BATCH = 1000


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


@dataclass(frozen=True, slots=True)
class Place:
    """A venue as the demonstration uses it; where one phone comes alone, it may be the owner's."""

    venue_id: int
    kind: Kind
    commune_id: int
    district_id: int
    crowd: float
    used_from: date
    used_until: date | None
    one_phone: bool
    owners_phone: str
    exits: bool

    def is_used_on(self, day: date) -> bool:
        return self.used_from <= day and (self.used_until is None or day < self.used_until)


def population(communes: list[Unit]) -> dict[int, float]:
    """Return the weight of each commune by its unit id: its people, or one where unknown."""
    return {commune.pk: float(commune.inhabitants or 1) for commune in communes}


def make_places(
    rng: Random, communes: list[Unit], number: int, days: tuple[date, date]
) -> list[Place]:
    """Store the venues with their owners and posters; return how they will be used."""
    owners = _owners(rng, max(1, number * 3 // 5))
    venues = [
        Venue(
            kind=kind,
            commune=commune,
            address=address(rng, commune),
            registered_at=_registered_at(rng, days),
            **_owned(owners[_owner_of(rng, nth, len(owners))]),
        )
        for nth, (commune, kind) in enumerate(_sites(rng, communes, number))
    ]
    _name(rng, venues)
    Venue.objects.bulk_create(venues, batch_size=_BATCH)
    Poster.objects.bulk_create(_posters(rng, venues, day_start(days[1])), batch_size=_BATCH)
    return [_place(rng, venue, days) for venue in venues]


def _sites(rng: Random, communes: list[Unit], number: int) -> Iterator[tuple[Unit, Kind]]:
    """Yield a commune and a kind for each venue: each commune and each kind first comes once."""
    people = population(communes)
    weights = [
        people[commune.pk] * (1.0 if commune.kind == "xã" else _TOWN_FACTOR) for commune in communes
    ]
    by_size = [c for _w, c in sorted(zip(weights, communes, strict=True), key=lambda p: -p[0])]
    more = rng.choices(communes, weights, k=max(0, number - len(communes)))
    kinds = list(HABITS)
    for commune in by_size[:number]:
        yield commune, rng.choice([Kind.MARKET, Kind.MARKET, Kind.SHOP, Kind.OFFICE])
    for nth, commune in enumerate(more):
        shares = [habit.share for habit in HABITS.values()]
        yield commune, kinds[nth] if nth < len(kinds) else rng.choices(kinds, shares)[0]


def _owners(rng: Random, number: int) -> list[Account]:
    """Store the owners, or find those of an earlier demonstration, by their invented phones."""
    phones = [f"+84900{nth:06d}" for nth in range(1, min(number, 99_999) + 1)]
    unusable = make_password(None)
    Account.objects.bulk_create(
        [
            Account(
                phone=phone,
                name=names.person(rng, male=rng.random() < 0.5),
                role=Role.OWNER,
                password=unusable,
            )
            for phone in phones
        ],
        batch_size=_BATCH,
        ignore_conflicts=True,
    )
    return list(Account.objects.filter(phone__in=phones).order_by("phone"))


def _owner_of(rng: Random, nth: int, owners: int) -> int:
    """Return whose the nth venue is: the first owner has a chain, most have one venue."""
    if nth % 40 == 0 and nth < 200:
        return 0
    return nth if nth < owners else rng.randrange(owners)


def _owned(owner: Account) -> dict[str, object]:
    return {
        "owner": owner,
        "responsible_name": owner.name or str(owner),
        "responsible_phone": owner.phone,
    }


def _registered_at(rng: Random, days: tuple[date, date]) -> datetime:
    """Return a moment in office hours of the six weeks before, for some in the days themselves."""
    length = (days[1] - days[0]).days
    offset = rng.randrange(length) if length and rng.random() < 0.08 else -rng.randint(1, 42)
    seconds = rng.randrange(7 * 3600, 17 * 3600)
    return day_start(days[0] + timedelta(days=offset)) + timedelta(seconds=seconds)


def _name(rng: Random, venues: list[Venue]) -> None:
    """Name the venues; two of one name in a district get a number."""
    taken: set[tuple[int | None, str]] = set()
    for venue in venues:
        for attempt in count():
            venue.name = sign(rng, Kind(venue.kind), venue.commune)
            if attempt > 3:
                venue.name += f" – cơ sở {attempt - 2}"
            if (venue.commune.parent_id, venue.name) not in taken:
                break
        taken.add((venue.commune.parent_id, venue.name))


def _posters(rng: Random, venues: list[Venue], before: datetime) -> Iterator[Poster]:
    """Yield a poster for each venue; a few were torn down and replaced."""
    for venue in venues:
        first = Poster(venue=venue, code=_code(rng), number=1, issued_at=venue.registered_at)
        replaced_at = venue.registered_at + timedelta(days=rng.uniform(1, 9))
        if rng.random() < _REPLACED and replaced_at < before:
            first.revoked_at = replaced_at
            yield Poster(venue=venue, code=_code(rng), number=2, issued_at=replaced_at)
        yield first


def _code(rng: Random) -> str:
    """Return a poster's code that depends on the seed alone."""
    body = "".join(rng.choices(codes.ALPHABET, k=codes.LENGTH - 1))
    return next(body + last for last in codes.ALPHABET if codes.is_code(body + last))


def _place(rng: Random, venue: Venue, days: tuple[date, date]) -> Place:
    kind, chance = Kind(venue.kind), rng.random()
    length = (days[1] - days[0]).days + 1
    used_until = None
    if chance < _SILENT:
        used_until = date.min
    elif chance < _SILENT + _STOPPED:
        used_until = days[0] + timedelta(days=max(1, int(length * rng.uniform(0.3, 0.7))))
    return Place(
        venue_id=venue.pk,
        kind=kind,
        commune_id=venue.commune_id,
        district_id=venue.commune.parent_id or 0,
        crowd=HABITS[kind].crowd * min(rng.paretovariate(1.2), 40),
        used_from=local_day(venue.registered_at) + timedelta(days=1),
        used_until=used_until,
        one_phone=1 - chance < _ONE_PHONE,
        owners_phone=venue.responsible_phone if 1 - chance < _OWNERS_PHONE else "",
        exits=rng.random() >= _NO_EXITS,
    )
