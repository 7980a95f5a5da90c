"""The poster of a venue, in any size: where everything stands on it, as PDF, PNG and SVG."""

from collections.abc import Iterator
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

from fontTools.pens.svgPathPen import SVGPathPen

from documents.fonts import Face, printable
from documents.marks import Lettering, Mark, Placed
from documents.pdf import MarkedPdf, picture_of
from documents.typesetting import shaped
from venues import codes
from venues.posters import door, small
from venues.posters.parts import shown_name
from venues.posters.words import PosterSheet, PosterSize


def poster_pdf(sheet: PosterSheet, paper: PosterSize = PosterSize.A4) -> bytes:
    """One page; the same sheet gives the same bytes."""
    pdf = MarkedPdf(paper.width, paper.height, shown_name(sheet), sheet.issued_on)
    pdf.add_page()
    pdf.draw(poster_marks(sheet, paper), paper.width / width(paper))
    return pdf.finished()


DOTS_PER_INCH = 200


def poster_png(sheet: PosterSheet, paper: PosterSize = PosterSize.A4) -> bytes:
    """Drawn from the PDF, so that they can't differ."""
    return picture_of(poster_pdf(sheet, paper), DOTS_PER_INCH)


def poster_svg(sheet: PosterSheet, paper: PosterSize = PosterSize.A4) -> str:
    """A picture of the paper's true size, without scripts, styles or anything from elsewhere."""
    title = escape(f"{shown_name(sheet)} · {codes.displayed(sheet.code)}")
    body = "".join(_drawn(sheet, paper))
    units = width(paper)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img"'
        f' width="{paper.width:g}mm" height="{paper.height:g}mm"'
        f' viewBox="0 0 {units:g} {units * paper.height / paper.width:g}">'
        f'<title>{title}</title><path fill="#ffffff" d="M0 0H210V300H0Z"/>{body}</svg>'
    )


def _drawn(sheet: PosterSheet, paper: PosterSize) -> Iterator[str]:
    for mark in poster_marks(sheet, paper):
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


def poster_marks(sheet: PosterSheet, paper: PosterSize) -> Iterator[Mark]:
    """Everything on the poster, back to front, in units that its width has so many of."""
    yield from same_marks(site(sheet), paper)
    yield from own_marks(sheet, paper)


def same_marks(site: str, paper: PosterSize) -> Iterator[Mark]:
    """What stands behind the rest on every poster of a site: drawn once for many."""
    if paper is PosterSize.A6:
        return small.table_same(site)
    return small.card_same() if paper is PosterSize.CARD else door.same_marks(site, paper)


def own_marks(sheet: PosterSheet, paper: PosterSize) -> Iterator[Mark]:
    """What tells one poster from another."""
    if paper is PosterSize.A6:
        return small.table_own(sheet)
    return small.card_own(sheet) if paper is PosterSize.CARD else door.own_marks(sheet, paper)


def site(sheet: PosterSheet) -> str:
    """The host that people type."""
    return printable(urlsplit(sheet.address.lower()).netloc)


def width(paper: PosterSize) -> float:
    """How many units a poster is wide: a door poster is measured on A4, whatever its size."""
    return small.WIDTH if paper in (PosterSize.A6, PosterSize.CARD) else door.WIDTH
