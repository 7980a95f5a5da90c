"""Reads a file in a process of its own, which has so much memory and so many seconds and no more.

A file of some kilobytes can be made to unpack into gigabytes, or to be gone through for minutes.
What it takes is taken here, and what was read comes out row by row as lines of JSON.
"""

import contextlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO

from . import files
from .reading import Oddity, RawRow, RawSheet, SheetRefused

_MOST_MEMORY = 400 * 1024**2  # bytes
_MOST_SECONDS = 20  # of a core; a list of 50,000 rows takes four
_LONGEST_CELL = 4000  # characters; more is no cell of a list
_LONGEST_LINE = 64 * 4 * _LONGEST_CELL  # bytes of JSON for a row of as many columns as are read
_ROOT = Path(__file__).resolve().parents[2]
_END = "end"


@contextlib.contextmanager
def unpacked(file: BinaryIO, seconds: int = _MOST_SECONDS) -> Iterator[files.Tables]:
    """Give what a file holds, as far as it is asked for; raise SheetRefused, also later."""
    with tempfile.TemporaryFile() as copy:
        file.seek(0)
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        command = [sys.executable, "-m", __name__, str(seconds)]
        with subprocess.Popen(  # noqa: S603 - this file; what it reads goes in as its input
            command, cwd=_ROOT, stdin=copy, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as reader:
            try:
                lines = _lines(reader)
                encoding = next(lines)
                yield files.Tables(_sheets(lines), encoding)
            finally:
                reader.kill()


def _lines(reader: "subprocess.Popen[bytes]") -> Iterator[Any]:
    """Yield what the reader says; where it ends before it has said all, the file was too much."""
    stdout: IO[bytes] = reader.stdout  # type: ignore[assignment]
    while line := stdout.readline(_LONGEST_LINE):
        said = json.loads(line) if line.endswith(b"\n") else None
        if said == _END:
            return
        if isinstance(said, dict):
            raise SheetRefused(said["key"], **said["params"])
        yield said
    raise SheetRefused("too_large_inside")


def _sheets(lines: Iterator[Any]) -> Iterator[RawSheet]:
    """Yield the sheets; what nobody read of one is passed over before the next."""
    said = next(lines, None)
    while said is not None:
        rows = _Rows(lines)
        yield RawSheet(said[0], rows, is_hidden=said[1])
        for _row in rows:
            pass
        said = rows.next_sheet


class _Rows(Iterator[RawRow]):
    """The rows up to where the next sheet begins."""

    def __init__(self, lines: Iterator[Any]) -> None:
        self.lines, self.next_sheet, self.is_over = lines, None, False

    def __next__(self) -> RawRow:
        said = None if self.is_over else next(self.lines, None)
        if said is None or len(said) == 2:
            self.next_sheet, self.is_over = said or self.next_sheet, True
            raise StopIteration
        row, cells, odd, is_hidden = said
        oddities = {int(place): Oddity(oddity) for place, oddity in odd.items()}
        return RawRow(row, tuple(cells), oddities, is_hidden)


def _said(file: BinaryIO) -> Iterator[Any]:
    tables = files.tables_of(file)
    yield tables.encoding
    for sheet in tables.sheets:
        yield sheet.name[:_LONGEST_CELL], sheet.is_hidden
        for row in sheet.rows:
            yield row._replace(cells=tuple(cell[:_LONGEST_CELL] for cell in row.cells))
    yield _END


def _main(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_DATA, (_MOST_MEMORY, _MOST_MEMORY))
    with open(0, "rb") as file, contextlib.suppress(BrokenPipeError):
        try:
            for said in _said(file):
                sys.stdout.write(f"{json.dumps(said)}\n")
        except SheetRefused as refused:
            said = {"key": refused.key, "params": refused.params}
            sys.stdout.write(f"{json.dumps(said)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main(int(sys.argv[1]))
