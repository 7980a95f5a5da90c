"""When two venues are one: the same sign at the same address.

The same sign with the same phone at another address may be another outlet: that is asked.
"""

import hashlib
from typing import NamedTuple
from uuid import UUID

from districts.models import Unit
from districts.names import compared, folded
from forms.phones import displayed
from venues.models import Import, Venue

_SHOWN = 120  # characters


class ToldVenue(NamedTuple):
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


def outlet_of(told: ToldVenue) -> str:
    """Return what is asked about where one sign and phone stand at two addresses."""
    return f"{told.name[:_SHOWN]} · {displayed(told.phone)}"


def registration_of(told: ToldVenue) -> UUID:
    """Return what makes a row's venue unique in the database: brought in twice, it is there once."""
    return UUID(bytes=place_key(told.name, told.address, told.commune_id), version=5)


class Register:
    """The venues of an area, closed ones too, by their keys; it can catch up with what is new.

    `but` is an import whose own venues do not count as others of the same phone: its rows were
    compared with each other when they were checked.
    """

    def __init__(self, area: Unit, but: Import | None = None) -> None:
        self._venues, self._but = Venue.objects.within(area), but.pk if but else None
        self._newest = 0
        self._places: set[bytes] = set()
        self._phones: dict[bytes, str] = {}
        self.catch_up()

    def catch_up(self) -> None:
        """Learn the venues that were made since."""
        columns = (
            *("pk", "name", "address", "commune_id", "brought_in_by_id"),
            *("responsible_phone", "owner__phone"),
        )
        newer = self._venues.filter(pk__gt=self._newest).order_by("pk")
        for pk, name, address, commune_id, by, *phones in newer.values_list(*columns).iterator():
            self._newest = pk
            self._places.add(place_key(name, address, commune_id))
            if by is None or by != self._but:
                keys = (phone_key(name, phone, commune_id) for phone in phones if phone)
                self._phones |= dict.fromkeys(keys, address)

    def has(self, told: ToldVenue) -> bool:
        """Whether a venue of this sign stands at this address already."""
        return place_key(told.name, told.address, told.commune_id) in self._places

    def address_of_phone(self, told: ToldVenue) -> str | None:
        """Return where in the commune a venue of this sign and phone is, if there is one."""
        return self._phones.get(phone_key(told.name, told.phone, told.commune_id))


def _key(*parts: str | int) -> bytes:
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=16).digest()
