"""The daily report on paper: A4 upright, in the layout of decree 30/2020/NĐ-CP."""

import re
from datetime import UTC, datetime

import fontpkg
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from documents.fonts import Script, Weight, face, legible
from documents.pdf import give_every_glyph_a_character
from documents.typesetting import splittable

from .document import Document, Part, Table

_LEFT, _RIGHT, _TOP, _BOTTOM = 28.0, 17.0, 20.0, 18.0
_WIDTH = 210 - _LEFT - _RIGHT
_ISSUER, _STATE = 70.0, 92.0  # widths of what stands left and right in the heading
_SIZE, _SMALL, _IN_TABLE, _IN_HEADING = 11.0, 9.5, 8.0, 7.2
# A document is set lighter than a poster; the day and "Nơi nhận" are slanted.
_FACES = (
    ("", Weight.TEXT, (400, "normal")),
    ("B", Weight.STRONG, (700, "normal")),
    ("I", Weight.TEXT, (400, "italic")),
    ("BI", Weight.STRONG, (700, "italic")),
)
_KHMER = re.compile("[\u1780-\u17ff]")  # its fonts take a second to make
_LINE, _BLANK_LINE = 6.0, 8.0
_INDENT = 10.0
_SIGNATURE_HEIGHT = 62.0


class _Paper(FPDF):
    """Numbers its pages at the top, from the second one on."""

    def header(self) -> None:
        if self.page_no() > 1:
            self.set_font(size=_SMALL)
            self.set_y(10)
            self.cell(0, 5, str(self.page_no()), align="C")
            self.set_y(_TOP)


def report_pdf(document: Document, made_at: datetime) -> bytes:
    """Return the document; the same one gives the same bytes."""
    paper = _paper(document, made_at)
    _heading(paper, document)
    for part in document.parts:
        _part(paper, part)
    _paragraph(paper, document.closing)
    _end(paper, document)
    if document.appendix:
        _appendix(paper, document, document.appendix)
    give_every_glyph_a_character(paper)
    return bytes(paper.output())


def _paper(document: Document, made_at: datetime) -> FPDF:
    paper = _Paper(format="a4")
    paper.set_margins(_LEFT, _TOP, _RIGHT)
    paper.set_auto_page_break(True, _BOTTOM)
    for style, weight, path in _FACES:
        paper.add_font("report", style, fontpkg.path("Be Vietnam Pro", *path))
        if _KHMER.search(repr(document)):
            paper.add_font("khmer", style, face(Script.KHMER, weight).path)
            paper.set_fallback_fonts(["khmer"])
            paper.set_text_shaping(True)
    paper.set_font("report", size=_SIZE)
    paper.set_lang("vi")
    paper.set_title(f"{document.title}: {document.subject}")
    paper.set_creation_date(made_at.astimezone(UTC))
    paper.add_page()
    return paper


