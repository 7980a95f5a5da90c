"""What a reader of workbooks does not tell: hidden rows, lost values, and how far a sheet reaches.

A reader takes memory for every cell up to the last one, so that is looked at before it may.
"""

import posixpath
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, BinaryIO
from xml.parsers import expat

import olefile

from .reading import Oddity, SheetRefused

_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384  # of any workbook
_MOST_CELLS = 3_000_000  # 32 bytes each
_CHUNK = 1 << 16
_VARINT_BYTES = 4


@dataclass
class SheetSurvey:
    """What was seen of a sheet; rows are numbered as people see them, columns from 0."""

    hidden: set[int] = field(default_factory=set)
    odd: dict[int, dict[int, Oddity]] = field(default_factory=dict)
    _rows: int = 0
    _columns: int = 0

    def reach(self, row: int, column: int) -> None:
        """Note that there is a cell; raise SheetRefused where a sheet grows too large by it."""
        if not (0 < row <= _MOST_ROWS and 0 <= column < _MOST_COLUMNS):
            raise SheetRefused("broken")
        self._rows, self._columns = max(self._rows, row), max(self._columns, column + 1)
        if self._rows * self._columns > _MOST_CELLS:
            raise SheetRefused("too_large_inside")

    def lost(self, row: int, column: int) -> None:
        """Note that a cell shows no value, but an error or a formula that was never computed."""
        self.odd.setdefault(row, {})[column] = Oddity.NO_VALUE


Surveys = Callable[[int], SheetSurvey]


def surveys_of_xlsx(parts: zipfile.ZipFile) -> Surveys:
    """Return what surveys a sheet of a workbook in XML, by its place among the sheets."""
    listing = _Listing()
    _parse(parts.open("xl/workbook.xml"), listing.start)
    paths = _targets(parts, "xl/_rels/workbook.xml.rels")

    def survey(place: int) -> SheetSurvey:
        reading = _SheetReading()
        _parse(parts.open(paths[listing.relations[place]]), reading.start, reading.end)
        return reading.survey

    return survey


def surveys_of_ods(parts: zipfile.ZipFile) -> Surveys:
    """Return what surveys a sheet of an OpenDocument, all of which are in one part."""
    reading = _OpenDocumentReading()
    _parse(parts.open("content.xml"), reading.start, reading.end)
    return reading.surveys.__getitem__


def surveys_of_xlsb(parts: zipfile.ZipFile) -> Surveys:
    """Return what surveys a sheet of a workbook in binary parts."""
    relations = [
        data[12 : 12 + 2 * struct.unpack_from("<I", data, 8)[0]].decode("utf-16-le")
        for number, data in _records(parts.read("xl/workbook.bin"))
        if number == 156  # BrtBundleSh
    ]
    paths = _targets(parts, "xl/_rels/workbook.bin.rels")
    return lambda place: _survey_of_xlsb(parts.read(paths[relations[place]]))


def surveys_of_xls(file: BinaryIO) -> Surveys:
    """Return what surveys a sheet of a workbook of old Excel; refuse macros and passwords."""
    with olefile.OleFileIO(file) as parts:
        if parts.exists("EncryptedPackage"):
            raise SheetRefused("password")
        if parts.exists("_VBA_PROJECT_CUR"):
            raise SheetRefused("macros")
        name = next((name for name in ("Workbook", "Book") if parts.exists(name)), None)
        if name is None:
            raise SheetRefused("not_a_sheet")
        stream = parts.openstream(name).read()
    starts = []
    for number, data in _old_records(stream, 0):
        if number == 0x2F:  # FILEPASS
            raise SheetRefused("password")
        if number == 0x85:  # BOUNDSHEET
            starts.append(struct.unpack_from("<I", data)[0])
    return lambda place: _survey_of_xls(stream, starts[place])


class _Listing:
    """The sheets of a workbook in their order, by the names of their relations."""

    def __init__(self) -> None:
        self.relations: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sheet":
            self.relations.append(next(v for k, v in attributes.items() if _local(k) == "id"))


class _SheetReading:
    """Reads the rows of a sheet in XML; places that are not written follow from the one before."""

    def __init__(self) -> None:
        self.survey = SheetSurvey()
        self._row, self._column = 0, -1
        self._formula, self._has_value, self._type = False, False, ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match _local(name):
            case "row":
                self._row, self._column = int(attributes.get("r", self._row + 1)), -1
                if attributes.get("hidden") in ("1", "true"):
                    self.survey.hidden.add(self._row)
            case "c":
                reference = attributes.get("r")
                self._column = _column(reference) if reference else self._column + 1
                self.survey.reach(self._row, self._column)
                self._type = attributes.get("t", "n")
                self._formula = self._has_value = False
            case "f":
                self._formula = True

    def end(self, name: str, text: str) -> None:
        match _local(name):
            case "v":
                self._has_value = bool(text)
            case "c" if self._type == "e" or (
                self._formula and not self._has_value and self._type != "str"
            ):
                self.survey.lost(self._row, self._column)


