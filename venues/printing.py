"""Printing the posters of an area: in the background for officials, into a folder for operators."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.days import local_day
from districts.models import Unit
from jobs.doing import JobReport
from jobs.files import written
from jobs.models import CannotBeDoneError, Job, work

from .bulk import Choice, File, files, issue_missing
from .models import Poster
from .posters import Bundle, Handed, Paper, Parcel
from .posters.words import SIZES
from .print_outs import sheet_of

KIND = "posters"
Progress = Callable[[int], None]


@work(KIND, gettext_lazy("Posters to print"), "venues/_printed.html")
def print_posters(job: Job, report: JobReport) -> None:
    """Make the files of a job; those that an earlier attempt made stay as they are."""
    choice = Choice.of(job.parameters)
    issue_missing(job.area, choice, job.asked_at)
    wanted = files(job.area, choice, job.asked_at)
    total, done = sum(len(file.posters) for file in wanted), 0
    if not total:
        raise CannotBeDoneError(_("There is no poster to print in what you chose."))
    whole = set(job.results.values_list("name", flat=True))
    for number, file in enumerate(wanted, 1):
        told = _("File %(number)d of %(files)d: %(where)s") % {
            "number": number,
            "files": len(wanted),
            "where": file.where.place,
        }
        if file.name not in whole:
            with written(job, file.name, "application/pdf") as target:
                # The person sees how far the file is; a stop in between throws it away.
                pdf = made(file, choice.paper, _reporting(report, done, total, told))
                target.write(pdf)
        note_printed(file, timezone.now())
        done += len(file.posters)
        report(done, total, told)
    job.outcome = {"posters": total}


def made(file: File, paper: Paper, progress: Progress) -> bytes:
    """Return a file to print; `progress` hears after each poster how many there are."""
    bundle = Bundle(paper, file.where.place, local_day(timezone.now()))
    done = 0
    for parcel in _parcels(file, paper):
        for number in bundle.add(parcel):
            progress(done + number)
        done += len(parcel.handed)
    return bundle.finished()


def note_printed(file: File, now: datetime) -> None:
    """Keep that the posters of a file were printed."""
    Poster.objects.filter(pk__in=file.posters).note_printed(now)


def _reporting(report: JobReport, done: int, total: int, told: str) -> Progress:
    return lambda number: report(done + number, total, told)


def _parcels(file: File, paper: Paper) -> Iterator[Parcel]:
    """Yield the posters of a file by commune; one that was revoked meanwhile is left out."""
    found = Poster.objects.filter(revoked_at=None).with_venue().in_bulk(file.posters)
    posters = [found[pk] for pk in file.posters if pk in found]
    for commune, group in groupby(posters, lambda poster: poster.venue.commune):
        handed = [Handed(sheet_of(one.venue, one), one.venue.address) for one in group]
        yield _parcel(commune, paper, handed)


def _parcel(commune: Unit, paper: Paper, handed: list[Handed]) -> Parcel:
    return Parcel(
        commune=commune.name,
        district=commune.parent.name if commune.parent else "",
        size=SIZES[paper],
        made_on=local_day(timezone.now()),
        address=settings.SITE_ADDRESS + reverse("dashboards:area", args=[commune.code]),
        handed=handed,
    )
