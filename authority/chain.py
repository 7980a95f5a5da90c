"""The chain of disclosures: each vouches for the one before, so that none can change or go."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC

from django.conf import settings
from django.db import connection

from authority.models import Disclosure

_TURN = 4_096_001  # of the advisory lock under which disclosures are added
_AT_ONCE = 5_000


@dataclass(frozen=True)
class Broken:
    """The first place at which the chain does not hold: `missing` or `changed`."""

    number: int
    how: str


def take_turns() -> None:
    """Wait until nobody else adds disclosures, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def append(rows: Iterable[Disclosure]) -> None:
    """Add disclosures at the end of the chain; after `take_turns`, in the same transaction."""
    newest = Disclosure.objects.newest_first().first()
    before, mac = (newest.number, bytes(newest.mac)) if newest else (0, b"")
    added = list(rows)
    for number, row in enumerate(added, before + 1):
        row.number = number
        row.mac = mac = _mac(mac, row)
    Disclosure.objects.bulk_create(added)


def verify() -> Broken | None:
    """Return the first disclosure that was removed or changed, or None when all hold.

    Whoever removes the newest ones leaves a chain that holds; `holds` tells by a mark noted before.
    """
    mac = b""
    for number, row in enumerate(_in_order(), start=1):
        if row.number != number:
            return Broken(number, "missing")
        if not hmac.compare_digest(bytes(row.mac), _mac(mac, row)):
            return Broken(number, "changed")
        mac = bytes(row.mac)
    return None


def mark() -> str:
    """Return what to note elsewhere of the newest disclosure: its number and 16 digits."""
    newest = Disclosure.objects.newest_first().first()
    return f"{newest.number}-{bytes(newest.mac).hex()[:16]}" if newest else ""


def holds(noted: str) -> bool:
    """Whether the disclosure of which a mark was noted is still there, as it was."""
    number, _, digits = noted.strip().partition("-")
    row = Disclosure.objects.filter(number=int(number)).first() if number.isdecimal() else None
    return row is not None and hmac.compare_digest(bytes(row.mac).hex()[:16], digits)


def _in_order() -> Iterator[Disclosure]:
    """Every disclosure by number, a few thousand in memory at a time."""
    last = -1
    while rows := list(Disclosure.objects.filter(number__gt=last).order_by("number")[:_AT_ONCE]):
        yield from rows
        last = rows[-1].number


def _mac(before: bytes, row: Disclosure) -> bytes:
    content = json.dumps(
        [
            row.number,
            row.at.astimezone(UTC).isoformat(timespec="microseconds"),
            [row.officer_id, row.officer_name, row.area_id, row.unit_name],
            [row.case_number, row.purpose, row.visitor.hex, row.mask, list(row.fields)],
            [row.together, row.second_officer_id, row.second_officer_name],
        ],
        ensure_ascii=False,
    )
    key = hmac.digest(settings.HASH_KEY.encode(), b"disclosures", hashlib.sha256)
    return hmac.digest(key, before + content.encode(), hashlib.sha256)
