"""Load the rules by which contacts are told."""

import csv
from argparse import ArgumentParser
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from tracing.models import Rule


class Command(BaseCommand):
    help = (
        "Load the Ministry's rules of tracing from a CSV file; without a file those of 2020 to "
        "2022 that come with the site. A rule that is here already stays as it is. When anything "
        "is wrong, nothing is loaded."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        ours = Path(__file__).parents[2] / "data" / "rules.csv"
        parser.add_argument("file", type=Path, nargs="?", default=ours, help="the CSV file")

    def handle(self, *, file: Path, **_options: Any) -> None:
        try:
            done = _loaded(file.read_bytes())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except FaultyRulesError as error:
            raise CommandError(f"{file}: nothing was loaded.\n{error}") from error
        self.stdout.write(f"{file.name}: {done['made']} rules made, {done['here']} as before.")


class FaultyRulesError(Exception):
    """The file is no list of rules; the sentence names the row."""


@transaction.atomic
def _loaded(content: bytes) -> Counter[str]:
    """Keep the rules of a CSV file; return how many were `made`, and were `here` already.

    A rule that is here stays as it is: cases were traced under it.
    """
    done: Counter[str] = Counter()
    for number, row in enumerate(csv.DictReader(StringIO(content.decode("utf-8-sig"))), start=2):
        try:
            rule = Rule(**_columns(row))
            if Rule.objects.filter(document=rule.document).exists():
                done["here"] += 1
                continue
            rule.full_clean()
        except (KeyError, TypeError, ValueError, ValidationError) as error:
            raise FaultyRulesError(f"Row {number}: {error}") from error
        rule.save()
        done["made"] += 1
    return done


def _columns(row: dict[str, Any]) -> dict[str, Any]:
    periods = ("days_before", "days_after", "minimum_minutes", "linger_minutes", "follow_up_days")
    texts = ("document", "masks", "follow_up", "assumptions")
    return {
        **{name: int(row[name]) for name in periods},
        **{name: row[name].strip() for name in texts},
        "in_force_from": date.fromisoformat(row["in_force_from"]),
        "is_official": row["is_official"].strip() == "yes",
        "distance_metres": row["distance_metres"].strip() or None,
    }
