"""Files that were made to cost: small as they are, large or slow to read."""

import io
import zipfile
from collections.abc import Callable

from .lists import as_csv, as_xlsx, row

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def _zipped(parts: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return file.getvalue()


def _xlsx(rows: str, **parts: str) -> bytes:
    """Return a whole workbook in which one sheet, or another part, is this."""
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    with zipfile.ZipFile(io.BytesIO(as_xlsx([row()]))) as whole:
        kept = {name: whole.read(name) for name in whole.namelist()}
    return _zipped(kept | {"xl/worksheets/sheet1.xml": sheet} | parts)


def elements(number: int) -> bytes:
    """Return a workbook of a few kilobytes with so many empty rows."""
    return _xlsx("<row/>" * number)


def _of_empty_cells(rows: int, columns: int) -> bytes:
    return _xlsx("".join(f'<row r="{n}">{"<c/>" * columns}</row>' for n in range(1, rows + 1)))


def _ods(table: str) -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    tables = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
    head = f'<office:document-content xmlns:office="{office}" xmlns:table="{tables}">'
    body = f'<office:body><office:spreadsheet><table:table table:name="A">{table}'
    end = "</table:table></office:spreadsheet></office:body></office:document-content>"
    return _zipped({"mimetype": _ODS, "content.xml": head + body + end})


def _with_a_broken_stream() -> bytes:
    whole = bytearray(as_xlsx([row()] * 300))
    with zipfile.ZipFile(io.BytesIO(whole)) as parts:
        place = parts.getinfo("xl/worksheets/sheet1.xml").header_offset + 200
    whole[place : place + 40] = b"\xff" * 40
    return bytes(whole)


def _of_entries(number: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        for name in range(number):
            zipped.writestr(str(name), "")
    return file.getvalue()


_ENTITIES = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
# The first are told at a glance or soon; the rest after the seconds a reader has.
LISTS: dict[str, Callable[[], bytes]] = {
    "merged cells": lambda: _xlsx(
        '<row r="1"><c r="A1"/></row></sheetData><mergeCells>'
        + '<mergeCell ref="A1:A1048576"/>' * 300_000
        + "</mergeCells><sheetData>"
    ),
    "a zip bomb": lambda: _xlsx(" " * 210_000_000),
    "far cells": lambda: _xlsx('<row r="1"><c r="A1"/></row><row r="1000000"><c r="XFD1"/></row>'),
    "many entries": lambda: _of_entries(30_000),
    "shared texts": lambda: _xlsx("", **{"xl/sharedStrings.xml": "A" * 50_000_000}),
    "entities": lambda: _xlsx(
        "", **{"xl/workbook.xml": f'<!DOCTYPE w [<!ENTITY a0 "aaaa">{_ENTITIES}]><w>&a9;</w>'}
    ),
    "deep": lambda: _xlsx("<row>" * 400_000),
    "repeated rows": lambda: _ods(
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
        'table:number-columns-repeated="16000" office:value-type="string"/></table:table-row>'
    ),
    "a broken stream": _with_a_broken_stream,
    "cut off": lambda: as_xlsx([row()] * 300)[:-900],
    "a long field": lambda: b'"' + b"A" * 5_000_000,
    "quotation marks": lambda: as_csv([row()]) + (b',"",' * 2400 + b"\n") * 20,
    "long lines": lambda: (b"," * 5_000_000 + b"\n") * 2,
}
SLOW: dict[str, Callable[[], bytes]] = {
    "empty cells": lambda: _of_empty_cells(55_000, 54),
    "elements": lambda: elements(30_000_000),
    "many quotation marks": lambda: as_csv([row()]) + (b',"",' * 2400 + b"\n") * 1500,
}
