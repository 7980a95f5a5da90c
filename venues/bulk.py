"""Which posters to print for an area, and in which files: one for each commune or district.

The answer depends on the choice and its moment alone, so that work which was interrupted goes on
with the same files.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any, Self

from django.db.models import Count, Max

from districts.days import day_start
from districts.models import Level, Unit
from districts.names import folded, sort_key
from venues.posters import PosterSize

from . import codes
from .models import Poster, PosterQuerySet, Venue, VenueQuerySet
from .posters import imposition

MOST_IN_FILE = 1500  # posters; a file is made in memory
_AT_ONCE = 1000


@dataclass(frozen=True)
class Choice:
    """What an official wants printed; `venues` are some of them, None is all."""

    paper: PosterSize
    by: Level = Level.COMMUNE
    kind: str = ""
    since: date | None = None
    unprinted: bool = False
    venues: list[int] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Self:
        """Return the choice that a job's parameters tell."""
        since = kept["since"] and date.fromisoformat(kept["since"])
        told = {"paper": PosterSize(kept["paper"]), "by": Level(kept["by"]), "since": since or None}
        return cls(**kept | told)

    @property
    def kept(self) -> dict[str, Any]:
        """The choice as parameters of a job."""
        return {
            "paper": self.paper.value,
            "by": self.by.value,
            "kind": self.kind,
            "since": self.since.isoformat() if self.since else "",
            "unprinted": self.unprinted,
            "venues": self.venues,
        }

    def meant(self, area: Unit, moment: datetime) -> VenueQuerySet:
        """Return the open venues of an area that are meant, with or without a poster."""
        venues = Venue.objects.within(area).open_at(moment)
        if self.kind:
            venues = venues.filter(kind=self.kind)
        if self.since:
            venues = venues.filter(registered_at__gte=day_start(self.since))
        if self.venues is not None:
            venues = venues.filter(pk__in=self.venues)
        if self.unprinted:
            printed = Poster.objects.in_force(moment).filter(printed_at__lt=moment)
            venues = venues.exclude(pk__in=printed.values("venue"))
        return venues

    def posters(self, area: Unit, moment: datetime) -> PosterQuerySet:
        """Return the posters that are meant, as they stood at that moment."""
        meant = self.meant(area, moment).values("pk")
        return Poster.objects.in_force(moment).filter(venue__in=meant)


@dataclass(frozen=True)
class File:
    """One file to print: posters of a commune or district, or a numbered part of them."""

    name: str
    where: Unit
    posters: list[int]


def issue_missing(area: Unit, choice: Choice, moment: datetime) -> None:
    """Give each open venue that has no poster in force one, as registering does."""
    venues = choice.meant(area, moment).exclude(
        pk__in=Poster.objects.filter(revoked_at=None).values("venue")
    )
    numbered = venues.annotate(newest=Max("posters__number")).values_list("pk", "newest")
    Poster.objects.bulk_create(
        [
            Poster(venue_id=pk, code=codes.new_code(), number=(n or 0) + 1, issued_at=moment)
            for pk, n in numbered
        ],
        ignore_conflicts=True,  # somebody else was faster
        batch_size=_AT_ONCE,
    )


def files(area: Unit, choice: Choice, moment: datetime) -> list[File]:
    """Return the files in the order of units, each with its posters by commune and name."""
    rows = choice.posters(area, moment).values_list("pk", "venue__name", "venue__commune")
    communes = {unit.pk: unit for unit in Unit.objects.communes().with_parents()}
    placed = [(communes[commune], sort_key(name), pk) for pk, name, commune in rows.iterator()]
    placed.sort(key=lambda row: (*_order(row[0]), row[1], row[2]))
    found: list[File] = []
    for where, group in groupby(placed, lambda row: _unit(row[0], area, choice.by)):
        found += _parts(where, choice.paper, [pk for _commune, _name, pk in group])
    return found


def counted(area: Unit, choice: Choice, moment: datetime) -> tuple[int, int]:
    """Return how many posters there will be, and how many sheets with posters on them."""
    by_commune = choice.meant(area, moment).values("commune").annotate(number=Count("pk"))
    numbers = list(by_commune.values_list("number", flat=True))
    paper = imposition(choice.paper)
    return sum(numbers), sum(map(paper.sheets, numbers))


def _order(commune: Unit) -> tuple[str, str, str]:
    above = commune.parent.name_order if commune.parent else ""
    return above, commune.name_order, commune.code


def _unit(commune: Unit, area: Unit, by: Level) -> Unit:
    """Return the unit whose file a commune's posters are in; no unit is larger than the area."""
    if by == Level.DISTRICT and area.level != Level.COMMUNE and commune.parent:
        return commune.parent
    return commune


def _parts(where: Unit, paper: PosterSize, posters: list[int]) -> Iterator[File]:
    name = "-".join(["bang-ma-qr", paper, where.code, *folded(where.name).split()])
    pieces = [posters[at : at + MOST_IN_FILE] for at in range(0, len(posters), MOST_IN_FILE)]
    for number, piece in enumerate(pieces, 1):
        part = f"-{number}" if len(pieces) > 1 else ""
        yield File(f"{name}{part}.pdf", where, piece)
