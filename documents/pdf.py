"""Paper as PDF: real text that can be searched and read aloud, outlines; and a picture of it."""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from threading import Lock
from typing import Any, cast

import pypdfium2
from fpdf import FPDF
from fpdf.enums import PDFResourceType
from fpdf.fonts import TTFFont
from PIL import Image

from .fonts import BREAK, Face, Weight
from .marks import Lettering, Mark, Placed
from .typesetting import Run, shaped

_NEAR = 0.5  # thousandths of the type size that nobody sees
_COMMAND = re.compile("([MLCZ])([^MLCZ]*)")  # what our outlines consist of
_OPERATORS = {"M": "m", "L": "l", "C": "c", "Z": "h"}
# PDFium may be used by one thread at a time.
_PDFIUM = Lock()


@dataclass(frozen=True)
class Stamp:
    """What drawing wrote into a page, and the fonts it needs there.

    fpdf2 has no other way to draw something once for many pages.
    """

    stream: bytes
    fonts: frozenset[int]


class MarkedPdf(FPDF):
    """A PDF of pages of one size in millimetres, on which marks are drawn.

    It has no margins and breaks no page by itself. It says that it was made at a moment, or at the
    beginning of a day in UTC.
    """

    def __init__(self, width: float, height: float, title: str, made: date) -> None:
        super().__init__(format=(width, height))
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0
        self.alias_nb_pages("")
        self.set_lang("vi")
        self.set_title(title)
        moment = made if isinstance(made, datetime) else datetime.combine(made, time(), UTC)
        self.set_creation_date(moment.astimezone(UTC))

    def draw(
        self, marks: Iterable[Mark], scale: float = 1, at: tuple[float, float] = (0, 0)
    ) -> None:
        """Draw marks at a place of the page; `scale` is millimetres per unit."""
        for mark in marks:
            if isinstance(mark, Lettering):
                self.set_text_color(mark.style.ink)
                place = at[0] + mark.x * scale, at[1] + mark.baseline * scale
                write_line(self, mark.text, place, mark.style.size * scale, mark.style.weight)
            else:
                paint(self, mark, scale, at)

    def recorded(self, marks: Iterable[Mark], scale: float) -> Stamp:
        """Draw marks in the page's corner and take them off again, to be stamped on many pages."""
        page = cast("bytearray", self.pages[self.page].contents)
        begin = len(page)
        self.draw(marks, scale)
        stamp = Stamp(bytes(page[begin:]), frozenset(self._fonts))
        del page[begin:]
        return stamp

    def stamp(self, stamp: Stamp, at: tuple[float, float]) -> None:
        """Write a stamp at a place of the page."""
        move = f"q 1 0 0 1 {at[0] * self.k:.3f} {-at[1] * self.k:.3f} cm\n"
        _write_stream(self, move.encode() + stamp.stream + b"Q")
        self._fonts.update(stamp.fonts)

    @property
    def _fonts(self) -> set[Any]:
        """The numbers of the fonts that this page uses."""
        return self._resource_catalog.resources_per_page[self.page, PDFResourceType.FONT]

    def finished(self) -> bytes:
        give_every_glyph_a_character(self)
        return bytes(self.output())


def write_line(pdf: FPDF, text: str, at: tuple[float, float], size: float, weight: Weight) -> None:
    """Write a line from its left end on the baseline, shaped; all in millimetres."""
    for run in shaped(text, weight).runs:
        font = _font(pdf, run.face)
        x, y = (at[0] + run.x * size) * pdf.k, (pdf.h - at[1]) * pdf.k
        points = size * pdf.k
        colour = pdf.text_color.serialize().lower() if pdf.text_color else "0 g"
        begin = f"q {colour} BT /F{font.i} {points:.2f} Tf"
        drawn = f"{begin} {x:.2f} {y:.2f} Td {_glyphs(font, run, points)} ET Q"
        _write_stream(pdf, drawn.encode("latin-1"))


def paint(pdf: FPDF, placed: Placed, scale: float = 1, at: tuple[float, float] = (0, 0)) -> None:
    """Write an outline as PDF has it, which is much quicker than fpdf2's own way through SVG."""
    outline, unit = placed.outline, placed.unit * scale * pdf.k
    left = (at[0] + placed.x * scale) * pdf.k
    top = (pdf.h - at[1] - placed.y * scale) * pdf.k
    red, green, blue = (int(outline.ink[place : place + 2], 16) / 255 for place in (1, 3, 5))
    colour = f"{red:.3f} {green:.3f} {blue:.3f}"
    inked = f"{colour} rg" if outline.pen is None else f"{colour} RG {outline.pen:g} w 1 J 1 j"
    path = _COMMAND.sub(lambda each: f" {each[2]} {_OPERATORS[each[1]]} ", outline.path)
    drawn = "f" if outline.pen is None else "S"
    matrix = f"{unit:.5f} 0 0 {-unit:.5f} {left:.3f} {top:.3f} cm"
    _write_stream(pdf, f"q {matrix} {inked}{path}{drawn} Q".encode())


def give_every_glyph_a_character(pdf: FPDF) -> None:
    """Copied and read aloud, a glyph without one would become whatever its number stands for.

    A Khmer syllable's characters all belong to its first glyph; the others say nothing.
    """
    for font in pdf.fonts.values():
        for glyph, _ in font.subset.items() if isinstance(font, TTFFont) else ():
            if glyph and glyph.unicode == ():
                glyph.unicode = (ord(BREAK),)


def picture_of(pdf: bytes, dots_per_inch: int) -> bytes:
    """Return the first page of a PDF as PNG, in few colours."""
    with _PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            picture = document[0].render(scale=dots_per_inch / 72).to_pil()
        finally:
            document.close()
    file = io.BytesIO()
    few_colours = picture.quantize(32, method=Image.Quantize.FASTOCTREE)
    few_colours.save(file, "PNG", dpi=(dots_per_inch, dots_per_inch))
    return file.getvalue()


def _font(pdf: FPDF, face: Face) -> TTFFont:
    """Return a font that this page may use."""
    if face.key not in pdf.fonts:
        pdf.add_font(face.key, fname=face.path)
    font = cast("TTFFont", pdf.fonts[face.key])
    pdf._resource_catalog.add(PDFResourceType.FONT, font.i, pdf.page)  # noqa: SLF001
    return font


def _glyphs(font: TTFFont, run: Run, points: float) -> str:
    """Return what draws each glyph where the shaper put it: TJ moves it aside, Ts raises it."""
    written, row, pen, rise = [], "", 0.0, 0
    raised = points / run.face.units_per_em
    for glyph, drawn in zip(run.glyphs, font.shape_text(run.text, 1, None), strict=True):
        left = glyph.x * font.scale
        if glyph.y != rise:
            written.append(f"[{row}] TJ {glyph.y * raised:.3f} Ts")
            row, rise = "", glyph.y
        if abs(left - pen) > _NEAR:
            row += f"{pen - left:.0f}"
        row += f"({font.escape_text(chr(drawn['mapped_char']))})"
        pen = left + round(font.scale * run.face.shaper.get_glyph_h_advance(glyph.number))
    return " ".join([*written, f"[{row}] TJ"])


def _write_stream(pdf: FPDF, stream: bytes) -> None:
    """Write into the page what fpdf2 has no words for, or many slow ones."""
    pdf._out(stream)  # noqa: SLF001
