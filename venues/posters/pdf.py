"""The poster as PDF: real text that can be searched and read aloud, and outlines."""

from datetime import UTC, datetime, time

from fpdf import FPDF
from fpdf.drawing import GraphicsStyle, PaintedPath
from fpdf.drawing_primitives import Transform
from fpdf.fonts import TTFFont
from fpdf.svg import svg_path_converter

from . import layout
from .fonts import Face
from .lettering import BREAK
from .marks import Lettering, Outline, Placed
from .sheet import Paper, PosterSheet
from .typesetting import shaped

_POINTS_PER_MM = 72 / 25.4


def poster_pdf(sheet: PosterSheet, paper: Paper = Paper.A4) -> bytes:
    """One page; the same sheet gives the same bytes."""
    pdf = FPDF(format=(paper.width, paper.height))
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    pdf.alias_nb_pages("")
    pdf.set_text_shaping(True)
    pdf.set_lang("vi")
    pdf.set_title(layout.shown_name(sheet))
    pdf.set_creation_date(datetime.combine(sheet.issued_on, time(), UTC))
    pdf.add_page()
    _draw(pdf, sheet, paper)
    _give_every_glyph_a_character(pdf)
    return bytes(pdf.output())


def _draw(pdf: FPDF, sheet: PosterSheet, paper: Paper) -> None:
    scale = paper.width / layout.WIDTH
    for mark in layout.poster_marks(sheet, paper):
        if isinstance(mark, Lettering):
            _write(pdf, mark, scale)
        else:
            _paint(pdf, mark, scale)


def _write(pdf: FPDF, line: Lettering, scale: float) -> None:
    size = line.style.size * scale
    pdf.set_text_color(line.style.ink)
    for run in shaped(line.text, line.style.weight).runs:
        _add_font(pdf, run.face)
        pdf.set_font(run.face.key, size=size * _POINTS_PER_MM)
        # A cell without height stands 0.3 of its type size above its baseline.
        pdf.set_xy(line.x * scale + run.x * size, line.baseline * scale - 0.3 * size)
        pdf.cell(0, 0, run.text)


def _add_font(pdf: FPDF, face: Face) -> None:
    if face.key not in pdf.fonts:
        pdf.add_font(face.key, fname=face.path)


def _give_every_glyph_a_character(pdf: FPDF) -> None:
    """Copied and read aloud, a glyph without one would become whatever its number stands for.

    A Khmer syllable's characters all belong to its first glyph; the others say nothing.
    """
    for font in pdf.fonts.values():
        for glyph, _ in font.subset.items() if isinstance(font, TTFFont) else ():
            if glyph and glyph.unicode == ():
                glyph.unicode = (ord(BREAK),)


def _paint(pdf: FPDF, placed: Placed, scale: float) -> None:
    path = PaintedPath()
    svg_path_converter(path, placed.outline.path)
    unit = placed.unit * scale
    path.transform = Transform.scaling(unit).translate(placed.x * scale, placed.y * scale)
    _ink(path.style, placed.outline)
    with pdf.drawing_context() as drawing:
        drawing.add_item(path, clone=False)


def _ink(style: GraphicsStyle, outline: Outline) -> None:
    style.auto_close = False
    style.fill_color = outline.ink if outline.pen is None else None
    style.stroke_color = None if outline.pen is None else outline.ink
    style.stroke_width = outline.pen
    style.stroke_cap_style = "round"
    style.stroke_join_style = "round"
