"""Loading a list of units: the tree as it stands from one day on, and what a reform made of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from database.statements import lock_table

from .models import Level, Unit
from .names import sort_key
from .unit_files import (
    LEVELS,
    NUMBERS,
    FaultyFile,
    FaultySuccessors,
    Succession,
    UnitFault,
    UnitFileRow,
    read_links,
    read_rows,
)

_FITTING = {
    Level.DISTRICT: {Level.PROVINCE},
    Level.COMMUNE: {Level.PROVINCE, Level.DISTRICT},
}


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
    lock_table("districts_unit")  # two loads at once would both find a unit missing
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
    said: dict[str, Any] = {name: getattr(row, name) for name in ("level", "kind", "name")}
    said |= {"parent": parent, "name_order": sort_key(row.name)[:200]}
    same = known and all(getattr(known, field) == value for field, value in said.items())
    said |= row.numbers
    if known and (same or known.valid_from == start):
        if end:
            said["valid_to"] = _before_the_next(row.code, known.valid_from, end)
        return _update(known, said, done)
    if known:
        end = end or known.valid_to
        known.valid_to = start
        known.save(update_fields=["valid_to"])
        done["ended"] += 1
    done["made"] += 1
    return Unit.objects.create(
        code=row.code, valid_from=start, valid_to=_before_the_next(row.code, start, end), **said
    )


def _update(unit: Unit, said: dict[str, Any], done: Counter[str]) -> Unit:
    changed = [field for field, value in said.items() if getattr(unit, field) != value]
    for field in changed:
        setattr(unit, field, said[field])
    if changed:
        unit.save(update_fields=changed)
    done["changed" if changed else "unchanged"] += 1
    return unit


def _before_the_next(code: str, start: date, end: date | None) -> date | None:
    """Return the end, or the day a later unit of the same code begins if that is sooner."""
    later = Unit.objects.filter(code=code, valid_from__gt=start).order_by("valid_from").first()
    ends = [day for day in (end, later.valid_from if later else None) if day]
    return min(ends, default=None)


def succeed(content: bytes, day: date, new_list: set[int], done: Counter[str]) -> None:
    """Link the units in force before a day to those in force on it, as the file tells.

    In the provinces the file speaks of, every old unit ends that is not of the new list. Units
    are meant, not codes: the same code may name another unit in each list. Raise FaultySuccessors
    when anything is wrong with the file; the caller undoes what was done.
    """
    links, faults = read_links(content)
    before = {unit.code: unit for unit in _before(day)}
    provinces = {before[link.old_code].lineage[0].pk for link in links if link.old_code in before}
    old = [unit for unit in before.values() if unit.lineage[0].pk in provinces]
    for unit in old:
        if unit.pk not in new_list and (unit.valid_to is None or unit.valid_to > day):
            unit.valid_to = day
            unit.save(update_fields=["valid_to"])
            done["ended"] += 1
    after = {unit.code: unit for unit in Unit.objects.on(day).with_parents()}
    for link in links:
        faults += _faults_of(link, before.get(link.old_code), after.get(link.new_code), day)
    faults += _left_out(old, links, day)
    if faults:
        raise FaultySuccessors(sorted(faults))
    _link([(before[link.old_code], after[link.new_code]) for link in links], done)
    _link(_provinces(provinces, day), done)
    _add_up(day)


def _before(day: date) -> Iterable[Unit]:
    return Unit.objects.on(day - timedelta(days=1)).with_parents()


def _faults_of(
    link: Succession, old: Unit | None, new: Unit | None, day: date
) -> Iterable[UnitFault]:
    if not (link.old_code and link.new_code):
        return
    if old is None:
        yield UnitFault(
            link.row, "old_code", f"{link.old_code} was not in force the day before {day}."
        )
    if new is None:
        yield UnitFault(link.row, "new_code", f"{link.new_code} is not in force on {day}.")
    if old and new and old.level != new.level:
        sentence = f"{new.code} is a {new.level}; the successor of a {old.level} is a {old.level}."
        yield UnitFault(link.row, "new_code", sentence)
    elif old and new and old.pk != new.pk and old.valid_to != day:
        yield UnitFault(link.row, "old_code", f"{old.code} ({old.name}) goes on after {day}.")


def _left_out(old: list[Unit], links: list[Succession], day: date) -> Iterable[UnitFault]:
    listed = {link.old_code for link in links}
    for unit in old:
        if unit.level == Level.COMMUNE and unit.valid_to == day and unit.code not in listed:
            sentence = f"{unit.code} ({unit.place}) ends on {day} and has no row."
            yield UnitFault(1, "old_code", sentence)


def _provinces(ended: set[int], day: date) -> Iterable[tuple[Unit, Unit]]:
    """A province becomes the one all its communes came to, unless the file says otherwise."""
    came_to: dict[int, set[Unit]] = defaultdict(set)
    for unit in _before(day):
        if unit.level == Level.COMMUNE and unit.successor and unit.valid_to == day:
            came_to[unit.lineage[0].pk].add(unit.successor.lineage[0])
    for province in Unit.objects.filter(pk__in=ended, valid_to=day, successor=None):
        if len(came_to[province.pk]) == 1:
            yield province, came_to[province.pk].pop()


def _link(pairs: Iterable[tuple[Unit, Unit]], done: Counter[str]) -> None:
    for old, new in pairs:
        if new.pk not in {old.pk, old.successor_id}:
            old.successor = new
            old.save(update_fields=["successor"])
            done["linked"] += 1


def _add_up(day: date) -> None:
    """Give new units the people of the old ones, and the point in the middle of these people."""
    new = Unit.objects.filter(predecessors__valid_to=day).distinct()
    for unit in new.prefetch_related("predecessors"):
        old = unit.predecessors.all()
        if unit.inhabitants is None and all(each.inhabitants is not None for each in old):
            unit.inhabitants = sum(each.inhabitants or 0 for each in old)
        if unit.latitude is None:
            unit.latitude, unit.longitude = _middle(old)
        unit.save(update_fields=["inhabitants", "latitude", "longitude"])


def _middle(units: Iterable[Unit]) -> tuple[float | None, float | None]:
    points = [
        (unit.latitude, unit.longitude, unit.inhabitants or 1)
        for unit in units
        if unit.latitude is not None and unit.longitude is not None
    ]
    weight = sum(people for _latitude, _longitude, people in points)
    if not weight:
        return None, None
    return (
        round(sum(latitude * people for latitude, _, people in points) / weight, 5),
        round(sum(longitude * people for _, longitude, people in points) / weight, 5),
    )
