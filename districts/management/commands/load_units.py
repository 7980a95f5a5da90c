"""Load a list of administrative units."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from districts.load import load_units
from districts.unit_files import FaultyFile

FIRST_DAY = date(2021, 1, 1)


class Command(BaseCommand):
    help = (
        "Load units from a CSV file with the columns code, level, kind, name, parent_code (UTF-8). "
        "A unit whose name, kind or parent differs from the one in force on the first day ends "
        "that one and begins a new one. When anything is wrong, nothing is loaded. Loading the "
        "same file again changes nothing."
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

    def handle(self, *, file: Path, start: date, end: date | None, **_options: Any) -> None:
        if end and end <= start:
            raise CommandError("--until must be later than --from.")
        try:
            done = load_units(file.read_bytes(), start, end)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except FaultyFile as error:
            raise CommandError(f"{file}: nothing was loaded.\n{error}") from error
        self.stdout.write(
            f"{file.name}: {done['made']} made, {done['changed']} changed, "
            f"{done['ended']} ended, {done['unchanged']} as before."
        )
        if not done["made"] + done["changed"] + done["ended"]:
            self.stdout.write("Nothing changed.")
