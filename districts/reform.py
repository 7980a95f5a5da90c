"""A reform: the units of the old list end, and each commune knows what became of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from districts.successor_files import Succession
from districts.unit_files import UnitFault

from .models import Level, Unit
from .successor_files import FaultySuccessors, read_links


def succeed(content: bytes, day: date, new_list: set[int], done: Counter[str]) -> None:
    """Link the units in force before a day to those in force on it, as the file tells.

    In the provinces the file speaks of, every old unit ends that is not of the new list. Units
    are meant, not codes: the same code may name another unit in each list. Raise FaultySuccessors
    when anything is wrong with the file; the caller undoes what was done.
    """
    links, faults = read_links(content)
    before = {unit.code: unit for unit in _before(day)}
    spoken_of = {before[link.old_code] for link in links if link.old_code in before}
    provinces = {unit.lineage[0].pk for unit in spoken_of}
    old = [unit for unit in before.values() if unit.lineage[0].pk in provinces]
    _end(old, day, new_list, done)
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


def _end(old: list[Unit], day: date, new_list: set[int], done: Counter[str]) -> None:
    for unit in old:
        if unit.pk not in new_list and (unit.valid_to is None or unit.valid_to > day):
            unit.valid_to = day
            unit.save(update_fields=["valid_to"])
            done["ended"] += 1


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
    told = {link.old_code for link in links}
    for unit in old:
        if unit.level == Level.COMMUNE and unit.valid_to == day and unit.code not in told:
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