def _heading(paper: FPDF, document: Document) -> None:
    right = 210 - _RIGHT - _STATE
    end = _column(paper, _LEFT, _ISSUER, document.issuer, 9.5)
    _rule(paper, _LEFT + _ISSUER / 2, 24, end)
    state = _column(paper, right, _STATE, [document.state], 9.5)
    paper.set_font(style="B", size=10.5)
    paper.set_xy(right, state)
    paper.cell(_STATE, 5.5, document.motto, align="C")
    _rule(paper, right + _STATE / 2, paper.get_string_width(document.motto), state + 5.5)
    below = max(end, state + 5.5) + 4
    paper.set_font(style="", size=_SMALL + 0.5)
    paper.set_xy(_LEFT, below)
    paper.cell(_ISSUER, 5.5, document.number, align="C")
    paper.set_font(style="I", size=_SMALL + 0.5)
    paper.set_xy(right, below)
    paper.cell(_STATE, 5.5, _ours(document.place_and_date), align="C")
    paper.set_y(below + 14)
    paper.set_font(style="B", size=14)
    paper.cell(0, 7, document.title, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_font(style="B", size=_SIZE)
    paper.set_x(_LEFT + 10)
    paper.multi_cell(_WIDTH - 20, _LINE, _ours(document.subject), align="C")
    _rule(paper, _LEFT + _WIDTH / 2, 40, paper.get_y())
    paper.set_y(paper.get_y() + 7)


def _column(paper: FPDF, left: float, width: float, lines: list[str], size: float) -> float:
    """Write centred lines from the top margin on; return where they end."""
    paper.set_font(style="B", size=size)
    y = _TOP
    for line in lines:
        paper.set_xy(left, y)
        paper.multi_cell(width, 5, _ours(line), align="C", new_x=XPos.LEFT, new_y=YPos.NEXT)
        y = paper.get_y()
    return y


def _rule(paper: FPDF, middle: float, width: float, y: float) -> None:
    paper.set_line_width(0.25)
    paper.line(middle - width / 2, y + 0.8, middle + width / 2, y + 0.8)


def _part(paper: FPDF, part: Part) -> None:
    if paper.will_page_break(4 * _LINE + part.blank_lines * _BLANK_LINE):
        paper.add_page()
    paper.ln(2)
    paper.set_font(style="B", size=_SIZE)
    paper.cell(0, _LINE + 1, part.heading, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    for paragraph in part.paragraphs:
        _paragraph(paper, paragraph)
    for _number in range(part.blank_lines):
        _dotted(paper)
    if part.table:
        _table(paper, part.table)


def _paragraph(paper: FPDF, text: str) -> None:
    paper.set_font(style="", size=_SIZE)
    with (
        paper.text_columns(text_align="J", line_height=1.4) as columns,
        columns.paragraph(first_line_indent=_INDENT, bottom_margin=1.2) as paragraph,
    ):
        paragraph.write(_ours(text))


def _dotted(paper: FPDF) -> None:
    paper.set_font(style="", size=_SIZE)
    dots = int(_WIDTH / paper.get_string_width("."))
    paper.cell(0, _BLANK_LINE, "." * dots, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _table(paper: FPDF, table: Table) -> None:
    """Draw a table; its heading stands on every page again."""
    if table.title:
        paper.set_font(style="B", size=_SMALL)
        paper.multi_cell(0, _LINE, table.title, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_font(style="", size=_IN_TABLE)
    paper.set_line_width(0.15)
    strong = FontFace(emphasis="BOLD")
    with paper.table(
        col_widths=tuple(column.share for column in table.columns),
        text_align=tuple("CENTER" if c.is_number else "LEFT" for c in table.columns),
        headings_style=FontFace(emphasis="BOLD", size_pt=_IN_HEADING),
        line_height=4.1,
        padding=(0.5, 0.6),
        v_align="MIDDLE",
        align="LEFT",
    ) as drawn:
        heading = drawn.row()
        for column in table.columns:
            heading.cell(column.heading, align="CENTER")
        for line in table.lines:
            row = drawn.row(style=strong if line.is_strong else None)
            for cell in line.cells:
                row.cell(_ours(cell))
    paper.ln(3)


def _end(paper: FPDF, document: Document) -> None:
    """Write who gets it and who signs, side by side, never alone on two pages."""
    if paper.will_page_break(_SIGNATURE_HEIGHT):
        paper.add_page()
    y = paper.get_y() + 6
    paper.set_xy(_LEFT, y)
    paper.set_font(style="BI", size=_SMALL)
    paper.cell(80, 5, document.recipients_heading, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_font(style="", size=_SMALL - 0.5)
    for recipient in document.recipients:
        paper.multi_cell(82, 4.6, _ours(recipient), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_font(style="B", size=_SIZE)
    for number, line in enumerate(document.signature):
        paper.set_xy(_LEFT + 88, y + 5.5 * number)
        paper.cell(_WIDTH - 88, 5.5, line, align="C")


def _appendix(paper: FPDF, document: Document, table: Table) -> None:
    paper.add_page()
    paper.set_font(style="B", size=12)
    paper.cell(0, 7, document.appendix_heading, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_font(size=_SIZE)
    paper.multi_cell(0, _LINE, table.title, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_font(style="I", size=_SMALL)
    paper.cell(0, _LINE, document.enclosed, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ln(3)
    _table(paper, Table("", table.columns, table.lines))


def _ours(text: str) -> str:
    """Return a text in the characters our fonts have, with its spaces as they are."""
    return "\u00a0".join(splittable(legible(piece)) for piece in text.split("\u00a0"))
