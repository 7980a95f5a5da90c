"""How words become lines: measured with the shaped glyphs, broken, balanced and sized to a box."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import uharfbuzz

from .fonts import BREAK, Face, Script, Weight, face, script_runs

_PIECE = re.compile(f"([ {BREAK}]?)([^ {BREAK}]+)")
_CLUSTER = re.compile(
    "[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17d3\u17dd])*|.[\u0300-\u036f]*"
)
_GAP = 0.08


class Glyph(NamedTuple):
    """A shaped glyph and where it stands, in units of its font."""

    number: int
    x: int
    y: int


@dataclass(frozen=True)
class Run:
    """Part of a line in one font; `x` is its start in ems."""

    face: Face
    text: str
    x: float
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True)
class ShapedLine:
    """A line of runs; its width, and how far ink rises over and drops under it, are in ems."""

    runs: tuple[Run, ...]
    width: float
    rise: float
    drop: float


@dataclass(frozen=True)
class Box:
    """The room for a text in millimetres, and the sizes and number of lines it may take."""

    width: float
    height: float
    largest: float
    smallest: float
    lines: int


class Block(NamedTuple):
    """Lines at the size that fills their box."""

    size: float
    lines: list[str]


class Spacing(NamedTuple):
    """From one baseline to the next, and from the top to the first, in ems."""

    pitch: float
    first: float


@lru_cache(maxsize=2048)
def shaped(text: str, weight: Weight) -> ShapedLine:
    runs = []
    x = 0.0
    for script, run_text in script_runs(text.replace(BREAK, "")):
        run_face = face(script, weight)
        glyphs, advance = _shape(run_text, run_face)
        runs.append(Run(run_face, run_text, x, glyphs))
        x += advance / run_face.units_per_em
    edges = [edge for run in runs for glyph in run.glyphs for edge in _edges(run.face, glyph)]
    return ShapedLine(tuple(runs), x, max([0.0, *edges]), -min([0.0, *edges]))


def spacing(lines: list[str], weight: Weight) -> Spacing:
    """Return a spacing that is even, and wide enough for stacked accents and Khmer subscripts."""
    rise = max(shaped(line, weight).rise for line in lines)
    drop = max(shaped(line, weight).drop for line in lines)
    pitch = max(1.1, rise + drop + _GAP)
    return Spacing(pitch, (pitch + rise - drop) / 2)


def fitted(text: str, weight: Weight, box: Box) -> Block:
    """Return the text as large as its box lets it be, words broken only if nothing else helps."""
    for may_break, smallest in ((False, max(box.smallest, box.largest / 3)), (True, box.smallest)):
        size = box.largest
        while size >= smallest:
            lines = wrapped(text, weight, box.width / size, may_break=may_break)
            if 0 < len(lines) <= box.lines and (
                len(lines) * spacing(lines, weight).pitch * size <= box.height
            ):
                return Block(size, _balanced(text, weight, lines, box.width / size))
            size *= 0.96
    return _cut_short(text, weight, box)


def wrapped(text: str, weight: Weight, width: float, *, may_break: bool) -> list[str]:
    """Return lines of at most `width` ems; none where a word is wider and must not be broken."""
    lines: list[str] = []
    room = 0.0
    for gap, word in _pieces(text, weight, width if may_break else None):
        advance = shaped(word, weight).width
        if advance > width and not may_break:
            return []
        gap_advance = shaped(gap, weight).width if gap == " " else 0.0
        if lines and gap_advance + advance <= room:
            lines[-1] += gap + word
            room -= gap_advance + advance
        else:
            lines.append(word)
            room = width - advance
    return lines


def splittable(text: str) -> str:
    """Return the text with a break after every cluster of Khmer, which others would split."""
    return "".join(
        BREAK.join(_CLUSTER.findall(run.replace(BREAK, ""))) if script is Script.KHMER else run
        for script, run in script_runs(text)
    )


def _shape(text: str, run_face: Face) -> tuple[tuple[Glyph, ...], int]:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(run_face.shaper, buffer)
    glyphs = []
    x = 0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        glyphs.append(Glyph(info.codepoint, x + position.x_offset, position.y_offset))
        x += position.x_advance
    return tuple(glyphs), x


def _edges(run_face: Face, glyph: Glyph) -> tuple[float, float]:
    ink = run_face.shaper.get_glyph_extents(glyph.number)
    top = glyph.y + ink.y_bearing
    return top / run_face.units_per_em, (top + ink.height) / run_face.units_per_em


def _pieces(text: str, weight: Weight, width: float | None) -> list[tuple[str, str]]:
    """Return words with the gap before each; one wider than `width` comes in clusters instead."""
    pieces = []
    for gap, word in _PIECE.findall(text):
        if width is None or shaped(word, weight).width <= width:
            pieces.append((gap, word))
        else:
            first, *others = _CLUSTER.findall(word)
            pieces += [(gap, first), *(("", cluster) for cluster in others)]
    return pieces


def _balanced(text: str, weight: Weight, lines: list[str], width: float) -> list[str]:
    """Return as many lines, of nearly the same length."""
    if len(lines) == 1:
        return lines
    narrow, wide = width / len(lines), width
    for _ in range(8):  # each halves what is between too narrow and wide enough
        middle = (narrow + wide) / 2
        narrower = wrapped(text, weight, middle, may_break=False)
        if 0 < len(narrower) <= len(lines):
            lines, wide = narrower, middle
        else:
            narrow = middle
    return lines


def _cut_short(text: str, weight: Weight, box: Box) -> Block:
    """Return what of an immoderately long text has room at the smallest size."""
    ellipsis_width = 1.0
    width = box.width / box.smallest - ellipsis_width
    lines = wrapped(text, weight, width, may_break=True)
    kept = lines[: max(1, int(box.height / (box.smallest * spacing(lines, weight).pitch)))]
    if len(kept) < len(lines):
        kept[-1] += "…"
    return Block(box.smallest, kept)