class _OpenDocumentReading:
    """Reads all sheets of an OpenDocument; empty rows and cells at the end count for nothing."""

    def __init__(self) -> None:
        self.surveys: list[SheetSurvey] = []
        self._row = self._repeated = self._column = 0
        self._is_hidden = False
        self._cell: dict[str, str] = {}
        self._depth = 0  # a table within a table, as in a note or a form, is no sheet

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "table:table":
                self._depth += 1
                if self._depth == 1:
                    self.surveys.append(SheetSurvey())
                    self._row = self._repeated = 0
            case "table:table-row":
                self._row += self._repeated or 1
                self._repeated = int(attributes.get("table:number-rows-repeated", 1))
                self._row += 0 if self._row else 1
                self._column = 0
                self._is_hidden = attributes.get("table:visibility", "visible") != "visible"
            case "table:table-cell" | "table:covered-table-cell":
                self._cell = attributes

    def end(self, name: str, text: str) -> None:
        if name == "table:table":
            self._depth -= 1
        elif name in ("table:table-cell", "table:covered-table-cell"):
            width = int(self._cell.get("table:number-columns-repeated", 1))
            if text or "office:value-type" in self._cell:
                survey = self.surveys[-1]
                survey.reach(self._row + self._repeated - 1, self._column + width - 1)
                if self._is_hidden:
                    survey.hidden |= set(range(self._row, self._row + self._repeated))
            self._column += width


def _parse(
    file: Any,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str, str], None] | None = None,
) -> None:
    """Go through a part in XML; one that declares entities is broken, since none needs them."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    texts: list[str] = []

    def started(name: str, attributes: dict[str, str]) -> None:
        texts.clear()
        start(name, attributes)

    def ended(name: str) -> None:
        if end:
            end(name, "".join(texts))

    def refused(*_declaration: Any) -> None:
        raise SheetRefused("broken")

    parser.StartElementHandler, parser.EndElementHandler = started, ended
    parser.CharacterDataHandler = texts.append
    parser.EntityDeclHandler = refused
    with file:
        while chunk := file.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


def _targets(parts: zipfile.ZipFile, path: str) -> dict[str, str]:
    """Return the paths of the parts that relations lead to."""
    paths: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship":
            target = posixpath.join("/xl", attributes["Target"])
            paths[attributes["Id"]] = posixpath.normpath(target).lstrip("/")

    _parse(parts.open(path), start)
    return paths


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _column(reference: str) -> int:
    return _column_of(reference.rstrip("0123456789"))


@lru_cache(4096)
def _column_of(letters: str) -> int:
    if not re.fullmatch("[A-Z]{1,3}", letters):
        raise SheetRefused("broken")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a binary part: number and length in seven bits a byte, then the data."""
    place = 0
    while place < len(data):
        number, place = _varint(data, place, 2)
        size, place = _varint(data, place, _VARINT_BYTES)
        yield number, data[place : place + size]
        place += size


def _varint(data: bytes, place: int, most: int) -> tuple[int, int]:
    value = 0
    for shift in range(most):
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << 7 * shift
        if not byte & 0x80:
            break
    return value, place


def _survey_of_xlsb(data: bytes) -> SheetSurvey:
    survey, row = SheetSurvey(), 0
    for number, record in _records(data):
        if number == 0:  # BrtRowHdr
            row = struct.unpack_from("<I", record)[0] + 1
            if record[11] & 0x10:
                survey.hidden.add(row)
        elif number <= 11:  # cells
            column = struct.unpack_from("<I", record)[0]
            survey.reach(row, column)
            if number in (3, 11):  # an error, typed or of a formula
                survey.lost(row, column)
    return survey


def _old_records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of old Excel from a place up to the end of that part."""
    while place + 4 <= len(stream):
        number, size = struct.unpack_from("<HH", stream, place)
        yield number, stream[place + 4 : place + 4 + size]
        if number == 0x0A:  # EOF
            return
        place += 4 + size


_OLD_CELLS = {0x06, 0x201, 0x203, 0x204, 0x205, 0x27E, 0xBD, 0xBE, 0xD6, 0xFD}


def _survey_of_xls(stream: bytes, start: int) -> SheetSurvey:
    survey = SheetSurvey()
    for number, data in _old_records(stream, start):
        if number == 0x208 and data[12] & 0x20:  # ROW
            survey.hidden.add(struct.unpack_from("<H", data)[0] + 1)
        elif number in _OLD_CELLS:
            row, column = struct.unpack_from("<HH", data)
            survey.reach(row + 1, column)
            is_error = number == 0x205 and data[7]  # BOOLERR
            is_error |= number == 0x06 and data[12:14] == b"\xff\xff" and data[6] == 2  # FORMULA
            if is_error:
                survey.lost(row + 1, column)
    return survey
