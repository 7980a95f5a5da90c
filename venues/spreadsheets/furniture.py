"""What stands in a list between its venues: sections, totals, signatures, headings once more."""

import re
from collections.abc import Sequence
from enum import StrEnum

from districts.names import folded
from venues.kind_words import kind_called
from venues.misread import misread
from venues.spreadsheets.headings import ListColumn

from .headings import Headings, columns_of, is_numbering


class PassedOver(StrEnum):
    """Why a row is no venue."""

    HEADINGS = "headings"
    NUMBERING = "numbering"
    SECTION = "section"
    TOTAL = "total"
    FOOTER = "footer"
    EXAMPLE = "example"
    NUMBER_ONLY = "number_only"


# The template's rows that show how; whoever leaves them in means no venue by them.
_LONGEST_EXAMPLE = 20  # characters up to the colon
_EXAMPLE = re.compile(r"(vi du|example) ?:")
# "Tổng công ty Điện lực" is a venue: after the word only a number or what was counted follows.
_TOTAL = re.compile(
    r"((tong|cong)( cong| so| con)?|total|sum|សរុប)"
    r"( (cac |so )?(dia diem|co so|ho|dong|danh sach|xa|phuong|khom|ap|trang|luy ke)\b.*)?"
    r"[\s:.,=\d()]*(co so|ho|dia diem|venues)?(\(.*\))?[.:/]*"
    r"|(an dinh )?danh sach (nay )?(co|gom)\b.*"
)
_FOOTER = re.compile(
    r"\(?(nguoi lap|lap bieu|nguoi (viet|ghi|kiem|thong ke|bao cao)|tm\b|kt\b|t/m|k/t|tl\b|tuq\b|"
    r"chu tich|pho chu tich|truong (ban|phong|tram|khom|ap|cong an)|pho truong|giam doc|"
    r"thu truong|ke toan|xac nhan|noi nhan|ghi chu|luu y|chu thich|ky(,| ten| va| ghi)|ky$|"
    r"da ky|dong dau|uy ban nhan dan|ubnd|cong hoa xa hoi|doc lap|trang \d|page \d|prepared by|"
    r"signature|signed|approved by|note)\b.*|"
    r".*\bngay\b[\s.…_\d]*\bthang\b[\s.…_\d]*\bnam\b.*|[-–—_.*=\s…]+|.*ky( va)?,? ghi ro ho ten.*"
)
_SECTION = re.compile(
    r"\W*((khom|ap|xa|phuong|thi tran|thi xa|thanh pho|huyen|khu( vuc| pho)?|to( dan pho)?|tdp|"
    r"duong|tuyen|dia ban|nhom|phan|muc|loai( hinh)?|cum|kv|p\.|x\.|h\.|tp\.?|tt\.?)\b"
    r"|ភូមិ|ឃុំ|សង្កាត់|ស្រុក).*"
)
_SECTION_NUMBER = re.compile(r"\(?([ivxlc]+|[a-h])[.):/-]?", re.IGNORECASE)
_NUMBER = re.compile(r"\(?[\d.,]+[.)]?")
_LONG_NUMBER = re.compile(r"\d{8}")
_DIGIT = re.compile(r"\d")
_SIGNERS, _MOST_TEXTS = 3, 4  # cells


def passed_over(
    cells: Sequence[str], headings: Headings, is_below_the_end: bool
) -> PassedOver | None:
    """Return why a row is no venue, or None where it may be one."""
    filled = list(dict.fromkeys(" ".join(cell.split()) for cell in cells if cell.strip()))
    texts = [cell for cell in filled if not _is_number(cell)]
    if not texts:
        return _of_numbers(cells, headings)
    name = headings.columns[ListColumn.NAME]
    if name < len(cells) and _EXAMPLE.match(folded(cells[name][:_LONGEST_EXAMPLE])):
        return PassedOver.EXAMPLE
    if len(texts) <= _MOST_TEXTS and not _tells_phone(filled):
        why = _by_its_words(filled, texts)
        if why or (is_below_the_end and len(filled) <= _SIGNERS):
            return why or PassedOver.FOOTER
    return PassedOver.HEADINGS if _are_headings(texts, cells, headings) else None


def _by_its_words(filled: list[str], texts: list[str]) -> PassedOver | None:
    plain = list(map(_plain, texts))
    if all(map(_FOOTER.fullmatch, plain)):
        return PassedOver.FOOTER
    if _TOTAL.fullmatch(" ".join(plain)):
        return PassedOver.TOTAL
    is_numbered = len(filled) == 2 and _SECTION_NUMBER.fullmatch(filled[0])
    is_section = len(texts) == 1 and (_SECTION.fullmatch(plain[0]) or kind_called(texts[0]))
    return PassedOver.SECTION if is_numbered or is_section else None


def _plain(text: str) -> str:
    old = misread(text)
    return folded(old.proposal if old and old.proposal else text)


def section_text(cells: Sequence[str]) -> str:
    """Return what a section is called: "Khóm 3" of "I. | Khóm 3"."""
    texts = [" ".join(cell.split()) for cell in cells if cell.strip()]
    return max(texts, key=len)


def _of_numbers(cells: Sequence[str], headings: Headings) -> PassedOver | None:
    if is_numbering(cells):
        return PassedOver.NUMBERING
    used = [cells[place] for place in headings.columns.values() if place < len(cells)]
    return None if any(map(_LONG_NUMBER.search, used)) else PassedOver.NUMBER_ONLY


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell)) and not _LONG_NUMBER.search(cell)


def _tells_phone(filled: Sequence[str]) -> bool:
    return any(_LONG_NUMBER.search(re.sub(r"[\s.-]", "", cell)) for cell in filled)


def _are_headings(texts: list[str], cells: Sequence[str], headings: Headings) -> bool:
    """Whether a row is the headings once more, as at the top of each printed page."""
    if texts[0] in headings.texts and set(texts) <= set(headings.texts):
        return True
    if any(map(_DIGIT.search, texts)):
        return False
    columns = columns_of(cells)
    return len(columns) > 3 and columns.items() <= headings.columns.items()
