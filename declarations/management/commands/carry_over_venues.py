"""Carry venues and officials over to the units that a reform made."""

from typing import Any

from django.core.management.base import BaseCommand

from declarations.carry_over import carry_over
from districts.days import today


class Command(BaseCommand):
    """`manage.py carry_over_venues`: running it twice moves nothing more."""

    help = (
        "Move each venue in a commune that has ended to the commune's successor, as load_units "
        "--successors told, and officials to the successor of their area. Where a venue stood "
        "before is kept. Never goes by codes, as reforms use them again. housekeeping does the "
        "same, so that it happens soon after midnight by itself; before the day nothing moves."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = carry_over(today())
        self.stdout.write(f"{done.venues} venues and {done.accounts} officials carried over.")
        if done.left_behind:
            self.stdout.write(
                f"{done.left_behind} venues are in communes that ended without a successor: "
                "load the list with --successors."
            )
