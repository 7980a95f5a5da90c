"""Makes a paired station, as most tests of the door need one."""

from datetime import timedelta

from django.utils import timezone

from stations.models import Station
from stations.secrets import hashed, new_key
from venues.models import Venue


def station(venue: Venue, name: str = "Cổng chính", **changes) -> Station:
    """Make a station that is paired with a phone; `.key` is its key in plain."""
    key, now = new_key(), timezone.now()
    details = {
        "made_by": venue.owner,
        "made_at": now - timedelta(days=8),
        "paired_at": now - timedelta(days=8),
        "key_hash": hashed(key),
    }
    made = Station.objects.create(venue=venue, name=name, **details | changes)
    made.key = key
    return made
