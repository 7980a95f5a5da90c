"""Makes the posters of an area as files to print."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from districts.days import today
from districts.models import Level, Unit
from venues.bulk import Choice, File, files, issue_missing
from venues.posters import PosterSize
from venues.printing import made, note_printed


class Command(BaseCommand):
    help = (
        "Make the posters of all open venues of an area as PDFs in a folder, one for each commune "
        "or district. A file that is there already stays as it is: an interrupted run goes on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", required=True, help="code of a province, district or commune")
        parser.add_argument(
            "--size", choices=[*PosterSize], default=PosterSize.A4, help="default: a4"
        )
        parser.add_argument(
            "--by",
            choices=[Level.COMMUNE.value, Level.DISTRICT.value],
            default=Level.COMMUNE.value,
            help="what has a file of its own (default: commune)",
        )
        parser.add_argument("--unprinted", action="store_true", help="only those never printed")
        parser.add_argument("--out", type=Path, required=True, help="folder, made if need be")

    def handle(self, *, unit: str, out: Path, **options: Any) -> None:
        now = timezone.now()
        area = Unit.objects.called(unit, today())
        if area is None:
            raise CommandError(f"There is no unit with the code {unit}.")
        paper, by = PosterSize(options["size"]), Level(options["by"])
        choice = Choice(paper, by=by, unprinted=options["unprinted"])
        issue_missing(area, choice, now)
        wanted = files(area, choice, now)
        self.total, self.done = sum(len(file.posters) for file in wanted), 0
        out.mkdir(parents=True, exist_ok=True)
        for file in wanted:
            self._make(file, paper, out / file.name)
        self._say(self.done, ending="\n" if self.stderr.isatty() else "")
        self.stdout.write(f"{self.total} posters in {len(wanted)} files in {out}")

    def _make(self, file: File, paper: PosterSize, path: Path) -> None:
        """Write a file, whole or not at all."""
        if path.exists():
            self.stdout.write(f"{path.name} is there already and stays as it is.")
        else:
            draft = path.with_suffix(".part")
            draft.write_bytes(made(file, paper, lambda number: self._say(self.done + number)))
            draft.replace(path)
            note_printed(file, timezone.now())
        self.done += len(file.posters)

    def _say(self, done: int, ending: str = "") -> None:
        """Draw the progress bar, on a terminal only."""
        if self.stderr.isatty() and (done % 10 == 0 or done == self.total):
            share = done / self.total if self.total else 1
            bar = "█" * round(30 * share)
            self.stderr.write(f"\r{bar:░<30} {done} of {self.total}", ending=ending)
            self.stderr.flush()
