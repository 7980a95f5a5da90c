"""What one poster says of its venue, and the sizes it is printed in."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PosterSize(StrEnum):
    """A poster's size; several of the smaller ones share a sheet of A4."""

    A4 = "a4"
    A5 = "a5"
    A6 = "a6"
    CARD = "card"

    @property
    def width(self) -> float:
        """In millimetres."""
        return _SIZES[self][0]

    @property
    def height(self) -> float:
        return _SIZES[self][1]


_SIZES = {
    PosterSize.A4: (210.0, 297.0),
    PosterSize.A5: (148.0, 210.0),
    PosterSize.A6: (105.0, 148.0),
    PosterSize.CARD: (105.0, 74.0),
}


@dataclass(frozen=True)
class PosterSheet:
    """The particulars of one poster; `address` is the whole URL that its code leads to."""

    venue_name: str
    place: str
    code: str
    serial: str
    issued_on: date
    address: str
