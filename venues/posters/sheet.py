"""What one poster says of its venue, and the sizes of paper it is printed on."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Paper(StrEnum):
    A4 = "a4"
    A5 = "a5"

    @property
    def width(self) -> float:
        """In millimetres."""
        return 210.0 if self is Paper.A4 else 148.0

    @property
    def height(self) -> float:
        return 297.0 if self is Paper.A4 else 210.0


@dataclass(frozen=True)
class PosterSheet:
    """The particulars of one poster; `address` is the whole URL that its code leads to."""

    venue_name: str
    place: str
    code: str
    serial: str
    issued_on: date
    address: str
