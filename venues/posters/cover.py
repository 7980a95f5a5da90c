"""The pages before a commune's posters: whose parcel it is, and a list to hand it out by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from documents import marks
from documents.fonts import Weight, legible
from documents.marks import POINT, Ink, Lettering, Mark, Outline, Placed, Style
from documents.typesetting import Box
from venues.posters.words import PosterSheet

from . import parts, words
from .imposing import Imposition

_EDGE = 12.0
_SYMBOL_SIDE = 26.0
_LIST_TOP, _LINE = 54.0, 6.4
_HEAD = Style(8 * POINT, Weight.STRONG, Ink.GREY)
_SMALL = Style(8 * POINT)


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


def cover_pages(parcel: Parcel, paper: Imposition) -> Iterator[list[Mark]]:
    """Yield the marks of each page, in millimetres."""
    most = int((paper.height - _EDGE - _LIST_TOP) / _LINE)
    numbered = list(enumerate(parcel.handed, 1))
    parts_of_list = [numbered[at : at + most] for at in range(0, len(numbered), most)]
    for number, rows in enumerate(parts_of_list, 1):
        page = f"{words.PAGE} {number}/{len(parts_of_list)}"
        yield [*_head(parcel, paper, page), *_list(rows, paper.width)]


def _head(parcel: Parcel, paper: Imposition, page: str) -> Iterator[Mark]:
    wide = paper.width - 2 * _EDGE - _SYMBOL_SIDE - 8
    box = Box(wide, 13, 28 * POINT, 10 * POINT, lines=1)
    accent = Style(0, Weight.STRONG, Ink.ACCENT)
    yield from marks.block(legible(parcel.commune), (_EDGE, 11), box, accent)
    if district := legible(parcel.district):
        box = Box(wide, 7, 13 * POINT, 8 * POINT, lines=1)
        yield from marks.block(district, (_EDGE, 23.5), box, Style(0, ink=Ink.GREY))
    posters, sheets = len(parcel.handed), paper.sheets(len(parcel.handed))
    counted = words.PARCEL.format(posters=posters, sheets=sheets, size=parcel.size)
    yield Lettering(counted, _EDGE, 37.5, Style(12 * POINT, Weight.STRONG))
    made = f"{words.MADE_ON} {parcel.made_on:%d/%m/%Y}   ·   {page}"
    yield Lettering(made, _EDGE, 43, Style(8.5 * POINT, ink=Ink.GREY))
    yield marks.symbol(parcel.address, paper.width - _EDGE - _SYMBOL_SIDE, 12, _SYMBOL_SIDE)


def _list(rows: Sequence[tuple[int, Handed]], width: float) -> Iterator[Mark]:
    """The venues of a page, with a box to tick and room for a signature."""
    columns = _columns(width)
    yield _rule(_LIST_TOP - 1.2, width, 0.4)
    for left, word in zip(columns, ("", *words.LIST_HEADS), strict=True):
        if word:
            yield Lettering(word, left, _LIST_TOP - 2.8, _HEAD)
    for place, (number, handed) in enumerate(rows, 1):
        baseline = _LIST_TOP + place * _LINE - 3.2
        yield Placed(Outline("M0 0L3 0L3 3L0 3Z", Ink.GREY, 0.25), _EDGE, baseline - 2.7, 1)
        poster = handed.poster
        name = legible(poster.venue_name) or parts.shown_name(poster)
        told = (str(number), poster.serial, name, legible(handed.street))
        for left, right, text in zip(columns[1:-1], columns[2:], told, strict=True):
            yield from _entry(text, left, right - left - 2, baseline)
        yield _rule(_LIST_TOP + place * _LINE - 1.2, width, 0.15)


def _columns(width: float) -> tuple[float, ...]:
    """Where the columns begin: box, number, serial, name, street, signature."""
    name = _EDGE + 34
    room = width - _EDGE - name - 34
    return (_EDGE, _EDGE + 5, _EDGE + 14, name, name + room * 0.55, name + room)


def _entry(text: str, left: float, width: float, baseline: float) -> Iterator[Mark]:
    """One line on the baseline, or more that are smaller, around it."""
    if text:
        box = Box(width, _LINE - 0.8, _SMALL.size, 3.5 * POINT, lines=3)
        lines = list(marks.block(text, (left, baseline - 4.1), box, _SMALL))
        for line in lines:
            height = line.baseline if len(lines) > 1 else baseline
            yield Lettering(line.text, left, height, line.style)


def _rule(y: float, width: float, pen: float) -> Mark:
    return Placed(Outline(f"M{_EDGE:g} {y:g}L{width - _EDGE:g} {y:g}", Ink.GREY, pen), 0, 0, 1)
