"""A table to be opened in a spreadsheet program: what it is, its columns and its rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from django.utils.translation import gettext as _

from districts.days import LOCAL_ZONE
from districts.models import Unit

Cell = str | int | float | date | datetime | None


class Holds(Enum):
    """What stands in a column."""

    TEXT = "text"
    LONG_TEXT = "long text"
    NUMBER = "number"
    DECIMAL = "number with one place"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True)
class Field:
    """A column: its heading and what it holds."""

    heading: str
    holds: Holds = Holds.NUMBER


@dataclass(frozen=True)
class Sheet:
    """A table: the name of its file without ending, what it is, its fields and its rows."""

    name: str
    title: str
    fields: Sequence[Field]
    rows: Iterable[Sequence[Cell]]


def title(what: str, area: Unit, now: datetime) -> str:
    """Return what a sheet holds, of which area, and as of when."""
    moment = now.astimezone(LOCAL_ZONE)
    as_of = _("as of %(time)s on %(day)s") % {
        "time": f"{moment:%H:%M}",
        "day": f"{moment:%d/%m/%Y}",
    }
    return f"{what} · {area.place} · {as_of}"


def file_name(what: str, area: Unit, day: date) -> str:
    """Return a file's name without ending: what, unit code, day."""
    return f"{what}-{area.code}-{day:%Y-%m-%d}"
