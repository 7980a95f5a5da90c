"""Printing the posters of an area: in the background for officials, into a folder for operators.

Which posters, and in which files, depends on the choice and its moment alone, so that work which
was interrupted goes on with the same files.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import IO, Any, Self

from django.conf import settings
from django.db.models import Count, Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.days import day_start, local_day
from districts.models import Level, Unit
from districts.names import folded, sort_key
from jobs.doing import JobReport
from jobs.files import written
from jobs.models import CannotBeDoneError, Job, work

from . import codes
from .models import Poster, PosterQuerySet, Venue, VenueQuerySet
from .posters.bundle import IMPOSITIONS, Bundle, Handed, Parcel
from .posters.words import PosterSheet, PosterSize

KIND = "posters"
MOST_IN_FILE = 1500  # posters; a file is made in memory
_AT_ONCE = 1000
# For officials, whose language is Vietnamese.
_SIZES = {
    PosterSize.A4: "A4",
    PosterSize.A5: "A5, 2 bảng một tờ A4",
    PosterSize.A6: "A6, 4 bảng một tờ A4",
    PosterSize.CARD: "thẻ để quầy, 8 thẻ một tờ A4",
}


@work(KIND, gettext_lazy("Posters to print"), "venues/_printed.html")
def print_posters(job: Job, report: JobReport) -> None:
    """Make the files of a job; those that an earlier attempt made stay as they are."""
    choice = Choice.of(job.parameters)
    choice.issue_missing(job.area, job.asked_at)
    files = choice.files(job.area, job.asked_at)
    total, done = sum(len(file.posters) for file in files), 0
    if not total:
        raise CannotBeDoneError(_("There is no poster to print in what you chose."))
    whole = set(job.results.values_list("name", flat=True))
    for number, file in enumerate(files, 1):
        sentence = _("File %(number)d of %(files)d: %(where)s") % {
            "number": number,
            "files": len(files),
            "where": file.where.place,
        }
        if file.name not in whole:
            with written(job, file.name, "application/pdf") as target:
                # The person sees how far the file is; a stop in between throws it away.
                for drawn in file.written_to(target, choice.paper):
                    report(done + drawn, total, sentence)
        file.note_printed(timezone.now())
        done += len(file.posters)
        report(done, total, sentence)
    job.outcome = {"posters": total}


@dataclass(frozen=True)
class File:
    """One file to print: posters of a commune or district, or a numbered part of them."""

    name: str
    where: Unit
    posters: list[int]

    def written_to(self, target: IO[bytes], size: PosterSize) -> Iterator[int]:
        """Write the PDF; yield after each poster how many are drawn."""
        bundle = Bundle(size, self.where.place, local_day(timezone.now()))
        done = 0
        for parcel in self._parcels(size):
            for number in bundle.add(parcel):
                yield done + number
            done += len(parcel.handed)
        target.write(bundle.finished())

    def note_printed(self, now: datetime) -> None:
        Poster.objects.filter(pk__in=self.posters).note_printed(now)

    def _parcels(self, size: PosterSize) -> Iterator[Parcel]:
        """Yield the posters by commune; one that was revoked meanwhile is left out."""
        in_force = Poster.objects.filter(revoked_at=None).with_venue().in_bulk(self.posters)
        posters = [in_force[pk] for pk in self.posters if pk in in_force]
        for commune, group in groupby(posters, lambda poster: poster.venue.commune):
            yield Parcel(
                commune=commune.name,
                district=commune.parent.name if commune.parent else "",
                size=_SIZES[size],
                made_on=local_day(timezone.now()),
                address=settings.SITE_ADDRESS + reverse("dashboards:area", args=[commune.code]),
                handed=[Handed(PosterSheet.of(poster), poster.venue.address) for poster in group],
            )


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
    def of(cls, parameters: dict[str, Any]) -> Self:
        since = parameters["since"]
        return cls(
            paper=PosterSize(parameters["paper"]),
            by=Level(parameters["by"]),
            kind=parameters["kind"],
            since=date.fromisoformat(since) if since else None,
            unprinted=parameters["unprinted"],
            venues=parameters["venues"],
        )

    @property
    def parameters(self) -> dict[str, Any]:
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

    def counted(self, area: Unit, moment: datetime) -> tuple[int, int]:
        """Return how many posters there will be, and how many sheets with posters on them."""
        by_commune = self.meant(area, moment).values("commune").annotate(number=Count("pk"))
        numbers = list(by_commune.values_list("number", flat=True))
        return sum(numbers), sum(map(IMPOSITIONS[self.paper].sheets, numbers))

    def issue_missing(self, area: Unit, moment: datetime) -> None:
        """Give each open venue that has no poster in force one, as registering does."""
        venues = self.meant(area, moment).exclude(
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

    def files(self, area: Unit, moment: datetime) -> list[File]:
        """Return the files in the order of units, each with its posters by commune and name."""
        rows = self.posters(area, moment).values_list("pk", "venue__name", "venue__commune")
        communes = {unit.pk: unit for unit in Unit.objects.communes().with_parents()}
        placed = [(communes[commune], sort_key(name), pk) for pk, name, commune in rows.iterator()]
        placed.sort(key=lambda row: (*_order(row[0]), row[1], row[2]))
        files: list[File] = []
        for where, group in groupby(placed, lambda row: self._unit(row[0], area)):
            files += _parts(where, self.paper, [pk for _commune, _name, pk in group])
        return files

    def _unit(self, commune: Unit, area: Unit) -> Unit:
        """Return whose file a commune's posters are in; no unit is larger than the area."""
        if self.by == Level.DISTRICT and area.level != Level.COMMUNE and commune.parent:
            return commune.parent
        return commune


def _order(commune: Unit) -> tuple[str, str, str]:
    above = commune.parent.name_order if commune.parent else ""
    return above, commune.name_order, commune.code


def _parts(where: Unit, paper: PosterSize, posters: list[int]) -> Iterator[File]:
    name = "-".join(["bang-ma-qr", paper, where.code, *folded(where.name).split()])
    pieces = [posters[at : at + MOST_IN_FILE] for at in range(0, len(posters), MOST_IN_FILE)]
    for number, piece in enumerate(pieces, 1):
        part = f"-{number}" if len(pieces) > 1 else ""
        yield File(f"{name}{part}.pdf", where, piece)
