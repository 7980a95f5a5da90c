"""Loading the rules by which contacts are told."""

import csv
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from .models import Rule

OURS = Path(__file__).parent / "data" / "rules.csv"
_NUMBERS = (
    "days_before",
    "days_after",
    "minimum_minutes",
    "linger_minutes",
    "follow_up_days",
)


class FaultyRulesError(Exception):
    """The file is no list of rules; the sentence names the row."""


@transaction.atomic
def load_rules(content: bytes) -> Counter[str]:
    """Make the rules of a CSV file known; return how many were made, and were here already.

    A rule that is here stays as it is: cases were traced under it. Raises FaultyRulesError.
    """
    done: Counter[str] = Counter()
    for number, row in enumerate(csv.DictReader(StringIO(content.decode("utf-8-sig"))), start=2):
        try:
            rule = Rule(**_told(row))
            if Rule.objects.filter(document=rule.document).exists():
                done["here"] += 1
                continue
            rule.full_clean()
        except (KeyError, TypeError, ValueError, ValidationError) as error:
            raise FaultyRulesError(f"Row {number}: {error}") from error
        rule.save()
        done["made"] += 1
    return done


def _told(row: dict[str, Any]) -> dict[str, Any]:
    numbers = {name: int(row[name]) for name in _NUMBERS}
    texts = {name: row[name].strip() for name in ("document", "masks", "follow_up", "assumptions")}
    return {
        **numbers,
        **texts,
        "in_force_from": date.fromisoformat(row["in_force_from"]),
        "is_official": row["is_official"].strip() == "yes",
        "distance_metres": row["distance_metres"].strip() or None,
    }
