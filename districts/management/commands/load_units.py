"""Load a list of administrative units."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from districts.load import load_units
from districts.unit_files import FaultyFile, FaultySuccessors

FIRST_DAY = date(2021, 1, 1)


class Command(BaseCommand):
    help = (
        "Load units from a CSV file with the columns code, level, kind, name, parent_code and, "
        "optionally, inhabitants, latitude, longitude (UTF-8). "
        "A unit whose name, kind or parent differs from the one in force on the first day ends "
        "that one and begins a new one; units below it that the file does not list go on below "
        "the new one. When anything is wrong, nothing is loaded. Loading the same file again "
        "changes nothing, and a list may be loaded before its first day."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file")
        parser.add_argument(
            "--from",
            dest="start",
            type=date.fromisoformat,
            default=FIRST_DAY,
            metavar="DATE",
            help=f"first day in force, YYYY-MM-DD (default {FIRST_DAY})",
        )
        parser.add_argument(
            "--until",
            dest="end",
            type=date.fromisoformat,
            metavar="DATE",
            help="first day no longer in force (default: until a later file says otherwise)",
        )
        parser.add_argument(
            "--successors",
            type=Path,
            metavar="FILE",
            help="after a reform: a CSV file with the columns old_code, new_code. The file of "
            "units is then the whole list of the new provinces from its first day on, and what "
            "the old ones had besides ends. With --until it is the list that ends. Venues follow "
            "by this, never by their code; see carry_over_venues",
        )

    def handle(
        self,
        *,
        file: Path,
        start: date,
        end: date | None,
        successors: Path | None,
        **_options: Any,
    ) -> None:
        if end and end <= start:
            raise CommandError("--until must be later than --from.")
        links = _read(successors) if successors else None
        try:
            done = load_units(_read(file), start, end, links)
        except FaultyFile as error:
            faulty = successors if isinstance(error, FaultySuccessors) else file
            raise CommandError(f"{faulty}: nothing was loaded.\n{error}") from error
        self.stdout.write(
            f"{file.name}: {done['made']} made, {done['changed']} changed, "
            f"{done['ended']} ended, {done['unchanged']} as before."
        )
        if successors:
            self.stdout.write(f"{successors.name}: {done['linked']} linked to their successor.")
        if not done.total() - done["unchanged"]:
            self.stdout.write("Nothing changed.")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
