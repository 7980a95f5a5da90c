"""Fill the database with an invented province to look at."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from authority.keys import NoSealingKeyError
from demonstration.plant import Extent, NoCommuneError, plant
from districts.days import today
from jobs.progress_bar import ProgressBar
from venues.models import Venue


class Command(BaseCommand):
    help = (
        "Store a demonstration: venues of all kinds in every commune, and weeks of visits and "
        "declarations with the rhythm of Trà Vinh. All people and phone numbers (0900 xxx xxx) "
        "are invented. When there are venues already, nothing is done, unless --add is given. "
        "The same seed, numbers and last day give the same data; of today only what would have "
        "happened by now is stored. Needs load_units and create_keys first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        numbers = {"venues": (400, 0), "visits": (20_000, 0), "days": (21, 1)}
        for name, (default, least) in numbers.items():
            parser.add_argument(
                f"--{name}",
                type=_at_least(least),
                default=default,
                metavar="N",
                help=f"number of {name} (default {default})",
            )
        parser.add_argument("--seed", type=int, default=1, help="number of the variant (default 1)")
        parser.add_argument(
            "--until",
            type=date.fromisoformat,
            metavar="DATE",
            help="the last day, YYYY-MM-DD (default today)",
        )
        parser.add_argument(
            "--add", action="store_true", help="add another demonstration to the venues there are"
        )

    def handle(self, *, add: bool, until: date | None, **options: Any) -> None:
        until = until or today()
        if until > today():
            raise CommandError("--until can't be later than today.")
        known = Venue.objects.count()
        if known and not add:
            self.stdout.write(f"There are {known} venues already: nothing done. See --add.")
            return
        numbers = {name: options[name] for name in ("venues", "visits", "days", "seed")}
        self._plant(Extent(until=until, **numbers))

    def _plant(self, extent: Extent) -> None:
        bar = ProgressBar(extent.visits, "visits")
        try:
            stored = plant(extent, timezone.now(), bar.show)
        except NoCommuneError as error:
            raise CommandError("There are no communes yet: run load_units first.") from error
        except NoSealingKeyError as error:
            raise CommandError("There is no sealing key yet: run create_keys first.") from error
        finally:
            bar.close()
        self.stdout.write(
            f"{stored.venues} venues, {stored.visits} visits, "
            f"{stored.declarations} declarations, {stored.visitors} visitors stored."
        )


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise ArgumentTypeError(f"give a whole number of {least} or more, not {text!r}")
        return int(text)

    return number
