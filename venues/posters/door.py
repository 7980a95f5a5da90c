"""The poster at the door, in millimetres of an A4 sheet; A5 is the same, reduced."""

from collections.abc import Iterator
from dataclasses import dataclass

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
    disc,
    quiet_zone,
    rounded,
    symbol_mark,
)
from documents.typesetting import Box, fitted, shaped

from . import parts, words
from .parts import pictogram
from .words import PosterSheet, PosterSize

WIDTH = 210.0

_MIDDLE = WIDTH / 2
_LEFT = 8.0
_INNER = WIDTH - 2 * _LEFT
_FRAME_TOP = 24.2
_QUIET_TOP = 50.0
_PILL = (70.0, 12.4)


@dataclass(frozen=True)
class Plan:
    """What differs between sizes.

    That is the code's side, how much larger the fine print is, and whether Khmer and English have
    lines of their own in it.
    """

    symbol_side: float
    fine: float
    apart: bool

    @property
    def symbol_top(self) -> float:
        return _QUIET_TOP + quiet_zone(self.symbol_side)

    @property
    def frame_bottom(self) -> float:
        """The line through the middle of the pill, whose top is where the quiet zone ends."""
        return self.symbol_top + self.symbol_side + quiet_zone(self.symbol_side) + _PILL[1] / 2

    @property
    def steps_top(self) -> float:
        return self.frame_bottom + 7.6 + self.fine

    @property
    def foot_top(self) -> float:
        return self.steps_top + 12.1 + 9 * self.fine


# 15 cm is what the guidance for posters asks for; on A5 the words need what is over 10 cm.
PLANS = {
    PosterSize.A4: Plan(symbol_side=150.0, fine=1.0, apart=False),
    PosterSize.A5: Plan(symbol_side=100.0 * WIDTH / PosterSize.A5.width, fine=1.05, apart=True),
}


def same_marks(site: str, size: PosterSize) -> Iterator[Mark]:
    """Yield what stands behind the rest on every poster of a site."""
    plan = PLANS[size]
    title = Style(24 * POINT, Weight.STRONG, Ink.ACCENT)
    yield centred(words.TITLE.vietnamese, _MIDDLE, 14.6, title)
    yield centred(words.OTHER_TITLES, _MIDDLE, 21, Style(12.5 * POINT))
    frame = rounded(0, 0, _INNER, plan.frame_bottom - _FRAME_TOP, 5)
    yield Placed(Outline(frame, Ink.ACCENT, pen=0.9), _LEFT, _FRAME_TOP, 1)
    yield from _steps(plan)
    yield from _foot(site, plan)


def own_marks(sheet: PosterSheet, size: PosterSize) -> Iterator[Mark]:
    """Yield what tells one poster from another."""
    plan = PLANS[size]
    yield from _venue(sheet)
    left = (WIDTH - plan.symbol_side) / 2
    yield symbol_mark(sheet.address.upper(), left, plan.symbol_top, plan.symbol_side)
    # The code on the frame's lower edge, and beside it what tells one edition from another.
    yield from parts.pill(sheet.code, _MIDDLE, plan.frame_bottom, _PILL)
    aside = (_INNER + _PILL[0]) / 4
    yield from _on_frame(sheet.serial_line, _MIDDLE - aside, plan)
    yield from _on_frame(sheet.issued_line, _MIDDLE + aside, plan)


def _venue(sheet: PosterSheet) -> Iterator[Mark]:
    """Yield the name as large as it goes, its lines centred in their room; below it the place."""
    box = Box(_INNER - 10, 17.4, 40 * POINT, 10 * POINT, lines=3)
    bold = Style(0, Weight.STRONG)
    yield from block(sheet.shown_name, (_LEFT + 5, 26.2), box, bold, centre=True)
    if place := printable(sheet.place):
        box = Box(_INNER - 10, 8, 13 * POINT, 8 * POINT, lines=1)
        size, lines = fitted(place, Weight.TEXT, box)
        yield centred(lines[0], _MIDDLE, 48.4, Style(size, ink=Ink.GREY))


def _on_frame(text: str, middle: float, plan: Plan) -> Iterator[Mark]:
    size = 8.5 * POINT
    width = shaped(text, Weight.TEXT).width * size + 3
    gap = rounded(-width / 2, -1, width, 2, 0.5)
    yield Placed(Outline(gap, Ink.WHITE), middle, plan.frame_bottom, 1)
    baseline = plan.frame_bottom + size * 0.35
    yield centred(text, middle, baseline, Style(size))


def _steps(plan: Plan) -> Iterator[Mark]:
    column = _INNER / 3
    for number, (outlines, caption) in enumerate(zip(parts.STEPS, words.STEPS, strict=True)):
        left, top = _LEFT + number * column, plan.steps_top
        yield from pictogram(outlines, left + 7, top, 17 + 2 * plan.fine)
        yield Placed(Outline(disc(0, 0, 3), Ink.ACCENT), left + 3, top + 3, 1)
        white = Style(12 * POINT, Weight.STRONG, Ink.WHITE)
        yield centred(str(number + 1), left + 3, top + 4.5, white)
        yield from _caption(caption, left + 23.2, column - 23.4, plan)


def _caption(caption: words.Wording, left: float, width: float, plan: Plan) -> Iterator[Mark]:
    box = Box(width, 12, 12 * POINT, 9 * POINT, lines=2)
    size, lines = fitted(caption.vietnamese, Weight.STRONG, box)
    y = plan.steps_top + 3.6
    for line in lines:
        yield Lettering(line, left, y, Style(size, Weight.STRONG))
        y += 1.22 * size
    for text, points in ((caption.khmer, 9.5 * plan.fine), (caption.english, 9.5)):
        y += 4.4 * (plan.fine - 1)
        box = Box(width, 8, points * POINT, 7 * POINT, lines=1)
        size, lines = fitted(text, Weight.TEXT, box)
        yield Lettering(lines[0], left, y, Style(size))
        y += 4.5


def _foot(site: str, plan: Plan) -> Iterator[Mark]:
    """Yield what to do without a camera, and without a phone."""
    typing = words.Wording(*(wording.format(site=site) for wording in words.CANNOT_SCAN))
    rows = ((parts.KEYBOARD, typing), (parts.ON_DUTY, words.NO_SMARTPHONE))
    y = plan.foot_top
    for outlines, wording in rows:
        yield from pictogram(outlines, _LEFT, y - 0.2, 8.6 * plan.fine)
        lines = list(_help(wording, y, plan))
        yield from lines
        y = lines[-1].baseline + 2.1 * plan.fine


def _help(wording: words.Wording, top: float, plan: Plan) -> Iterator[Lettering]:
    left = _LEFT + 12 * plan.fine
    others = wording[1:] if plan.apart else (f"{wording.khmer}   {wording.english}",)
    lines = [
        (wording.vietnamese, Weight.STRONG, 11),
        *((text, Weight.TEXT, 9.5) for text in others),
    ]
    y = top + 3.4 * plan.fine
    for text, weight, points in lines:
        box = Box(WIDTH - _LEFT - left, 10, points * plan.fine * POINT, 6 * POINT, lines=1)
        size, fitting = fitted(text, weight, box)
        yield Lettering(fitting[0], left, y, Style(size, weight))
        y += 4.4 * plan.fine
