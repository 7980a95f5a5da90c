"""What a code at the door says of a person, in every format that people in Vietnam carry."""

from .cards import Card, CardKind
from .reading import read

__all__ = ["Card", "CardKind", "read"]
