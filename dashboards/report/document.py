"""A report as committees write it, in the layout of decree 30/2020/NĐ-CP: its parts, its paper."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import fontpkg
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from documents.fonts import Script, Weight, face, legible
from documents.pdf import give_every_glyph_a_character
from documents.typesetting import splittable

_LEFT, _RIGHT, _TOP, _BOTTOM = 28.0, 17.0, 20.0, 18.0
_WIDTH = 210 - _LEFT - _RIGHT
_ISSUER, _STATE = 70.0, 92.0  # widths of what stands left and right in the heading
_SIZE, _SMALL = 11.0, 9.5
_LINE, _BLANK_LINE = 6.0, 8.0
_NEXT_LINE: dict[str, Any] = {"new_x": XPos.LMARGIN, "new_y": YPos.NEXT}


@dataclass(frozen=True)
class ReportColumn:
    """A column of a table, and how much of its width it takes, in parts of a hundred."""

    heading: str
    share: float
    is_number: bool = True


@dataclass(frozen=True)
class ReportLine:
    """A row of a table; a strong one holds sums."""

    cells: list[str]
    is_strong: bool = False


@dataclass(frozen=True)
class ReportTable:
    title: str
    columns: list[ReportColumn]
    lines: list[ReportLine]


@dataclass(frozen=True)
class ReportPart:
    """A numbered part: sentences, then perhaps a table, then lines that people fill in."""

    heading: str
    paragraphs: list[str] = field(default_factory=list)
    table: ReportTable | None = None
    blank_lines: int = 0


@dataclass(frozen=True)
class ReportDocument:
    """What stands in a report and in which order, on the page and on paper."""

    issuer: list[str]
    number: str
    place_and_date: str
    title: str
    subject: str
    parts: list[ReportPart]
    closing: str
    recipients: list[str]
    signature: list[str]
    appendix: ReportTable | None = None

    state = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    motto = "Độc lập - Tự do - Hạnh phúc"
    recipients_heading = "Nơi nhận:"
    appendix_heading = "PHỤ LỤC"
    enclosed = "(Kèm theo Báo cáo số          /BC-BCĐ, ngày          tháng          năm          )"


def report_pdf(document: ReportDocument, made_at: datetime) -> bytes:
    """Return the document on A4 upright; the same one gives the same bytes."""
    paper = _ReportPaper(document, made_at)
    paper.write_heading()
    for part in document.parts:
        paper.write_part(part)
    paper.write_paragraph(document.closing)
    paper.write_end()
    if document.appendix:
        paper.write_appendix(document.appendix)
    give_every_glyph_a_character(paper)
    return bytes(paper.output())


class _ReportPaper(FPDF):
    """Lengths are in millimetres, sizes of letters in points."""

    def __init__(self, document: ReportDocument, made_at: datetime) -> None:
        super().__init__(format="a4")
        self.document = document
        self.set_margins(_LEFT, _TOP, _RIGHT)
        self.set_auto_page_break(True, _BOTTOM)
        # The fonts of Khmer take a second to make.
        has_khmer = re.search("[\u1780-\u17ff]", repr(document))
        # A document is set lighter than a poster; the day and "Nơi nhận" are slanted.
        for style in ("", "B", "I", "BI"):
            thickness, slant = 700 if "B" in style else 400, "italic" if "I" in style else "normal"
            self.add_font("report", style, fontpkg.path("Be Vietnam Pro", thickness, slant))
            if has_khmer:
                weight = Weight.STRONG if "B" in style else Weight.TEXT
                self.add_font("khmer", style, face(Script.KHMER, weight).path)
                self.set_fallback_fonts(["khmer"])
                self.set_text_shaping(True)
        self.set_font("report", size=_SIZE)
        self.set_lang("vi")
        self.set_title(f"{document.title}: {document.subject}")
        self.set_creation_date(made_at.astimezone(UTC))
        self.add_page()

    def header(self) -> None:
        """Number the pages at the top, from the second one on."""
        if self.page_no() > 1:
            self.set_font(size=_SMALL)
            self.set_y(10)
            self.cell(0, 5, str(self.page_no()), align="C")
            self.set_y(_TOP)

    def write_heading(self) -> None:
        """Write who sends it, where and when, and what it is."""
        right = 210 - _RIGHT - _STATE
        issuer_end = self._column(_LEFT, _ISSUER, self.document.issuer)
        self._rule(_LEFT + _ISSUER / 2, 24, issuer_end)
        state_end = self._column(right, _STATE, [self.document.state])
        self.set_font(style="B", size=10.5)
        self._centred(self.document.motto, right, state_end, _STATE)
        motto_width = self.get_string_width(self.document.motto)
        self._rule(right + _STATE / 2, motto_width, state_end + 5.5)
        below = max(issuer_end, state_end + 5.5) + 4
        self.set_font(style="", size=_SMALL + 0.5)
        self._centred(self.document.number, _LEFT, below, _ISSUER)
        self.set_font(style="I", size=_SMALL + 0.5)
        self._centred(self._ours(self.document.place_and_date), right, below, _STATE)
        self.set_y(below + 14)
        self.set_font(style="B", size=14)
        self.cell(0, 7, self.document.title, align="C", **_NEXT_LINE)
        self.set_font(style="B", size=_SIZE)
        self.set_x(_LEFT + 10)
        self.multi_cell(_WIDTH - 20, _LINE, self._ours(self.document.subject), align="C")
        self._rule(_LEFT + _WIDTH / 2, 40, self.get_y())
        self.set_y(self.get_y() + 7)

    def write_part(self, part: ReportPart) -> None:
        if self.will_page_break(4 * _LINE + part.blank_lines * _BLANK_LINE):
            self.add_page()
        self.ln(2)
        self.set_font(style="B", size=_SIZE)
        self.cell(0, _LINE + 1, part.heading, **_NEXT_LINE)
        for paragraph in part.paragraphs:
            self.write_paragraph(paragraph)
        for _number in range(part.blank_lines):
            self.set_font(style="", size=_SIZE)
            dots = "." * int(_WIDTH / self.get_string_width("."))
            self.cell(0, _BLANK_LINE, dots, **_NEXT_LINE)
        if part.table:
            self.set_font(style="B", size=_SMALL)
            self.multi_cell(0, _LINE, part.table.title, align="C", **_NEXT_LINE)
            self._table(part.table)

    def write_paragraph(self, text: str) -> None:
        self.set_font(style="", size=_SIZE)
        with (
            self.text_columns(text_align="J", line_height=1.4) as columns,
            columns.paragraph(first_line_indent=10.0, bottom_margin=1.2) as paragraph,
        ):
            paragraph.write(self._ours(text))

    def write_end(self) -> None:
        """Write who gets it and who signs, side by side, never alone on two pages."""
        if self.will_page_break(62.0):
            self.add_page()
        y = self.get_y() + 6
        self.set_xy(_LEFT, y)
        self.set_font(style="BI", size=_SMALL)
        self.cell(80, 5, self.document.recipients_heading, **_NEXT_LINE)
        self.set_font(style="", size=_SMALL - 0.5)
        for recipient in self.document.recipients:
            self.multi_cell(82, 4.6, self._ours(recipient), align="L", **_NEXT_LINE)
        self.set_font(style="B", size=_SIZE)
        for number, line in enumerate(self.document.signature):
            self._centred(line, _LEFT + 88, y + 5.5 * number, _WIDTH - 88)

    def write_appendix(self, table: ReportTable) -> None:
        self.add_page()
        self.set_font(style="B", size=12)
        self.cell(0, 7, self.document.appendix_heading, align="C", **_NEXT_LINE)
        self.set_font(size=_SIZE)
        self.multi_cell(0, _LINE, table.title, align="C", **_NEXT_LINE)
        self.set_font(style="I", size=_SMALL)
        self.cell(0, _LINE, self.document.enclosed, align="C", **_NEXT_LINE)
        self.ln(3)
        self._table(table)

    def _centred(self, text: str, left: float, y: float, width: float) -> None:
        self.set_xy(left, y)
        self.cell(width, 5.5, text, align="C")

    def _column(self, left: float, width: float, lines: Iterable[str]) -> float:
        """Write centred lines from the top margin on; return where they end."""
        self.set_font(style="B", size=9.5)
        self.set_y(_TOP)
        for line in lines:
            self.set_x(left)
            self.multi_cell(width, 5, self._ours(line), align="C", new_x=XPos.LEFT, new_y=YPos.NEXT)
        return self.get_y()

    def _rule(self, middle: float, width: float, y: float) -> None:
        self.set_line_width(0.25)
        self.line(middle - width / 2, y + 0.8, middle + width / 2, y + 0.8)

    def _table(self, table: ReportTable) -> None:
        """Draw a table; its heading stands on every page again."""
        self.set_font(style="", size=8.0)
        self.set_line_width(0.15)
        strong = FontFace(emphasis="BOLD")
        with self.table(
            col_widths=tuple(column.share for column in table.columns),
            text_align=tuple("CENTER" if c.is_number else "LEFT" for c in table.columns),
            headings_style=FontFace(emphasis="BOLD", size_pt=7.2),
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
                    row.cell(self._ours(cell))
        self.ln(3)

    @staticmethod
    def _ours(text: str) -> str:
        """Return a text in the characters our fonts have, with its spaces as they are."""
        return "\u00a0".join(splittable(legible(piece)) for piece in text.split("\u00a0"))
