"""What a code at the door says of a person, in every format that people in Vietnam carry."""

from .cards import Card, Kind, Refusal
from .reading import read

__all__ = ["Card", "Kind", "Refusal", "read"]
