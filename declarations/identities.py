"""Keyed hashes by which a person is known without being named."""

import hashlib
import hmac
from uuid import UUID

from django.conf import settings

from districts.names import folded


def visitor_key(phone: str, full_name: str, birth_year: int) -> UUID:
    """Return the key of a visitor: the same for the same phone, name and year of birth.

    Case, spaces and diacritics of the name do not count: cards carry names without them.
    """
    return _hashed("visitor", phone, folded(full_name), str(birth_year))


def phone_hash(phone: str) -> UUID:
    """Return the hash under which a normalised phone number is searched."""
    return _hashed("phone", phone)


def document_hash(number: str) -> UUID:
    """Return the hash under which an identity document is searched."""
    return _hashed("document", "".join(number.split()).upper())


def card_hash(number: str) -> UUID:
    """Return the hash under which a card that was scanned at a door is recognised.

    It is another one than that of a document somebody typed, so that nobody can lead somebody
    else's card to themselves by typing its number.
    """
    return _hashed("card", "".join(number.split()).upper())


def session_hash(session_key: str) -> UUID:
    """Return the hash under which a session's unlocked key is found."""
    return _hashed("session", session_key)


def mask(full_name: str, phone: str) -> str:
    """Return what may stay readable of a person: N.V.A · 678, as much of it as is known."""
    initials = [word[0].upper() for word in full_name.split() if word[0].isalnum()]
    return " · ".join(filter(None, [".".join(initials[:6]), phone[-3:]]))


def _hashed(*parts: str) -> UUID:
    message = "\x1f".join(parts).encode()
    digest = hmac.digest(settings.HASH_KEY.encode(), message, hashlib.sha256)
    return UUID(bytes=digest[:16])
