"""Lists of venues as rows of text: where the headings are, which rows are venues, which are not."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, count, islice
from typing import Any, BinaryIO, NamedTuple

from accounts.turns import turn
from districts.names import folded
from documents.spreadsheets import is_reckoned
from venues.kinds import kind_called
from venues.misread import misread

from .files import Tables
from .headings import NEEDED, Headings, ListColumn, columns_of, headings_among, is_numbering
from .reading import (
    Oddity,
    RawRow,
    RawSheet,
    SheetRefused,
    with_dittos_written_out,
)
from .unpacking import unpacked

MOST_ROWS = 50_000
LARGEST = 20 * 1024 * 1024  # bytes
_PATIENCE = 5  # seconds until it is the turn of a first look at a file
# Of several sheets' reasons the one is told that comes nearest to a list of venues.
_NEARNESS = ("empty", "hidden_sheet", "no_headings", "columns_missing", "no_rows")

# An apostrophe keeps a text from being a formula; our own files have it, too. Clerks put one
# before a phone number, so that it stays a text.
_KEPT_FROM_ACTING = re.compile(r"'(?:\s*[=+\-@−]|[\d\s.]+$)")

# A list of one kind says it in its title, or is asked for it.
_ALWAYS_NEEDED = tuple(column for column in NEEDED if column != ListColumn.KIND)

# The template's rows that show how; whoever leaves them in means no venue by them.
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
_SIGNERS, _MOST_TEXTS = 3, 4  # cells
Cells = tuple[str, ...]


class ListRow(NamedTuple):
    """One row: its sheet's number, its own as the spreadsheet shows it, its cells, and more."""

    sheet: int
    row: int
    cells: Cells
    odd: dict[int, Oddity]
    section: str = ""


@dataclass(frozen=True)
class ListSheet:
    """A sheet of a workbook; when its lines have been gone through, it says what was passed over.

    `unread` is the reason why nothing is read of it, as a refusal's key and parameters.
    """

    number: int
    name: str
    headings: Cells = ()
    heading_row: int = 0
    columns: dict[ListColumn, int] = field(default_factory=dict)
    lines: Iterator[ListRow] = field(default_factory=lambda: iter(()))
    unread: tuple[str, dict[str, Any]] | None = None
    passed: dict[str, list[int]] = field(default_factory=dict)
    titles: tuple[str, ...] = ()

    @property
    def not_used(self) -> list[str]:
        """The headings of columns that nothing is taken from."""
        used = set(self.columns.values())
        return [text for place, text in enumerate(self.headings) if text and place not in used]


@dataclass(frozen=True)
class Book:
    """The sheets of a file, each to be gone through before the next."""

    sheets: Iterator[ListSheet]
    encoding: str = ""  # how its letters were read where that is not certain


@contextmanager
def open_book(file: BinaryIO) -> Iterator[Callable[[], Book]]:
    """Give what tells the lists in a file, told by its content; raise SheetRefused.

    They can be gone through again by asking for them again.
    """
    _check_size(file)
    with unpacked(file) as tables:
        yield lambda: book_of(tables())


def book_of(tables: Tables) -> Book:
    """Return the lists among the tables of a file."""
    encoding = tables.encoding or ""
    return Book(_sheets(tables.sheets), "" if encoding.startswith("utf") else encoding)


def look_at(file: BinaryIO) -> None:
    """Raise SheetRefused where a glance shows that a file is no list of venues."""
    _check_size(file)
    with turn("lists", 1, _PATIENCE), unpacked(file, is_glance=True) as tables:
        first = tables()
        if first.encoding is not None:
            next(sheet for sheet in book_of(first).sheets if not sheet.unread)
    file.seek(0)


