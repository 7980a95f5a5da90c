"""Loading a list of units: the tree as it stands from one day on."""

from collections import Counter
from datetime import date
from typing import Any

from django.db import connection, transaction

from districts.unit_files import UnitFault, UnitFileRow

from .models import Level, Unit
from .names import sort_key
from .reform import succeed
from .unit_files import LEVELS, NUMBERS, FaultyFile, read_rows

_LONGEST_ORDER = 200
_FITTING = {
    Level.DISTRICT: {Level.PROVINCE},
    Level.COMMUNE: {Level.PROVINCE, Level.DISTRICT},
}
# Two loads at once would both find a unit missing; readers are not held up.
_ONE_AT_A_TIME = "LOCK TABLE districts_unit IN SHARE ROW EXCLUSIVE MODE"


@transaction.atomic
def load_units(
    content: bytes, start: date, end: date | None = None, successors: bytes | None = None
) -> Counter[str]:
    """Make the tree say what the file says from `start` on, until `end` if that is given.

    `successors` tells what a reform made of each unit: of those that the file replaces from its
    first day on, or, with an end, of those in the file. Without it, units below one that the file
    renames go on below the renamed one.

    Return how many units were made, changed, ended, linked to a successor or left as they were.
    Raise FaultyFile, and load nothing, when anything is wrong with the file, or FaultySuccessors.
    """
    rows, faults = read_rows(content)
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
    in_force = {unit.code: unit for unit in Unit.objects.on(start).order_by("valid_from")}
    faults += _faults_of_parents(rows, in_force)
    if faults:
        raise FaultyFile(sorted(faults))
    done: Counter[str] = Counter()
    placed = _place_all(rows, in_force, (start, end), done, follow=successors is None)
    if successors is not None:
        succeed(successors, end or start, {unit.pk for unit in placed}, done)
    return done


def _place_all(
    rows: list[UnitFileRow],
    in_force: dict[str, Unit],
    period: tuple[date, date | None],
    done: Counter[str],
    *,
    follow: bool,
) -> list[Unit]:
    """Place the rows from the province down, with the units that follow a renamed parent."""
    listed, following, placed = {row.code for row in rows}, set[str](), []
    for level in LEVELS:
        for row in [row for row in rows if row.level == level]:
            known = in_force.get(row.code)
            unit = _place(row, in_force.get(row.parent_code), known, period, done)
            in_force[row.code] = unit
            placed.append(unit)
            if known and row.code in following:
                Unit.objects.filter(pk=known.pk).update(successor=unit)
            if follow and known and known.pk != unit.pk and known.level == unit.level:
                below = _rows_below(known, row, period[0], listed)
                following |= {child.code for child in below}
                rows = [*rows, *below]
    return placed


def _rows_below(unit: Unit, row: UnitFileRow, day: date, listed: set[str]) -> list[UnitFileRow]:
    """Return the units below one, as a file would list them that does not leave them out."""
    return [
        UnitFileRow(
            row=row.row,
            code=child.code,
            level=child.level,
            kind=child.kind,
            name=child.name,
            parent_code=unit.code,
            numbers={
                name: number for name in NUMBERS if (number := getattr(child, name)) is not None
            },
        )
        for child in unit.children.on(day).exclude(code__in=listed)
    ]


def _faults_of_parents(rows: list[UnitFileRow], in_force: dict[str, Unit]) -> list[UnitFault]:
    levels = {unit.code: unit.level for unit in in_force.values()}
    levels |= {row.code: row.level for row in rows}
    return [
        UnitFault(row.row, "parent_code", sentence)
        for row in rows
        if row.parent_code
        and row.level in _FITTING
        and (sentence := _misfit(row, levels.get(row.parent_code)))
    ]


def _misfit(row: UnitFileRow, above: str | None) -> str:
    if above is None:
        return f"{row.parent_code} is neither in this file nor in force on that day."
    if above in Level.values and above not in _FITTING[Level(row.level)]:
        return f"{row.parent_code} is a {above}; a {row.level} can't belong to it."
    return ""


def _place(
    row: UnitFileRow,
    parent: Unit | None,
    known: Unit | None,
    period: tuple[date, date | None],
    done: Counter[str],
) -> Unit:
    start, end = period
    told: dict[str, Any] = {
        "level": row.level,
        "kind": row.kind,
        "name": row.name,
        "parent": parent,
    }
    told["name_order"] = sort_key(row.name)[:_LONGEST_ORDER]
    same = known and all(getattr(known, field) == value for field, value in told.items())
    told |= row.numbers
    if known and (same or known.valid_from == start):
        if end:
            told["valid_to"] = _before_the_next(row.code, known.valid_from, end)
        return _update(known, told, done)
    if known:
        known.valid_to, replaced_end = start, known.valid_to
        known.save(update_fields=["valid_to"])
        done["ended"] += 1
        end = end or replaced_end
    done["made"] += 1
    return Unit.objects.create(
        code=row.code, valid_from=start, valid_to=_before_the_next(row.code, start, end), **told
    )


def _update(unit: Unit, told: dict[str, Any], done: Counter[str]) -> Unit:
    changed = [field for field, value in told.items() if getattr(unit, field) != value]
    for field in changed:
        setattr(unit, field, told[field])
    if changed:
        unit.save(update_fields=changed)
    done["changed" if changed else "unchanged"] += 1
    return unit


def _before_the_next(code: str, start: date, end: date | None) -> date | None:
    """Return the end, or the day a later unit of the same code begins if that is sooner."""
    later = Unit.objects.filter(code=code, valid_from__gt=start).order_by("valid_from").first()
    ends = [day for day in (end, later.valid_from if later else None) if day]
    return min(ends, default=None)
