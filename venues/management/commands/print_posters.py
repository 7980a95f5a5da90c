"""Makes the posters of an area as files to print."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from districts.days import today
from districts.models import Level, Unit
from jobs.progress_bar import ProgressBar
from venues.posters.words import PosterSize
from venues.printing import Choice, File


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
        size, by = PosterSize(options["size"]), Level(options["by"])
        choice = Choice(size, by=by, unprinted=options["unprinted"])
        choice.issue_missing(area, now)
        files = choice.files(area, now)
        total, self.done = sum(len(file.posters) for file in files), 0
        self.bar = ProgressBar(total, "posters")
        out.mkdir(parents=True, exist_ok=True)
        for file in files:
            self._make(file, size, out / file.name)
        self.bar.close()
        self.stdout.write(f"{total} posters in {len(files)} files in {out}")

    def _make(self, file: File, size: PosterSize, path: Path) -> None:
        """Write a file, whole or not at all."""
        if path.exists():
            self.stdout.write(f"{path.name} is there already and stays as it is.")
        else:
            draft = path.with_suffix(".part")
            with draft.open("wb") as target:
                for drawn in file.written_to(target, size):
                    self.bar.show(self.done + drawn)
            draft.replace(path)
            file.note_printed(timezone.now())
        self.done += len(file.posters)
