"""Loading a list of units: the tree as it stands from one day on."""

from collections import Counter
from datetime import date
from typing import Any

from django.db import connection, transaction

from .models import Level, Unit
from .names import sort_key
from .unit_files import Fault, FaultyFile, Row, read_rows

_LONGEST_ORDER = 200
_FITTING = {
    Level.DISTRICT: {Level.PROVINCE},
    Level.COMMUNE: {Level.PROVINCE, Level.DISTRICT},
}
# Two loads at once would both find a unit missing; readers are not held up.
_ONE_AT_A_TIME = "LOCK TABLE districts_unit IN SHARE ROW EXCLUSIVE MODE"


@transaction.atomic
def load_units(content: bytes, start: date, end: date | None = None) -> Counter[str]:
    """Make the tree say what the file says from `start` on, until `end` if that is given.

    Return how many units were made, changed, ended or left as they were. Raise FaultyFile, and
    load nothing, when anything is wrong with the file.
    """
    rows, faults = read_rows(content)
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
    in_force = {unit.code: unit for unit in Unit.objects.on(start).order_by("valid_from")}
    faults += _faults_of_parents(rows, in_force)
    if faults:
        raise FaultyFile(sorted(faults))
    done: Counter[str] = Counter()
    for row in sorted(rows, key=lambda row: row.depth):
        parent = in_force.get(row.parent_code)
        in_force[row.code] = _place(row, parent, in_force.get(row.code), (start, end), done)
    return done


def _faults_of_parents(rows: list[Row], in_force: dict[str, Unit]) -> list[Fault]:
    levels = {unit.code: unit.level for unit in in_force.values()}
    levels |= {row.code: row.level for row in rows}
    return [
        Fault(row.row, "parent_code", sentence)
        for row in rows
        if row.parent_code
        and row.level in _FITTING
        and (sentence := _misfit(row, levels.get(row.parent_code)))
    ]


def _misfit(row: Row, above: str | None) -> str:
    if above is None:
        return f"{row.parent_code} is neither in this file nor in force on that day."
    if above in Level.values and above not in _FITTING[Level(row.level)]:
        return f"{row.parent_code} is a {above}; a {row.level} can't belong to it."
    return ""


def _place(
    row: Row,
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