def _check_size(file: BinaryIO) -> None:
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise SheetRefused("empty")
    if size > LARGEST:
        raise SheetRefused("too_large", most=LARGEST // 1024**2)


def _sheets(tables: Iterable[RawSheet]) -> Iterator[ListSheet]:
    """Yield every sheet with anything in it; where no venue is in any, say the best reason."""
    reasons = [SheetRefused("empty")]
    numbers = count(1)
    for number, table in enumerate(tables, start=1):
        sheet = _sheet(number, table, numbers)
        if sheet.unread != ("empty", {}):
            yield sheet
        key, params = sheet.unread or ("no_rows", {})
        reasons.append(SheetRefused(key, **params))
    if next(numbers) == 1:
        raise max(reasons, key=lambda reason: _NEARNESS.index(reason.key))


def _sheet(number: int, table: RawSheet, numbers: Iterator[int]) -> ListSheet:
    """Return a sheet with its lines, or with the reason why it is not read."""
    if table.is_hidden:
        return ListSheet(number, table.name, unread=("hidden_sheet", {}))
    rows = (row for row in table.rows if any(row.cells) or row.odd)
    first = list(islice(rows, 30))
    headings = headings_among([(row.row, row.cells) for row in first])
    if headings is None:
        params = {"columns": list(NEEDED)} if first else {}
        return ListSheet(number, table.name, unread=("no_headings" if first else "empty", params))
    if missing := [column for column in _ALWAYS_NEEDED if column not in headings.columns]:
        unread = ("columns_missing", {"row": headings.row, "columns": missing})
        return ListSheet(number, table.name, unread=unread)
    below = chain((row for row in first if row.row > headings.row), rows)
    headings = headings._replace(texts=headings.texts[: _width(headings.texts)])
    passed: dict[str, list[int]] = {}
    lines = _lines(number, below, headings, passed)
    return ListSheet(
        number,
        table.name,
        headings.texts,
        headings.row,
        headings.columns,
        _at_most(lines, numbers),
        passed=passed,
        titles=_titles(row.cells for row in first if row.row < headings.row),
    )


def _titles(rows: Iterable[Cells]) -> tuple[str, ...]:
    """Return what stands alone in a row above the headings, the nearest first."""
    said = (dict.fromkeys(" ".join(cell.split()) for cell in cells if cell) for cells in rows)
    alone = [text[:200] for texts in said if len(texts) == 1 for text in texts]
    return tuple(reversed(alone))


def _width(cells: Cells) -> int:
    """Return how many cells there are up to the last one that says something."""
    return max((place for place, cell in enumerate(cells, start=1) if cell), default=0)


def _lines(
    sheet: int, rows: Iterable[RawRow], headings: Headings, passed: dict[str, list[int]]
) -> Iterator[ListRow]:
    """Yield the rows that may be venues, each with a cell for every heading; note the others."""
    width, section, is_below_the_end = len(headings.texts), "", False
    used = set(headings.columns.values())
    above: RawRow | None = None
    for row_typed in rows:
        written = with_dittos_written_out(row_typed, above, used) if above else row_typed
        row, cells, odd, is_hidden = written
        whole = tuple(map(_typed, cells[:width])) + ("",) * (width - len(cells))
        why = None if odd else passed_over(cells, headings, is_below_the_end)
        if why == PassedOver.SECTION:
            section = section_text(cells)
        if why:
            is_below_the_end = why in (PassedOver.TOTAL, PassedOver.FOOTER) or (
                is_below_the_end and why != PassedOver.SECTION
            )
            passed.setdefault(why.value, []).append(row)
        elif any(whole[place] for place in used) or not used.isdisjoint(odd):
            is_below_the_end = False
            above = written._replace(cells=cells + ("",) * (width - len(cells)))
            if is_hidden:
                passed.setdefault("hidden", []).append(row)
            if written is not row_typed:
                passed.setdefault("ditto", []).append(row)
            yield ListRow(sheet, row, whole, odd, section)


def _at_most(lines: Iterator[ListRow], numbers: Iterator[int]) -> Iterator[ListRow]:
    for line in lines:
        if next(numbers) > MOST_ROWS:
            raise SheetRefused("too_many_rows", most=MOST_ROWS)
        yield line


def _typed(cell: str) -> str:
    is_kept = cell.startswith("'") and is_reckoned(cell[1:])
    return cell[1:] if is_kept or _KEPT_FROM_ACTING.match(cell) else cell


class PassedOver(StrEnum):
    """Why a row is no venue."""

    HEADINGS = "headings"
    NUMBERING = "numbering"
    SECTION = "section"
    TOTAL = "total"
    FOOTER = "footer"
    EXAMPLE = "example"
    NUMBER_ONLY = "number_only"


def passed_over(
    cells: Sequence[str], headings: Headings, is_below_the_end: bool
) -> PassedOver | None:
    """Return why a row is no venue, or None where it may be one."""
    filled = list(dict.fromkeys(" ".join(cell.split()) for cell in cells if cell.strip()))
    texts = [cell for cell in filled if not _is_number(cell)]
    if not texts:
        return _of_numbers(cells, headings)
    name = headings.columns[ListColumn.NAME]
    if name < len(cells) and _EXAMPLE.match(folded(cells[name][:20])):
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
    if any(re.search(r"\d", text) for text in texts):
        return False
    columns = columns_of(cells)
    return len(columns) > 3 and columns.items() <= headings.columns.items()
