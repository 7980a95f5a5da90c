"""Names of every script on paper: shaped, whole, legible, each in its own cell."""

from datetime import UTC, datetime
from functools import partial

import pypdfium2
import pytest
import uharfbuzz

from documents.fonts import Script, Weight, face, legible
from documents.official_paper import OfficialPaper, RuledCell, RuledColumn, RuledTable
from documents.typesetting import shaped, splittable, wrapped

NOW = datetime(2021, 11, 5, 3, 0, tzinfo=UTC)
PHONE = "0912 345 678"
WIDTH = 44.0
TEXT = 1  # an object of a page that is text
KHMER = ("ស្រី សុភា", "ក្មួយស្រីខ្ញុំឈ្មោះច័ន្ទបុត្រី", "ធម្មក្រឹត្យ ព្រះវិស្សវកម្ម", "សុខ\u200bភាព")
LEGIBLE = {
    "王小明": "[Wang Xiao Ming]",
    "Quán 北京饭店 2": "Quán [Bei Jing Fan Dian] 2",
    "Иван Петров": "[Ivan] [Petrov]",
    "สมชาย": "[smchay]",
    "محمد": "[mhmd]",
    "김철수": "[Gim Cheol Su]",
    "Bún 🍜 Hai": "Bún [:ramen:] Hai",
    "\ue000\ue001": "[U+E000 U+E001]",
    "𝑩ú𝒏 ①": "Bún 1",
    "Tra\u0300 Vinh\u200d": "Trà Vinh",
    "ស្រី": "ស្រី",
}
LONG = ("Nguyễn" * 16, "W" * 100, "ក្មួយស្រី" * 11, "\ue000" * 30, "Ẫ" * 100, "ខ្ញុំ" * 20)


def papered(names: list[str], least: float = 13) -> pypdfium2.PdfDocument:
    columns = RuledColumn("Họ tên", WIDTH), RuledColumn("Điện thoại", 27, is_centred=True)
    paper = OfficialPaper("Thử", columns, NOW)
    paper.rows(
        20, [[RuledCell([name], is_strong=True), RuledCell([PHONE])] for name in names], least
    )
    return pypdfium2.PdfDocument(paper.finished("Thử"))


def written(document: pypdfium2.PdfDocument) -> str:
    return " ".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize(("typed", "printed"), LEGIBLE.items())
def test_what_our_fonts_lack_is_spelled_in_latin_letters(typed, printed):
    assert legible(typed) == printed


def test_no_glyph_is_missing_and_every_phone_number_stands_apart():
    names = [*KHMER, *LEGIBLE, *LONG]
    words = written(papered(names))
    assert words.count(PHONE) == len(names)
    for printed in LEGIBLE.values():
        assert printed in words.replace("\r\n", " ") or Script.KHMER in face_keys(printed)
    runs = [run for name in names for run in shaped(legible(name), Weight.STRONG).runs]
    assert all(glyph.number for run in runs for glyph in run.glyphs)


def face_keys(text: str) -> str:
    return " ".join(run.face.key for run in shaped(text, Weight.STRONG).runs)


def test_khmer_stands_on_paper_as_it_is_shaped():
    """Ink in the file is as wide as the shaper says: unformed subscripts would be wider by half."""
    khmer = face(Script.KHMER, Weight.STRONG)
    for name, page in zip(KHMER, papered(list(KHMER), least=140), strict=True):
        texts = [one for one in page.get_objects() if one.type == TEXT]
        boxes = [o.get_bounds() for o in texts if "Khmer" in o.get_font().get_base_name()]
        buffer = uharfbuzz.Buffer()
        buffer.add_str(name.replace("\u200b", "").replace(" ", ""))
        buffer.guess_segment_properties()
        uharfbuzz.shape(khmer.shaper, buffer)
        advance = sum(position.x_advance for position in buffer.glyph_positions)
        space = 8 * 0.3 * name.count(" ")
        width = max(box[2] for box in boxes) - min(box[0] for box in boxes)
        assert width == pytest.approx(advance / khmer.units_per_em * 8 + space, abs=2)


@pytest.mark.parametrize("name", [*KHMER, *LONG])
def test_no_line_leaves_its_cell_or_touches_another(name):
    table = RuledTable(
        OfficialPaper("Thử", [RuledColumn("", WIDTH)], NOW).letters, [RuledColumn("", WIDTH)], 0
    )
    cell = RuledCell([name, "1980 · F1"], is_strong=True)
    lines = table.lines(cell, table.columns[0])
    inks = [shaped(line.text, line.weight) for line in lines]
    size = 8 * 25.4 / 72
    assert "".join(line.text for line in lines[:-1]).replace(" ", "") == legible(name).replace(
        " ", ""
    )
    assert all(ink.width * size <= WIDTH for ink in inks)
    tops = [line.baseline - ink.rise * size for line, ink in zip(lines, inks, strict=True)]
    bottoms = [line.baseline + ink.drop * size for line, ink in zip(lines, inks, strict=True)]
    assert all(above < below for above, below in zip(bottoms, tops[1:], strict=False))
    assert tops[0] > 0
    assert bottoms[-1] < table.height([cell], 0)


@pytest.mark.parametrize(
    "break_up", [splittable, partial(wrapped, weight=Weight.TEXT, width=1.2, may_break=True)]
)
def test_khmer_is_never_broken_within_a_syllable(break_up):
    pieces = break_up("ក្មួយស្រីខ្ញុំឈ្មោះ")
    pieces = pieces.split("\u200b") if isinstance(pieces, str) else pieces
    assert len(pieces) >= 3
    assert all("\u1780" <= piece[0] <= "\u17b3" and piece[-1] != "\u17d2" for piece in pieces)
