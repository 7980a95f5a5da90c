"""One person's sightings at doors and posters, told in any order, in any batches."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from uuid import UUID

from django.utils import timezone

from declarations import personal_codes
from declarations.check_in import CheckIn
from declarations.identities import Person as Typed
from declarations.models import Visit, Visitor
from declarations.nonces import Nonce, Receipt
from declarations.outcomes import Answers
from declarations.settling import check_out, close_visits
from districts.days import day_period
from stations.models import Direction, Station
from stations.recording.answered import DoorCounts
from stations.recording.sent import Batch, Said, Sent, Way
from stations.recording.taking import take
from tests import make, make_stations
from venues.kinds import Kind
from venues.models import Venue

HEALTHY = Answers(0, False, False, False, False)
SOMEBODY = Typed("Nguyễn Văn An", 1975, "+84987654321")
_numbers = count(1)


@dataclass(frozen=True)
class Sighting:
    """Somebody seen by a door going in or out, by a poster coming, or by their own tap leaving."""

    place: int
    minute: int
    how: str  # in, out, poster, tap
    number: int = field(default_factory=lambda: next(_numbers))


@dataclass
class Place:
    venue: Venue
    station: Station


class Person:
    """Somebody with a card of ours, and the places where they may be seen."""

    def __init__(self, *kinds: str) -> None:
        self.visitor: Visitor = make.visitor(SOMEBODY.full_name, SOMEBODY.phone)
        self.card = personal_codes.code_of(self.visitor.key)
        self.start = make.moment("00:00", days_ago=3)
        self.places = []
        for number, kind in enumerate(kinds or (Kind.MARKET, Kind.SHOP, Kind.HEALTH)):
            venue = make.venue(f"Nơi {number}", kind=kind)
            self.places.append(Place(venue, make_stations.station(venue)))

    def at(self, minute: int) -> datetime:
        return self.start + timedelta(minutes=minute)

    def tell(self, seen: list[Sighting], *, undone: bool = False) -> None:
        """Tell of sightings of one place in one batch, or of one at a poster."""
        first = seen[0]
        place, moment = self.places[first.place], self.at(first.minute)
        if first.how == "poster":
            form = CheckIn(place.venue.pk, self._form(first), [SOMEBODY], HEALTHY)
            form.record(moment + timedelta(minutes=first.number % 50))
        elif first.how == "tap":
            arrival = Sighting(first.place, first.minute - 20, "poster", first.number)
            self.tell([arrival])
            check_out(Receipt(place.venue.pk, self._form(arrival)), moment)
        else:
            now = timezone.now()
            scans = [
                Sent(
                    UUID(int=one.number << 64), self.at(one.minute), Way(one.how),
                    None if undone else Said(self.card), is_undo=undone,
                )
                for one in seen
            ]  # fmt: skip
            take(place.station, Batch(now, scans), now)

    def stays(self) -> set[tuple]:
        """Every visit there is, in minutes."""
        return {
            (
                self._place(visit), self._minute(visit.entered_at), self._minute(visit.left_at),
                visit.left_word, self._minute(visit.possible_since), visit.is_interrupted,
            )
            for visit in Visit.objects.all()
        }  # fmt: skip

    def is_seen(self, sighting: Sighting) -> bool:
        """Whether a sighting lies in what is possible of some stay there."""
        minutes = [sighting.minute, sighting.minute - 20] if sighting.how == "tap" else [
            sighting.minute
        ]  # fmt: skip
        return all(
            any(
                place == sighting.place and (entered if since is None else since) <= minute <= left
                for place, entered, left, _word, since, _interrupted in self.stays()
            )
            for minute in minutes
        )

    def _form(self, seen: Sighting) -> Nonce:
        moment = int(self.at(seen.minute).timestamp() * 1000)
        return Nonce(moment, seen.number)

    def _place(self, visit: Visit) -> int:
        return [place.venue.pk for place in self.places].index(visit.venue_id)

    def _minute(self, moment: datetime | None) -> float | None:
        return (moment - self.start) / timedelta(minutes=1) if moment else None


def shuffled(person: Person, seen: list[Sighting], rng: Random) -> None:
    """Tell of everything in some order and some batches, with housekeeping in between."""
    waiting = rng.sample(seen, len(seen))
    while waiting:
        first = waiting.pop()
        together = [first]
        if first.how in ("in", "out"):
            together += [
                one for one in waiting
                if one.place == first.place and one.how in ("in", "out") and rng.random() < 0.4
            ]  # fmt: skip
        for one in together[1:]:
            waiting.remove(one)
        person.tell(together)
        if rng.random() < 0.2:
            close_visits(person.at(rng.randrange(5000)))
        if first.how in ("in", "out") and rng.random() < 0.1:
            person.tell(together)


def counted_anew(station: Station, day: date) -> DoorCounts:
    """Return what the kept counts of a station should say."""
    start, end = day_period(day)
    scans = station.scan_set.filter(at__gte=start, at__lt=end, refusal="", undone_at=None)
    passed = scans.filter(is_doubled=False)
    return DoorCounts(*(passed.filter(direction=way).count() for way in Direction))
