"""How many people a door may ask about: what is beyond is noted as ever, and told nothing."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from database.prepared import rows_prepared
from declarations.models import Evidence
from stations.models import Direction, Station

from .items import Item

# One person every four seconds for a whole hour, without a pause; three such doors at one venue.
# Whoever is asked the three questions at a door takes longer.
MOST_OF_A_STATION, MOST_OF_A_VENUE = 900, 2700
_HOUR = timedelta(hours=1)

# Until the end of the transaction no other batch of this station goes on.
_TURN = """
SELECT revoked_at, newest_at, CASE WHEN asking_since > %(since)s THEN asking_since END,
    CASE WHEN asking_since > %(since)s THEN asked ELSE 0 END,
    (SELECT coalesce(sum(other.asked), 0)::int FROM stations_station other
     WHERE other.venue_id = station.venue_id AND other.id <> station.id
       AND other.asking_since > %(since)s)
FROM stations_station station WHERE id = %(station)s FOR UPDATE
"""


class Turn(NamedTuple):
    """A station as it is while its batch is taken, and whom it and its venue asked about."""

    revoked_at: datetime | None
    newest_at: datetime | None
    asking_since: datetime | None
    asked: int
    asked_elsewhere: int

    @property
    def left(self) -> int:
        """About how many people more it may ask."""
        of_venue = MOST_OF_A_VENUE - self.asked - self.asked_elsewhere
        return max(0, min(MOST_OF_A_STATION - self.asked, of_venue))


def turn_of(station: Station, now: datetime) -> Turn:
    """Wait for the station's turn, and return how it stands."""
    return Turn(*rows_prepared(_TURN, station=station.pk, since=now - _HOUR)[0])


def ask(turn: Turn, items: list[Item]) -> int:
    """Mark the scans of people beyond what a door can let in; return about how many it asks.

    Whoever is asked about twice counts twice: a door that remembers whom it was told nothing of
    would be told by asking again. What is only said more of a typed person asks nothing.
    """
    places: dict[UUID, int] = {}
    for item in items:
        is_asking = item.known is None or item.evidence == Evidence.SCANNED
        if item.visitor and item.counts and item.direction == Direction.IN and is_asking:
            place = places.setdefault(item.visitor, len(places))
            item.is_beyond = place >= turn.left
    return len(places)
