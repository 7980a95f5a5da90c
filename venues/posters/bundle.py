"""Many posters in one PDF: a parcel for each commune behind its list, and where sheets are cut."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from documents.fonts import Weight, legible
from documents.marks import (
    POINT,
    Ink,
    Lettering,
    Mark,
    Outline,
    Placed,
    Style,
    block,
    symbol_mark,
)
from documents.pdf import MarkedPdf, Stamp
from documents.typesetting import Box

from . import drawing
from .words import PosterSheet, PosterSize

_FROM_EDGE = 4.3  # most printers print nothing nearer to the edge
_TICK, _ARM = 4.0, 2.5
# The list of a parcel, in millimetres.
_EDGE = 12.0
_SYMBOL_SIDE = 26.0
_LIST_TOP, _LINE = 54.0, 6.4
_HEADINGS = ("STT", "Số bảng", "Địa điểm", "Địa chỉ", "Người nhận ký")
_SMALL = Style(8 * POINT)


@dataclass(frozen=True)
class Imposition:
    """A sheet in millimetres, divided into equal cells by straight cuts from edge to edge."""

    width: float
    height: float
    columns: int
    rows: int

    @property
    def posters(self) -> int:
        """How many posters share a sheet."""
        return self.columns * self.rows

    def sheets(self, posters: int) -> int:
        return -(-posters // self.posters)

    def place(self, number: int, size: PosterSize) -> tuple[float, float]:
        """Return the top left corner of a poster, in the middle of its cell."""
        row, column = divmod(number, self.columns)
        wide, high = self.width / self.columns, self.height / self.rows
        left, top = column * wide, row * high
        return left + (wide - size.width) / 2, top + (high - size.height) / 2

    @property
    def cuts(self) -> tuple[list[float], list[float]]:
        """Where to cut downwards, and where across."""
        return (
            [self.width * number / self.columns for number in range(1, self.columns)],
            [self.height * number / self.rows for number in range(1, self.rows)],
        )

    def cut_marks(self) -> Iterator[Mark]:
        """Yield ticks at both ends of every cut, and a cross where two of them meet."""
        down, across = self.cuts
        for x in down:
            yield from _ticks(f"M{x:g} {{}}L{x:g} {{}}", self.height)
        for y in across:
            yield from _ticks(f"M{{}} {y:g}L{{}} {y:g}", self.width)
        for x in down:
            for y in across:
                over, along = f"M{x - _ARM:g} {y:g}L{x + _ARM:g}", f"M{x:g} {y - _ARM:g}L{x:g}"
                yield _stroke(f"{over} {y:g}{along} {y + _ARM:g}", 0.2)


# How a size is printed on A4.
IMPOSITIONS = {
    PosterSize.A4: Imposition(210.0, 297.0, 1, 1),
    PosterSize.A5: Imposition(297.0, 210.0, 2, 1),
    PosterSize.A6: Imposition(210.0, 297.0, 2, 2),
    PosterSize.CARD: Imposition(210.0, 297.0, 2, 4),
}


@dataclass(frozen=True)
class Handed:
    """One poster of a parcel, and the street it goes to."""

    poster: PosterSheet
    street: str


@dataclass(frozen=True)
class Parcel:
    """The posters of one commune; `address` is where the code on its cover leads."""

    commune: str
    district: str
    size: str
    made_on: date
    address: str
    handed: Sequence[Handed]


class Bundle:
    """One file to print; what is in it is kept in memory, so that its maker bounds it."""

    def __init__(self, size: PosterSize, where: str, made_on: date) -> None:
        self.size = size
        self.sheet = IMPOSITIONS[size]
        self._stamps: dict[str, Stamp] = {}
        title = f"Bảng mã QR – {where}"
        self._pdf = MarkedPdf(self.sheet.width, self.sheet.height, title, made_on)

    def add(self, parcel: Parcel) -> Iterator[int]:
        """Draw a parcel from a new sheet on; yield the number of posters drawn so far."""
        for page in _list_pages(parcel, self.sheet):
            self._new_page(page)
        scale = self.size.width / drawing.width(self.size)
        for number, handed in enumerate(parcel.handed):
            place = number % self.sheet.posters
            if place == 0:
                self._new_page(self.sheet.cut_marks())
            at = self.sheet.place(place, self.size)
            self._pdf.stamp(self._same(handed.poster.site, scale), at)
            self._pdf.draw(drawing.own_marks(handed.poster, self.size), scale, at)
            yield number + 1

    def finished(self) -> bytes:
        return self._pdf.finished()

    def _same(self, site: str, scale: float) -> Stamp:
        """Return what the posters of a site share, drawn when the first one needs it."""
        if site not in self._stamps:
            self._stamps[site] = self._pdf.recorded(drawing.same_marks(site, self.size), scale)
        return self._stamps[site]

    def _new_page(self, marks: Iterable[Mark]) -> None:
        self._pdf.add_page()
        self._pdf.draw(marks)


def _list_pages(parcel: Parcel, sheet: Imposition) -> Iterator[list[Mark]]:
    """Yield the pages before a parcel: whose it is, and a list to hand it out by.

    They are for officials, whose language is Vietnamese.
    """
    most = int((sheet.height - _EDGE - _LIST_TOP) / _LINE)
    numbered = list(enumerate(parcel.handed, 1))
    pages = [numbered[at : at + most] for at in range(0, len(numbered), most)]
    for number, rows in enumerate(pages, 1):
        page = f"Trang {number}/{len(pages)}"
        yield [*_head(parcel, sheet, page), *_list(rows, sheet.width)]


def _head(parcel: Parcel, sheet: Imposition, page: str) -> Iterator[Mark]:
    wide = sheet.width - 2 * _EDGE - _SYMBOL_SIDE - 8
    box = Box(wide, 13, 28 * POINT, 10 * POINT, lines=1)
    accent = Style(0, Weight.STRONG, Ink.ACCENT)
    yield from block(legible(parcel.commune), (_EDGE, 11), box, accent)
    if district := legible(parcel.district):
        box = Box(wide, 7, 13 * POINT, 8 * POINT, lines=1)
        yield from block(district, (_EDGE, 23.5), box, Style(0, ink=Ink.GREY))
    posters = len(parcel.handed)
    counted = f"{posters} bảng mã QR · {sheet.sheets(posters)} tờ · khổ {parcel.size}"
    yield Lettering(counted, _EDGE, 37.5, Style(12 * POINT, Weight.STRONG))
    made = f"Lập ngày {parcel.made_on:%d/%m/%Y}   ·   {page}"
    yield Lettering(made, _EDGE, 43, Style(8.5 * POINT, ink=Ink.GREY))
    yield symbol_mark(parcel.address, sheet.width - _EDGE - _SYMBOL_SIDE, 12, _SYMBOL_SIDE)


def _list(rows: Sequence[tuple[int, Handed]], width: float) -> Iterator[Mark]:
    """Yield the venues of a page, with a box to tick and room for a signature."""
    # Where the columns begin: box, number, serial, name, street, signature.
    room = width - 2 * _EDGE - 68
    name_left = _EDGE + 34
    lefts = (_EDGE + 5, _EDGE + 14, name_left, name_left + room * 0.55, name_left + room)
    yield _rule(_LIST_TOP - 1.2, width, 0.4)
    for left, heading in zip(lefts, _HEADINGS, strict=True):
        style = Style(8 * POINT, Weight.STRONG, Ink.GREY)
        yield Lettering(heading, left, _LIST_TOP - 2.8, style)
    for place, (number, handed) in enumerate(rows, 1):
        baseline = _LIST_TOP + place * _LINE - 3.2
        yield Placed(Outline("M0 0L3 0L3 3L0 3Z", Ink.GREY, 0.25), _EDGE, baseline - 2.7, 1)
        poster = handed.poster
        name = legible(poster.venue_name) or poster.shown_name
        cells = (str(number), poster.serial, name, legible(handed.street))
        for left, right, text in zip(lefts, lefts[1:], cells, strict=False):
            yield from _entry(text, left, right - left - 2, baseline)
        yield _rule(_LIST_TOP + place * _LINE - 1.2, width, 0.15)


def _entry(text: str, left: float, width: float, baseline: float) -> Iterator[Mark]:
    """Yield one line on the baseline, or more that are smaller, around it."""
    if text:
        box = Box(width, _LINE - 0.8, _SMALL.size, 3.5 * POINT, lines=3)
        lines = list(block(text, (left, baseline - 4.1), box, _SMALL))
        for line in lines:
            height = line.baseline if len(lines) > 1 else baseline
            yield Lettering(line.text, left, height, line.style)


def _ticks(line: str, length: float) -> Iterator[Mark]:
    for begin in (_FROM_EDGE, length - _FROM_EDGE - _TICK):
        yield _stroke(line.format(f"{begin:g}", f"{begin + _TICK:g}"), 0.2)


def _rule(y: float, width: float, pen: float) -> Mark:
    return _stroke(f"M{_EDGE:g} {y:g}L{width - _EDGE:g} {y:g}", pen)


def _stroke(path: str, pen: float) -> Mark:
    return Placed(Outline(path, Ink.GREY, pen), 0, 0, 1)
