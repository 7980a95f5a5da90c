"""Columns that several sheets share: where it was, and what was counted there."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from declarations.models import COUNTED
from districts.models import Level, Unit, communes_counted
from documents.sheet import Cell, Field, Holds


def communes_of(area: Unit, day: date) -> list[Unit]:
    """Return the communes that count to an area, in the order of the districts."""
    counted = communes_counted(area, max(day, area.valid_from))
    communes = Unit.objects.filter(pk__in=counted).with_parents()
    return sorted(communes, key=lambda one: (district_of(one), one.name_order, one.pk))


def district_of(commune: Unit) -> str:
    """Return the name of a commune's district, if it has one."""
    parent = commune.parent
    return parent.name if parent and parent.level == Level.DISTRICT else ""


def place_fields() -> list[Field]:
    """Return the columns that say which commune."""
    return [
        Field(_("District"), Holds.TEXT),
        Field(_("Commune code"), Holds.TEXT),
        Field(_("Commune"), Holds.TEXT),
    ]


def place_cells(commune: Unit) -> list[Cell]:
    return [district_of(commune), commune.code, commune.name]


def counted_fields() -> list[Field]:
    """Return the columns of sums of people and declarations."""
    headings = (
        _("People in"),
        _("People out"),
        _("of which checked out"),
        _("Declarations made"),
        _("of which “ask the person on duty”"),
        _("of which “do not enter”"),
        _("of which with symptoms"),
        _("of which with contact"),
    )
    return [Field(heading) for heading in headings]


def counted_cells(numbers: Sequence[Any]) -> list[Cell]:
    """Return sums in the order of COUNTED as the cells of counted_fields."""
    by_name = dict(zip(COUNTED, map(int, numbers), strict=True))
    departed = sum(number for name, number in by_name.items() if name.startswith("left_"))
    shown = ("left_scanned", "declared", "ask", "stop", "symptomatic", "contact")
    return [by_name["arrived"], departed, *(by_name[name] for name in shown)]
