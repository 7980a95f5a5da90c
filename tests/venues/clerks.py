"""Workbooks as clerks make them: several sheets, merged cells, hidden rows, formats other than XLSX."""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

import xlsxwriter

from .lists import HEADINGS, row

# Two rows of GOOD under HEADINGS in a sheet "Chợ", the second with another name in a hidden row; a
# third whose address became a date; and a hidden sheet. No library at hand writes this format.
XLS = zlib.decompress(
    base64.b64decode(
        "eNrtWE9oHGUU/72Z/ZvsJrsxFdrSYShYtRYkehGhXVvR9lDDJl00FEHTNrihZVPWFqwHTa05CoKnipdApfZS20tV"
        "9KAn/7QQrQehUNw1eNF6EBQ8tFl/7+3MuFMjNKCByLxl3ny/974332++9/2Zb79eKLfmL25o4zbZARdLnTwyPTbh"
        "lQ9BCfR3OloM7zlenUTWlORzTGQmjY+LV7KaQ813Gw4upD6jBn7g9SyOYnSmMeWvouwyDpOiHLZLimPPwTu8BrDe"
        "eA2ZPmj6LtPvW91PTD9mljdMb2fdluzHQmV06yPBOJ5wNptvgFrwgcVcM8sI1uELHcevvindumnsbE5PHlljDi9V"
        "wBkwpbunGlPNySMtDDO3Z/B7xwd+Cyfxp35iX127gPY/4vbsP9hzXGRvt7/lpIBZdJ4XHblzHMGPptXjyuOoY9Gb"
        "QwGnczoQHHnPa+AmxmUT/WWtA+yr1fKQGn5Cgw8+iHnx8SK+92jcixnMe9M013GD7jp5SUkue5NWs44vvSHIBBbx"
        "IKqEF+Q6n/8CUY3osufjGJp4l7Z+yB4cxwl8TqDuCdNVDEJGGaGR2s5Rxv0YxLWtiSJkH76hqSzTFq3OekCMA3yk"
        "CIwdbzf8PTMtf9eNRp0Ux9hU217HlQb3JxnBQwR7+Y6qFxmZg/Qy9jnL+4Fa1a81W/7T0416QfukibPWYvg6ev/F"
        "i7VwjhVI46U+3Qlt5SzFVs6irScF6kN8WS2XbVUpkcLNc79efepAtfKcWWZtt+zuqfdoTtHBSY1g8IB5Ugj31K0W"
        "8YDp1+ypG628wfQwpzzvW6rrgsKTp6zO6+bdwic8bPJt5d6e8n0sz/089qE3t1i5n+Xzu9svD5//rjKPzezDQ4zX"
        "3ylsk23y9mmVjyrhXYLV97rp9X9biXNOKeDeCT4cBnELfVYsm+4i7R2JkBP0VRe5RG6EUkSpCKWJ0hHKEGUilCXK"
        "BhxkGQ5iHHJBfTEO+Qgph74IKYf+CCmHQoSUQzFCykGz5jJ3YhyY4dljV7/aqTycHh5+wMOJ8eiOlMEI9fJwYjyc"
        "GA8nxsOJ8XACHjgZ8nCX6Q83xsON9Ycb8XjFUeQy7+MLTuDr5eHGeLgRjww2EWWDXOrXYbfxLDyBR/8OZwiXtC+4"
        "Zf8lqzG9JNJrdXrJstNLfdarWK5XE0kkkUQSSSTaAJ3u2cC+sNLBVpsN/te5xWsp+ZvkfyvjPFzN8JDl4wmecPQk"
        "dmJF4+dupCV8ltxhTPh/ocozbL2JwzhgPA6vePzyU0l63+eOA0v/3hRaaftLK+H5H7f/J4IKXz0="
    )
)


