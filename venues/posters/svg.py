"""The poster as SVG, its letters as outlines: no print shop needs a font to get the Khmer right."""

from collections.abc import Iterator
from functools import lru_cache
from html import escape

from fontTools.pens.svgPathPen import SVGPathPen

from documents.fonts import Face
from documents.marks import Lettering, Placed
from documents.typesetting import shaped
from venues import codes

from . import layout
from .parts import shown_name
from .sheet import Paper, PosterSheet


def poster_svg(sheet: PosterSheet, paper: Paper = Paper.A4) -> str:
    """A picture of the paper's true size, without scripts, styles or anything from elsewhere."""
    title = escape(f"{shown_name(sheet)} · {codes.displayed(sheet.code)}")
    body = "".join(_drawn(sheet, paper))
    width = layout.width(paper)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img"'
        f' width="{paper.width:g}mm" height="{paper.height:g}mm"'
        f' viewBox="0 0 {width:g} {width * paper.height / paper.width:g}">'
        f'<title>{title}</title><path fill="#ffffff" d="M0 0H210V300H0Z"/>{body}</svg>'
    )


def _drawn(sheet: PosterSheet, paper: Paper) -> Iterator[str]:
    for mark in layout.poster_marks(sheet, paper):
        yield _line(mark) if isinstance(mark, Lettering) else _outline(mark)


def _line(line: Lettering) -> str:
    runs = shaped(line.text, line.style.weight).runs
    return (
        f'<g fill="{line.style.ink}">'
        + "".join(
            f'<g transform="translate({line.x + run.x * line.style.size:.3f} {line.baseline:.3f})'
            f' scale({line.style.size / run.face.units_per_em:.6f} {-line.style.size / run.face.units_per_em:.6f})">'
            + "".join(
                f'<path transform="translate({glyph.x} {glyph.y})" d="{outline}"/>'
                for glyph in run.glyphs
                if (outline := _glyph(run.face, glyph.number))
            )
            + "</g>"
            for run in runs
        )
        + "</g>"
    )


@lru_cache(maxsize=2048)
def _glyph(face: Face, number: int) -> str:
    pen = SVGPathPen(None)
    face.shaper.draw_glyph_with_pen(number, pen)
    return pen.getCommands()


def _outline(placed: Placed) -> str:
    outline = placed.outline
    paint = (
        f'fill="{outline.ink}"'
        if outline.pen is None
        else f'fill="none" stroke="{outline.ink}" stroke-width="{outline.pen:g}"'
        ' stroke-linecap="round" stroke-linejoin="round"'
    )
    return (
        f'<path transform="translate({placed.x:g} {placed.y:g}) scale({placed.unit:.6f})"'
        f' {paint} d="{outline.path}"/>'
    )
