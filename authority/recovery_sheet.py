"""The recovery sheet: a page A4 that opens the keys when nobody else can, and the code on it."""

from datetime import datetime
from itertools import zip_longest

import fontpkg
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from nacl.public import PrivateKey

from districts.days import LOCAL_ZONE
from documents import qr
from documents.fonts import legible
from documents.marks import Ink, Outline, Placed
from documents.pdf import paint
from venues.codes import ALPHABET

_MARGIN = 20.0
_WIDTH = 210 - 2 * _MARGIN
_CODE_SIDE = 62.0
_IN_LINE = 5

_TITLE = "Tờ khôi phục khoá bảo mật"
_SUBTITLE = "Dữ liệu khai báo y tế được niêm phong bằng khoá của cơ quan y tế"
_WHAT_FOR = (
    "Tờ này mở được tên, số điện thoại và địa chỉ của mọi người đã khai báo. Chỉ dùng khi không "
    "còn cán bộ truy vết nào mở được khoá: người giữ tờ này nhập mã dưới đây tại trang "
    "“Mã khôi phục” để một cán bộ truy vết được mở khoá trở lại."
)
_RULES = (
    "Chỉ có một bản. Không chụp ảnh, không sao chép, không gửi qua điện thoại hay thư điện tử.",
    "Bỏ vào phong bì niêm phong, có chữ ký của hai người, cất trong két của cơ quan.",
    "Mỗi lần mở phong bì: lập biên bản, sau đó thay khoá và in tờ mới.",
    "Khi tờ này mất hoặc có người lạ nhìn thấy: thay khoá ngay và in tờ mới.",
)
_HOW_TO_TYPE = (
    "Mã gồm 13 nhóm, mỗi nhóm 5 ký tự; không có chữ O, I, L và số 0, 1. Chữ hoa hay chữ thường, "
    "có gạch nối hay không đều được. Gõ sai nhóm nào, trang sẽ báo nhóm ấy."
)

# 52 characters of 31 hold 256 bits. Each group of four has a fifth that checks it, so that whoever
# types is told which group to read again; its place is part of the check, so groups can't swap.
GROUPS = 13
_IN_GROUP = 4
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


class MistypedError(Exception):
    """The code was mistyped; `groups` are the places, from 1, to read again, if they are known."""

    def __init__(self, *groups: int) -> None:
        self.groups = groups


def groups_of(private: PrivateKey) -> list[str]:
    number, characters = int.from_bytes(bytes(private)), ""
    for _ in range(GROUPS * _IN_GROUP):
        number, value = divmod(number, len(ALPHABET))
        characters += ALPHABET[value]
    parts = [characters[at : at + _IN_GROUP] for at in range(0, len(characters), _IN_GROUP)]
    return [part + _check(part, place) for place, part in enumerate(parts)]


def code_of(private: PrivateKey) -> str:
    return "-".join(groups_of(private))


def private_key(typed: str) -> PrivateKey:
    """Return the key of a typed code, in any case and grouping; raises MistypedError."""
    kept = "".join(character for character in typed.upper() if character.isalnum())
    size = _IN_GROUP + 1
    groups = [kept[at : at + size] for at in range(0, len(kept), size)]
    pairs = zip_longest(range(GROUPS), groups, fillvalue=None)
    wrong = [n for n, (at, group) in enumerate(pairs, 1) if not _is_right(at, group)]
    if wrong:
        raise MistypedError(*wrong if len(groups) == GROUPS else ())
    number = 0
    for character in reversed("".join(group[:_IN_GROUP] for group in groups)):
        number = number * len(ALPHABET) + _VALUES[character]
    if number >= 1 << 256:
        raise MistypedError
    return PrivateKey(number.to_bytes(32))


def _is_right(place: int | None, group: str | None) -> bool:
    if place is None or group is None or len(group) != _IN_GROUP + 1:
        return False
    known = all(character in _VALUES for character in group)
    return known and group[-1] == _check(group[:_IN_GROUP], place)


def _check(part: str, place: int) -> str:
    weighted = zip((5, 4, 3, 2), part, strict=True)
    total = sum(weight * _VALUES[character] for weight, character in weighted)
    return ALPHABET[(total + 7 * place) % len(ALPHABET)]


def sheet_pdf(groups: list[str], key: str, made_at: datetime) -> bytes:
    """Return the page with the code as groups to type and as a QR code to scan."""
    paper = FPDF(format="a4")
    paper.set_margins(_MARGIN, _MARGIN, _MARGIN)
    paper.set_auto_page_break(False)
    for style, weight in (("", 400), ("B", 700)):
        paper.add_font("sheet", style, fontpkg.path("Be Vietnam Pro", weight, "normal"))
    paper.set_lang("vi")
    paper.set_title(_TITLE)
    paper.add_page()
    _heading(paper, key, made_at)
    _code(paper, groups)
    _rules(paper)
    return bytes(paper.output())


def _heading(paper: FPDF, key: str, made_at: datetime) -> None:
    _line(paper, _TITLE, "B", 22, 11)
    _line(paper, _SUBTITLE, "", 12, 7)
    made = made_at.astimezone(LOCAL_ZONE)
    _line(paper, legible(f"Khoá {key} · lập lúc {made:%H:%M, %d/%m/%Y}"), "", 11, 7)
    paper.ln(4)
    _paragraph(paper, _WHAT_FOR)


def _code(paper: FPDF, groups: list[str]) -> None:
    paper.ln(5)
    top = paper.get_y()
    paper.rect(_MARGIN, top, _WIDTH, _CODE_SIDE + 42)
    _square(paper, "-".join(groups), (210 - _CODE_SIDE) / 2, top + 5)
    paper.set_y(top + _CODE_SIDE + 9)
    paper.set_font("sheet", "B", 20)
    for at in range(0, len(groups), _IN_LINE):
        line = "   ".join(groups[at : at + _IN_LINE])
        paper.cell(0, 10, line, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ln(5)
    _paragraph(paper, _HOW_TO_TYPE)


def _rules(paper: FPDF) -> None:
    paper.ln(3)
    for number, rule in enumerate(_RULES, 1):
        _paragraph(paper, f"{number}. {rule}")
    paper.ln(4)
    for who in ("Người lập", "Người chứng kiến", "Ngày niêm phong"):
        _line(paper, f"{who}: {'.' * 60}", "", 11, 10)


def _line(paper: FPDF, text: str, style: str, size: float, height: float) -> None:
    paper.set_font("sheet", style, size)
    paper.cell(0, height, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _paragraph(paper: FPDF, text: str) -> None:
    paper.set_font("sheet", "", 11)
    paper.multi_cell(_WIDTH, 5.6, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ln(1.5)


def _square(paper: FPDF, text: str, left: float, top: float) -> None:
    """Draw the QR code with the quiet zone that scanners need."""
    symbol = qr.symbol(text, least_version=1, mask=None)
    side = _CODE_SIDE / (symbol.modules + 2 * qr.QUIET_MODULES)
    outline = Outline(symbol.outline, Ink.BLACK)
    quiet = qr.QUIET_MODULES * side
    paint(paper, Placed(outline, left + quiet, top + quiet, side))
