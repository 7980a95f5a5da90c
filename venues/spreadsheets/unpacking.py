"""Reads a file in a process of its own, which has so much memory and so many seconds and no more.

A file of some kilobytes can be made to unpack into gigabytes, or to be gone through for minutes.
What it takes is taken here, and what was read comes out row by row as lines of JSON.
"""

import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any, BinaryIO

from . import files
from .reading import Oddity, RawRow, RawSheet, SheetRefused

_MOST_MEMORY = 400 * 1024**2  # bytes
_MOST_SECONDS, _GLANCE_SECONDS = 20, 5  # of a core; a list of 50,000 rows takes four
_WAITED_FOR = 4  # times as long by the clock, since others are at work too
_MOST_WRITTEN = 300 * 1024**2  # bytes of JSON, on disk
_GLANCE_ROWS = 1000
_LONGEST_CELL = 4000  # characters; more is no cell of a list
_ROOT = Path(__file__).resolve().parents[2]
_END = "end"
_PROGRAM = f"import sys, {__name__} as unpacking; unpacking.read_within_limits(sys.argv[1])"


@contextlib.contextmanager
def unpacked(file: BinaryIO, *, is_glance: bool = False) -> Iterator[Callable[[], files.Tables]]:
    """Give what tells, as often as it is asked, what a file holds; raise SheetRefused.

    At a glance it is just whether it is a workbook that may be opened, and else the first rows.
    """
    with tempfile.TemporaryFile() as copy, tempfile.TemporaryFile() as said:
        file.seek(0)
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        command = [sys.executable, "-c", _PROGRAM, "glance" if is_glance else "all"]
        with contextlib.suppress(subprocess.TimeoutExpired):  # it has not said all
            subprocess.run(  # noqa: S603 - our own program; what it reads goes in as its input
                command, cwd=_ROOT, stdin=copy, stdout=said, stderr=subprocess.DEVNULL,
                check=False, timeout=_WAITED_FOR * _seconds(is_glance),
            )  # fmt: skip

        def tables() -> files.Tables:
            said.seek(0)
            lines = _lines(said)
            return files.Tables(_sheets(lines), encoding=next(lines))

        yield tables


def _lines(said: IO[bytes]) -> Iterator[Any]:
    """Yield what the reader said; where it ended before it had said all, the file was too much."""
    for line in said:
        if not line.endswith(b"\n"):
            break
        spoken = json.loads(line)
        if spoken == _END:
            return
        if isinstance(spoken, dict):
            raise SheetRefused(spoken["key"], **spoken["params"])
        yield spoken
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


def _said(file: BinaryIO, is_glance: bool) -> Iterator[Any]:
    tables = files.tables_of(file)
    yield tables.encoding
    is_enough = is_glance and tables.encoding is None
    for sheet in () if is_enough else tables.sheets:
        yield sheet.name[:_LONGEST_CELL], sheet.is_hidden
        for row in islice(sheet.rows, _GLANCE_ROWS if is_glance else None):
            yield row._replace(cells=tuple(cell[:_LONGEST_CELL] for cell in row.cells))
    yield _END


def _seconds(is_glance: bool) -> int:
    return _GLANCE_SECONDS if is_glance else _MOST_SECONDS


def read_within_limits(how: str) -> None:
    """Be the process that reads: a file comes in, lines of JSON go out."""
    is_glance = how == "glance"
    seconds = _seconds(is_glance)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_DATA, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST_WRITTEN, _MOST_WRITTEN))
    # Out of memory, the library would ask for more to tell where, and wait for itself for ever.
    os.unsetenv("RUST_BACKTRACE")
    with open(0, "rb") as file:
        try:
            for said in _said(file, is_glance):
                sys.stdout.write(f"{json.dumps(said)}\n")
        except SheetRefused as refused:
            sys.stdout.write(f"{json.dumps({'key': refused.key, 'params': refused.params})}\n")
