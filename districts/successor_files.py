"""The file that tells what a reform made of each unit, and what can be wrong with it."""

from collections.abc import Iterable
from typing import NamedTuple

from districts.unit_files import UnitFault

from .unit_files import FaultyFile, read_table

COLUMNS = ("old_code", "new_code")


class Succession(NamedTuple):
    """One old unit and what became of it, by the codes of the two lists."""

    row: int
    old_code: str
    new_code: str


class FaultySuccessors(FaultyFile):
    """A file of successors with everything that is wrong with it; nothing was loaded."""


def read_links(content: bytes) -> tuple[list[Succession], list[UnitFault]]:
    """Return who succeeds whom, and the rows that cannot be read.

    Raise FaultySuccessors when it is no table with the right columns at all.
    """
    try:
        lines, faults = read_table(content, COLUMNS)
    except FaultyFile as error:
        raise FaultySuccessors(error.faults) from error
    for line in lines:
        empty = [column for column in COLUMNS if not line.cells.get(column)]
        faults += [UnitFault(line.row, column, "is empty.") for column in empty]
    links = [
        Succession(line.row, *(line.cells.get(column, "") for column in COLUMNS)) for line in lines
    ]
    return links, faults + list(_given_twice(links))


def _given_twice(links: list[Succession]) -> Iterable[UnitFault]:
    first_seen: dict[str, int] = {}
    for link in links:
        first = first_seen.setdefault(link.old_code, link.row)
        if link.old_code and first != link.row:
            yield UnitFault(link.row, "old_code", f"{link.old_code} stands in row {first} already.")
