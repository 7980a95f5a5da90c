"""The poster of a venue, in any size: where everything stands on it, as PDF, PNG and SVG.

Letters are real text in the PDF. In the SVG they are outlines, so that no print shop needs a font
to get the Khmer right.
"""

from collections.abc import Iterator
from functools import lru_cache
from html import escape

from fontTools.pens.svgPathPen import SVGPathPen

from documents.fonts import Face
from documents.marks import Lettering, Mark, Placed
from documents.pdf import MarkedPdf, picture_of
from documents.typesetting import shaped
from venues import codes

from . import door, small
from .words import PosterSheet, PosterSize

_DOTS_PER_INCH = 200


def poster_pdf(sheet: PosterSheet, size: PosterSize = PosterSize.A4) -> bytes:
    """Return one page; the same sheet gives the same bytes."""
    pdf = MarkedPdf(size.width, size.height, sheet.shown_name, sheet.issued_on)
    pdf.add_page()
    pdf.draw(poster_marks(sheet, size), size.width / width(size))
    return pdf.finished()


def poster_png(sheet: PosterSheet, size: PosterSize = PosterSize.A4) -> bytes:
    """Draw a picture from the PDF, so that they can't differ."""
    return picture_of(poster_pdf(sheet, size), _DOTS_PER_INCH)


def poster_svg(sheet: PosterSheet, size: PosterSize = PosterSize.A4) -> str:
    """Return a picture of true size, without scripts, styles or anything from elsewhere."""
    title = escape(f"{sheet.shown_name} · {codes.displayed(sheet.code)}")
    body = "".join(
        _svg_letters(mark) if isinstance(mark, Lettering) else _svg_path(mark)
        for mark in poster_marks(sheet, size)
    )
    units = width(size)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img"'
        f' width="{size.width:g}mm" height="{size.height:g}mm"'
        f' viewBox="0 0 {units:g} {units * size.height / size.width:g}">'
        f'<title>{title}</title><path fill="#ffffff" d="M0 0H210V300H0Z"/>{body}</svg>'
    )


def poster_marks(sheet: PosterSheet, size: PosterSize) -> Iterator[Mark]:
    """Yield everything on the poster, back to front, in units that its width has so many of."""
    yield from same_marks(sheet.site, size)
    yield from own_marks(sheet, size)


def same_marks(site: str, size: PosterSize) -> Iterator[Mark]:
    """Yield what stands behind the rest on every poster of a site: drawn once for many."""
    if size is PosterSize.A6:
        return small.table_same(site)
    return small.card_same() if size is PosterSize.CARD else door.same_marks(site, size)


def own_marks(sheet: PosterSheet, size: PosterSize) -> Iterator[Mark]:
    """Yield what tells one poster from another."""
    if size is PosterSize.A6:
        return small.table_own(sheet)
    return small.card_own(sheet) if size is PosterSize.CARD else door.own_marks(sheet, size)


def width(size: PosterSize) -> float:
    """Return a poster's width in units: a door poster is measured on A4, whatever its size."""
    return small.WIDTH if size in (PosterSize.A6, PosterSize.CARD) else door.WIDTH


def _svg_letters(line: Lettering) -> str:
    size, runs = line.style.size, []
    for run in shaped(line.text, line.style.weight).runs:
        unit = size / run.face.units_per_em
        glyphs = "".join(
            f'<path transform="translate({glyph.x} {glyph.y})" d="{outline}"/>'
            for glyph in run.glyphs
            if (outline := _glyph(run.face, glyph.number))
        )
        place = f"translate({line.x + run.x * size:.3f} {line.baseline:.3f})"
        runs.append(f'<g transform="{place} scale({unit:.6f} {-unit:.6f})">{glyphs}</g>')
    return f'<g fill="{line.style.ink}">{"".join(runs)}</g>'


@lru_cache(maxsize=2048)
def _glyph(face: Face, number: int) -> str:
    pen = SVGPathPen(None)
    face.shaper.draw_glyph_with_pen(number, pen)
    return pen.getCommands()


def _svg_path(placed: Placed) -> str:
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
