"""Load the rules by which contacts are told."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracing.rules import OURS, FaultyRulesError, load_rules


class Command(BaseCommand):
    help = (
        "Load the Ministry's rules of tracing from a CSV file; without a file those of 2020 to "
        "2022 that come with the site. A rule that is here already stays as it is. When anything "
        "is wrong, nothing is loaded."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", default=OURS, help="the CSV file")

    def handle(self, *, file: Path, **_options: Any) -> None:
        try:
            done = load_rules(file.read_bytes())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except FaultyRulesError as error:
            raise CommandError(f"{file}: nothing was loaded.\n{error}") from error
        self.stdout.write(f"{file.name}: {done['made']} rules made, {done['here']} as before.")
