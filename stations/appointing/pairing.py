"""A station from its pairing code to its end: made, paired with one phone, revoked."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Account
from stations.models import Station
from stations.secrets import hashed, key_of, new_pairing_code
from venues.models import Venue

PAIRING_TIME = timedelta(minutes=10)


def make_station(venue: Venue, name: str, by: Account, now: datetime) -> tuple[Station, str]:
    """Make a station; return it and its pairing code, of which the station keeps a hash alone."""
    code = new_pairing_code()
    station = Station.objects.create(
        venue=venue,
        name=name,
        made_by=by,
        made_at=now,
        pairing_hash=hashed(code),
        pairing_until=now + PAIRING_TIME,
    )
    return station, code


def station_to_pair(code: str, now: datetime) -> Station | None:
    """Return the station that waits for a phone with this pairing code."""
    waiting = Station.objects.waiting(now).select_related("venue__commune__parent")
    return waiting.filter(pairing_hash=hashed(code), venue__closed_at=None).first()


@transaction.atomic
def pair(code: str, phone: str, device: str, now: datetime) -> str | None:
    """Give a phone the key of its station; None where another was quicker, or the code is old.

    `phone` is the word of the page that was open on it: sent twice it gets its key twice. The row
    is locked: of two phones with one code only one becomes the station.
    """
    key = key_of(code, phone)
    lately = Station.objects.in_use().filter(paired_at__gt=now - PAIRING_TIME)
    if lately.filter(key_hash=hashed(key)).exists():
        return key
    waiting = Station.objects.waiting(now).select_for_update(of=("self",))
    station = waiting.filter(pairing_hash=hashed(code), venue__closed_at=None).first()
    if station is None:
        return None
    station.key_hash, station.pairing_hash, station.pairing_until = hashed(key), None, None
    station.paired_at, station.seen_at, station.device = now, now, device[:60]
    station.save()
    return key


def revoke(station: Station, now: datetime) -> None:
    """End a station at once; what its phone still holds counts up to now."""
    Station.objects.filter(pk=station.pk, revoked_at=None).update(
        revoked_at=now, pairing_hash=None, pairing_until=None
    )
