"""The small sizes, in true millimetres: A6 for a table, a card for a counter."""

from collections.abc import Iterator

from documents import marks
from documents.fonts import Weight, printable
from documents.marks import POINT, Ink, Lettering, Mark, Outline, Placed, Style
from documents.typesetting import Box, shaped
from venues.posters.words import PosterSheet, PosterSize

from . import parts, pictograms, words

WIDTH = 105.0

_MIDDLE = WIDTH / 2
_EDGE = 6.5
_INNER = WIDTH - 2 * _EDGE

# A6, from top to bottom.
_A6_SIDE = 68.0
_A6_FRAME_TOP, _A6_QUIET_TOP = 18.0, 36.4
_A6_PILL = (46.4, 8.2)
_A6_FRAME_BOTTOM = _A6_QUIET_TOP + 2 * marks.quiet_zone(_A6_SIDE) + _A6_SIDE + _A6_PILL[1] / 2
_A6_FOOT_TOP = _A6_FRAME_BOTTOM + 5.9

# The card: the code at the left, the words beside it.
_CARD_SIDE = 50.0
_CARD_TOP = (PosterSize.CARD.height - _CARD_SIDE) / 2
_CARD_LEFT = 67.0
_CARD_WIDTH = WIDTH - _EDGE - _CARD_LEFT
_CARD_PILL = (_CARD_WIDTH, _CARD_WIDTH * 12.4 / 70)


def table_same(site: str) -> Iterator[Mark]:
    """What stands behind the rest on every A6 of a site."""
    frame = marks.rounded(0, 0, _INNER, _A6_FRAME_BOTTOM - _A6_FRAME_TOP, 3.5)
    title = Style(13.5 * POINT, Weight.STRONG, Ink.ACCENT)
    yield marks.centred(words.TITLE.vietnamese, _MIDDLE, 11.0, title)
    other = f"{words.TITLE.khmer}   ·   {words.TITLE.english}"
    yield marks.centred(other, _MIDDLE, 15.6, Style(7.2 * POINT))
    yield Placed(Outline(frame, Ink.ACCENT, pen=0.6), _EDGE, _A6_FRAME_TOP, 1)
    yield from parts.pictogram_marks(pictograms.KEYBOARD, _EDGE, _A6_FOOT_TOP, 7.6)
    y = _A6_FOOT_TOP + 2.4
    for text, weight, points in zip(
        words.CANNOT_SCAN, (Weight.STRONG, Weight.TEXT, Weight.TEXT), (7.4, 6.4, 6.4), strict=True
    ):
        box = Box(_INNER - 10.5, 4, points * POINT, 4.2 * POINT, lines=1)
        line = next(marks.block(text.format(site=site), (_EDGE + 10.5, 0), box, Style(0, weight)))
        yield Lettering(line.text, line.x, y, line.style)
        y += 2.85


def table_own(sheet: PosterSheet) -> Iterator[Mark]:
    """What tells one A6 from another."""
    yield from _table_venue(sheet)
    top = _A6_QUIET_TOP + marks.quiet_zone(_A6_SIDE)
    yield marks.symbol(sheet.address.upper(), _MIDDLE - _A6_SIDE / 2, top, _A6_SIDE)
    yield from parts.pill(sheet.code, _MIDDLE, _A6_FRAME_BOTTOM, _A6_PILL)
    told = f"{_serial(sheet)}   ·   {_issued(sheet)}"
    style = Style(5.4 * POINT, ink=Ink.GREY)
    yield marks.centred(told, _MIDDLE, _A6_FOOT_TOP + 11.45, style)


def _table_venue(sheet: PosterSheet) -> Iterator[Mark]:
    wide = _INNER - 6
    box = Box(wide, 11.6, 20 * POINT, 6.5 * POINT, lines=2)
    bold = Style(0, Weight.STRONG)
    yield from marks.block(parts.shown_name(sheet), (_EDGE + 3, 20), box, bold, centre=True)
    if place := printable(sheet.place):
        box = Box(wide, 4.4, 8 * POINT, 5 * POINT, lines=1)
        yield from marks.block(place, (_EDGE + 3, 31.8), box, Style(0, ink=Ink.GREY), centre=True)


def card_same() -> Iterator[Mark]:
    """What every card says; the words begin and end where the code does."""
    title = Style(0, Weight.STRONG, Ink.ACCENT)
    box = Box(_CARD_WIDTH, 9, 10.5 * POINT, 7 * POINT, lines=2)
    yield from marks.block(words.TITLE.vietnamese, (_CARD_LEFT, _CARD_TOP - 1.2), box, title)
    for text, below in ((words.TITLE.khmer, 8.3), (words.TITLE.english, 11.9)):
        yield from _card_line(text, _CARD_TOP + below, Style(6.8 * POINT))


def card_own(sheet: PosterSheet) -> Iterator[Mark]:
    """What tells one card from another."""
    left, bottom = 3 + marks.quiet_zone(_CARD_SIDE), _CARD_TOP + _CARD_SIDE
    yield marks.symbol(sheet.address.upper(), left, _CARD_TOP, _CARD_SIDE)
    yield from _card_venue(sheet, _CARD_TOP + 17)
    yield from parts.pill(sheet.code, _CARD_LEFT + _CARD_WIDTH / 2, bottom - 8.6, _CARD_PILL)
    for text, above in ((_serial(sheet), 4.7), (_issued(sheet), 2.2)):
        yield from _card_line(text, bottom - above, Style(5.4 * POINT, ink=Ink.GREY))


def _card_line(text: str, top: float, style: Style) -> Iterator[Lettering]:
    box = Box(_CARD_WIDTH, 4, style.size, 4 * POINT, lines=1)
    return marks.block(text, (_CARD_LEFT, top), box, style)


def _card_venue(sheet: PosterSheet, top: float) -> Iterator[Mark]:
    box = Box(_CARD_WIDTH, 12.4, 13 * POINT, 5.5 * POINT, lines=4)
    bold = Style(0, Weight.STRONG)
    name = list(marks.block(parts.shown_name(sheet), (_CARD_LEFT, top), box, bold))
    yield from name
    if place := printable(sheet.place):
        last = name[-1]
        below = last.baseline + shaped(last.text, Weight.STRONG).drop * last.style.size + 0.6
        box = Box(_CARD_WIDTH, 5.4, 7 * POINT, 4.5 * POINT, lines=2)
        yield from marks.block(place, (_CARD_LEFT, below), box, Style(0, ink=Ink.GREY))


def _serial(sheet: PosterSheet) -> str:
    return f"{' · '.join(words.SERIAL)} {printable(sheet.serial)}"


def _issued(sheet: PosterSheet) -> str:
    return f"{' · '.join(words.ISSUED)} {sheet.issued_on:%d/%m/%Y}"
