"""What a poster says: of its venue, and the fixed words in its three languages.

The language of a page makes no difference to it. `|` is written here for the zero-width space
between Khmer words, `~` for a space that holds two words together.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Self
from urllib.parse import urlsplit

from districts.days import local_day
from documents.fonts import BREAK, printable
from venues import codes

if TYPE_CHECKING:
    from venues.models import Poster


class PosterSize(StrEnum):
    """Several posters of the smaller sizes share a sheet of A4."""

    A4 = "a4"
    A5 = "a5"
    A6 = "a6"
    CARD = "card"

    @property
    def width(self) -> float:
        """In millimetres."""
        return _MILLIMETRES[self][0]

    @property
    def height(self) -> float:
        """In millimetres."""
        return _MILLIMETRES[self][1]


_MILLIMETRES = {
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

    @classmethod
    def of(cls, poster: "Poster") -> Self:
        return cls(
            venue_name=poster.venue.name,
            place=poster.venue.place,
            code=poster.code,
            serial=poster.serial,
            issued_on=local_day(poster.issued_at),
            address=poster.address,
        )

    @property
    def shown_name(self) -> str:
        """The name in our fonts' letters; one of which nothing is left gives way to the code."""
        name = printable(self.venue_name)
        if any(character.isalnum() for character in name):
            return name
        return f"Địa điểm {codes.displayed(self.code)}"

    @property
    def site(self) -> str:
        """The host that people type."""
        return printable(urlsplit(self.address.lower()).netloc)

    @property
    def serial_line(self) -> str:
        return f"{' · '.join(_SERIAL)} {printable(self.serial)}"

    @property
    def issued_line(self) -> str:
        return f"{' · '.join(_ISSUED)} {self.issued_on:%d/%m/%Y}"


class Wording(NamedTuple):
    """One sentence in the poster's three languages."""

    vietnamese: str
    khmer: str
    english: str


def _wording(*sentences: str) -> Wording:
    return Wording(*(sentence.replace("|", BREAK).replace("~", "\u00a0") for sentence in sentences))


TITLE = _wording(
    "QUÉT MÃ – KHAI BÁO Y TẾ",
    "ស្កេន|កូដ ដើម្បី|ប្រកាស|សុខភាព",
    "Scan to declare your health",
)
OTHER_TITLES = f"{TITLE.khmer}   ·   {TITLE.english}"

STEPS = (
    _wording(
        "Quét mã bằng camera~điện~thoại",
        "ស្កេន|ដោយ|កាមេរ៉ា|ទូរសព្ទ",
        "Scan with phone camera",
    ),
    _wording("Khai báo y~tế trên~điện~thoại", "ប្រកាស|សុខភាព|លើ|ទូរសព្ទ", "Declare your health"),
    _wording(
        "Đưa phiếu~xanh cho người~trực~cửa",
        "បង្ហាញ|បង្កាន់ដៃ|បៃតង|នៅ|ទ្វារ",
        "Show green receipt at door",
    ),
)

CANNOT_SCAN = _wording(
    "Không quét được? Vào {site} và nhập mã ở trên.",
    "ស្កេន|មិន|បាន? ចូល {site} ហើយ|វាយ|កូដ|ខាង|លើ។",
    "Can’t scan? Go to {site} and type the code above.",
)

NO_SMARTPHONE = _wording(
    "Không có điện thoại thông minh? Hãy hỏi người trực.",
    "គ្មាន|ស្មាតហ្វូន? សូម|សួរ|អ្នក|ប្រចាំការ។",
    "No smartphone? Ask the person on duty.",
)

_SERIAL = _wording("Số", "លេខ", "No.")
_ISSUED = _wording("Ngày cấp", "ថ្ងៃ|ចេញ", "Issued")
