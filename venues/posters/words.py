"""The fixed words of every poster in its three languages, whatever language a page is in.

`|` is written here for the zero-width space between Khmer words, `~` for a space that holds two
words together.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from documents.fonts import BREAK


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

SERIAL = _wording("Số", "លេខ", "No.")
ISSUED = _wording("Ngày cấp", "ថ្ងៃ|ចេញ", "Issued")
UNNAMED = "Địa điểm {code}"

# The pages before a commune's posters are for officials, whose language is Vietnamese.
PARCEL = "{posters} bảng mã QR · {sheets} tờ · khổ {size}"
MADE_ON = "Lập ngày"
PAGE = "Trang"
LIST_HEADS = ("STT", "Số bảng", "Địa điểm", "Địa chỉ", "Người nhận ký")
SIZES = {
    "a4": "A4",
    "a5": "A5, 2 bảng một tờ A4",
    "a6": "A6, 4 bảng một tờ A4",
    "card": "thẻ để quầy, 8 thẻ một tờ A4",
}
BUNDLE = "Bảng mã QR – {where}"


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
