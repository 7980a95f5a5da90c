"""The small sizes, in true millimetres: A6 for a table, a card for a counter."""

from collections.abc import Iterator

from documents.fonts import Weight, printable
from documents.marks import (
    POINT,
    Ink,
    Lettering,
    Mark,
    Outline,
    Placed,
    Style,
    block,
    centred,
    quiet_zone,
    rounded,
    symbol_mark,
)
from documents.typesetting import Box, shaped

from . import parts, words
from .words import PosterSheet, PosterSize

WIDTH = 105.0

_MIDDLE = WIDTH / 2
_EDGE = 6.5
_INNER = WIDTH - 2 * _EDGE

# A6, from top to bottom.
_A6_SIDE = 68.0
_A6_FRAME_TOP, _A6_QUIET_TOP = 18.0, 36.4
_A6_PILL = (46.4, 8.2)
_A6_FRAME_BOTTOM = _A6_QUIET_TOP + 2 * quiet_zone(_A6_SIDE) + _A6_SIDE + _A6_PILL[1] / 2
_A6_FOOT_TOP = _A6_FRAME_BOTTOM + 5.9

# The card: the code at the left, the words beside it.
_CARD_SIDE = 50.0
_CARD_TOP = (PosterSize.CARD.height - _CARD_SIDE) / 2
_CARD_LEFT = 67.0
_CARD_WIDTH = WIDTH - _EDGE - _CARD_LEFT
_CARD_PILL = (_CARD_WIDTH, _CARD_WIDTH * 12.4 / 70)


def table_same(site: str) -> Iterator[Mark]:
    """Yield what stands behind the rest on every A6 of a site."""
    frame = rounded(0, 0, _INNER, _A6_FRAME_BOTTOM - _A6_FRAME_TOP, 3.5)
    title = Style(13.5 * POINT, Weight.STRONG, Ink.ACCENT)
    yield centred(words.TITLE.vietnamese, _MIDDLE, 11.0, title)
    yield centred(words.OTHER_TITLES, _MIDDLE, 15.6, Style(7.2 * POINT))
    yield Placed(Outline(frame, Ink.ACCENT, pen=0.6), _EDGE, _A6_FRAME_TOP, 1)
    yield from parts.pictogram(parts.KEYBOARD, _EDGE, _A6_FOOT_TOP, 7.6)
    y = _A6_FOOT_TOP + 2.4
    for text, weight, points in zip(
        words.CANNOT_SCAN, (Weight.STRONG, Weight.TEXT, Weight.TEXT), (7.4, 6.4, 6.4), strict=True
    ):
        box = Box(_INNER - 10.5, 4, points * POINT, 4.2 * POINT, lines=1)
        line = next(block(text.format(site=site), (_EDGE + 10.5, 0), box, Style(0, weight)))
        yield Lettering(line.text, line.x, y, line.style)
        y += 2.85


def table_own(sheet: PosterSheet) -> Iterator[Mark]:
    """Yield what tells one A6 from another."""
    yield from _table_venue(sheet)
    top = _A6_QUIET_TOP + quiet_zone(_A6_SIDE)
    yield symbol_mark(sheet.address.upper(), _MIDDLE - _A6_SIDE / 2, top, _A6_SIDE)
    yield from parts.pill(sheet.code, _MIDDLE, _A6_FRAME_BOTTOM, _A6_PILL)
    particulars = f"{sheet.serial_line}   ·   {sheet.issued_line}"
    style = Style(5.4 * POINT, ink=Ink.GREY)
    yield centred(particulars, _MIDDLE, _A6_FOOT_TOP + 11.45, style)


def _table_venue(sheet: PosterSheet) -> Iterator[Mark]:
    wide = _INNER - 6
    box = Box(wide, 11.6, 20 * POINT, 6.5 * POINT, lines=2)
    bold = Style(0, Weight.STRONG)
    yield from block(sheet.shown_name, (_EDGE + 3, 20), box, bold, centre=True)
    if place := printable(sheet.place):
        box = Box(wide, 4.4, 8 * POINT, 5 * POINT, lines=1)
        yield from block(place, (_EDGE + 3, 31.8), box, Style(0, ink=Ink.GREY), centre=True)


def card_same() -> Iterator[Mark]:
    """Yield what every card says; the words begin and end where the code does."""
    title = Style(0, Weight.STRONG, Ink.ACCENT)
    box = Box(_CARD_WIDTH, 9, 10.5 * POINT, 7 * POINT, lines=2)
    yield from block(words.TITLE.vietnamese, (_CARD_LEFT, _CARD_TOP - 1.2), box, title)
    for text, below in ((words.TITLE.khmer, 8.3), (words.TITLE.english, 11.9)):
        yield from _card_line(text, _CARD_TOP + below, Style(6.8 * POINT))


def card_own(sheet: PosterSheet) -> Iterator[Mark]:
    """Yield what tells one card from another."""
    left, bottom = 3 + quiet_zone(_CARD_SIDE), _CARD_TOP + _CARD_SIDE
    yield symbol_mark(sheet.address.upper(), left, _CARD_TOP, _CARD_SIDE)
    yield from _card_venue(sheet, _CARD_TOP + 17)
    yield from parts.pill(sheet.code, _CARD_LEFT + _CARD_WIDTH / 2, bottom - 8.6, _CARD_PILL)
    for text, above in ((sheet.serial_line, 4.7), (sheet.issued_line, 2.2)):
        yield from _card_line(text, bottom - above, Style(5.4 * POINT, ink=Ink.GREY))


def _card_line(text: str, top: float, style: Style) -> Iterator[Lettering]:
    box = Box(_CARD_WIDTH, 4, style.size, 4 * POINT, lines=1)
    return block(text, (_CARD_LEFT, top), box, style)


def _card_venue(sheet: PosterSheet, top: float) -> Iterator[Mark]:
    box = Box(_CARD_WIDTH, 12.4, 13 * POINT, 5.5 * POINT, lines=4)
    bold = Style(0, Weight.STRONG)
    name = list(block(sheet.shown_name, (_CARD_LEFT, top), box, bold))
    yield from name
    if place := printable(sheet.place):
        last = name[-1]
        below = last.baseline + shaped(last.text, Weight.STRONG).drop * last.style.size + 0.6
        box = Box(_CARD_WIDTH, 5.4, 7 * POINT, 4.5 * POINT, lines=2)
        yield from block(place, (_CARD_LEFT, below), box, Style(0, ink=Ink.GREY))
