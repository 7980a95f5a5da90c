"""When two venues are one: the same sign at the same address, or with the same phone."""

import hashlib
from typing import NamedTuple
from uuid import UUID

from districts.models import Unit
from districts.names import compared, folded
from venues.models import Venue


class Told(NamedTuple):
    """What a good row tells of a venue."""

    name: str
    kind: str
    commune_id: int
    address: str
    responsible_name: str
    phone: str


def place_key(name: str, address: str, commune_id: int) -> bytes:
    """Return the key of a sign at an address; diacritics count, how they are typed does not."""
    return _key("place", commune_id, compared(name), compared(address))


def phone_key(name: str, phone: str, commune_id: int) -> bytes:
    """Return the key of a sign and a phone in a commune: a chain has one phone in many."""
    return _key("phone", commune_id, compared(folded(name)), phone)


def keys_of(told: Told) -> tuple[bytes, bytes]:
    """Return both keys of a row; a venue that has one of them is the same venue."""
    return (
        place_key(told.name, told.address, told.commune_id),
        phone_key(told.name, told.phone, told.commune_id),
    )


def registration_of(told: Told) -> UUID:
    """Return what makes a row's venue unique in the database: brought in twice, it is there once."""
    return UUID(bytes=place_key(told.name, told.address, told.commune_id), version=5)


class Register:
    """The keys of the venues of an area, closed ones too; it can catch up with what is new."""

    def __init__(self, area: Unit) -> None:
        self._venues = Venue.objects.within(area)
        self._newest = 0
        self.keys: set[bytes] = set()
        self.catch_up()

    def catch_up(self) -> None:
        """Learn the venues that were made since."""
        columns = (
            *("pk", "name", "address", "commune_id"),
            *("responsible_phone", "owner__phone"),
        )
        newer = self._venues.filter(pk__gt=self._newest).order_by("pk")
        for pk, name, address, commune_id, *phones in newer.values_list(*columns).iterator():
            self._newest = pk
            self.keys.add(place_key(name, address, commune_id))
            self.keys.update(phone_key(name, phone, commune_id) for phone in phones if phone)

    def has(self, told: Told) -> bool:
        """Whether the venue of a row is there already."""
        return not self.keys.isdisjoint(keys_of(told))


def _key(*parts: str | int) -> bytes:
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=16).digest()