def clerks_book() -> bytes:
    """Return a workbook with every shape that is no venue, over two sheets and a hidden one."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        _wards(book, book.add_worksheet("Khóm"))
        second = book.add_worksheet("Chợ")
        for number, cells in enumerate(
            [HEADINGS, row(name="Chợ Long Đức", kind="chợ", phone="900000005")]
        ):
            second.write_row(number, 0, cells)
        hidden = book.add_worksheet("Cũ")
        hidden.write_row(0, 0, HEADINGS)
        hidden.hide()
        book.add_worksheet("Ghi chú").write(0, 0, "Danh sách do phường lập")
    return content.getvalue()


def _wards(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    sheet.merge_range("A1:H1", "DANH SÁCH CƠ SỞ KINH DOANH")
    sheet.merge_range("A2:H2", "(Kèm theo Công văn số 12/UBND)")
    for column, text in enumerate(("STT", "Tên cơ sở", "Loại hình")):
        sheet.merge_range(3, column, 4, column, text)
    sheet.merge_range("D4:F4", "Địa chỉ")
    sheet.write_row("D5", ("Số nhà, đường", "Xã/phường", "Huyện/TP"))
    sheet.merge_range("G4:H4", "Người phụ trách")
    sheet.write_row("G5", ("Họ và tên", "Điện thoại"))
    sheet.write_row(5, 0, range(1, 9))
    sheet.merge_range("A7:H7", "KHÓM 3")
    sheet.write_row(7, 0, row(name="Quán\nHoà Bình"))
    sheet.merge_range("E8:E9", "Phường 1")
    sheet.write_row(8, 0, row(name="Quán Hai", commune="", phone="0900000002"))
    sheet.set_row(8, None, None, {"hidden": True})
    sheet.write_row(9, 0, ["II", "Khóm 4"])
    day = book.add_format({"num_format": "d-mmm"})
    sheet.write_row(10, 0, row(name="Quán Ba", phone="0900000003"))
    sheet.write_datetime(10, 3, date(2026, 1, 14), day)
    sheet.write_row(11, 0, row(name="Quán Bốn"))
    sheet.write_formula(11, 7, "=VLOOKUP(A12,Cũ!A:H,8,0)", None, "")
    sheet.write_row(12, 1, ["Tổng cộng:", "", 4])
    sheet.write(14, 6, "Trà Vinh, ngày 5 tháng 5 năm 2021")
    sheet.write(15, 1, "Người lập biểu")
    sheet.write(15, 6, "CHỦ TỊCH")
    sheet.write(19, 6, "Nguyễn Văn Thử")


def as_ods(rows: Sequence[Sequence[str]], hidden: int) -> bytes:
    """Return an OpenDocument with these rows, one of them hidden, and with its empty rest."""

    def cells(texts: Sequence[str]) -> str:
        return "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p>'
            "</table:table-cell>"
            for text in texts
        )

    seen = {hidden: ' table:visibility="filter"'}
    told = "".join(
        f"<table:table-row{seen.get(number, '')}>{cells(texts)}</table:table-row>"
        for number, texts in enumerate(rows, start=1)
    )
    rest = (
        '<table:table-row table:number-rows-repeated="1048500">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    names = {"office": "office", "table": "table", "text": "text"}
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
        for name, space in names.items()
    )
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces}><office:body>'
        f'<office:spreadsheet><table:table table:name="Chợ">{told}{rest}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return _zipped(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": document,
         "META-INF/manifest.xml": "<manifest/>"}
    )  # fmt: skip


def as_xlsb(rows: Sequence[Sequence[str]], hidden: int) -> bytes:
    """Return a workbook in binary parts, one row of it hidden."""
    extent = struct.pack("<IIII", 0, len(rows) - 1, 0, len(rows[0]) - 1)
    sheet = [_record(129), _record(148, extent), _record(145)]
    for number, texts in enumerate(rows):
        flags = 0x10 if number + 1 == hidden else 0
        sheet.append(_record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, flags, 0, 0)))
        sheet += [
            _record(6, struct.pack("<II", place, 0) + _wide(t)) for place, t in enumerate(texts)
        ]
    sheet += [_record(146), _record(130)]
    bundle = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Chợ")
    book = [_record(131), _record(143), _record(156, bundle), _record(144), _record(132)]
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    return _zipped(
        {
            "xl/workbook.bin": b"".join(book),
            "xl/worksheets/sheet1.bin": b"".join(sheet),
            "xl/_rels/workbook.bin.rels": (
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f'<Relationship Id="rId1" Type="{relation}" Target="worksheets/sheet1.bin"/>'
                "</Relationships>"
            ),
        }
    )


def _record(number: int, data: bytes = b"") -> bytes:
    head = [number] if number < 128 else [number & 0x7F | 0x80, number >> 7]
    size = [len(data) & 0x7F] if len(data) < 128 else [len(data) & 0x7F | 0x80, len(data) >> 7]
    return bytes(head + size) + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _zipped(parts: dict[str, str | bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return content.getvalue()
