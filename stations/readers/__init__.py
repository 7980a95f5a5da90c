"""What a code at the door says of a person, in every format that people in Vietnam carry."""

from stations.readers.cards import CardKind

from .cards import Card, Refusal
from .reading import read

__all__ = ["Card", "CardKind", "Refusal", "read"]
