"""Count the tallies anew, as after an upgrade during which older processes wrote visits."""

from typing import Any

from django.core.management.base import BaseCommand

from declarations import tallies


class Command(BaseCommand):
    """`manage.py rebuild_tallies`: running it twice does nothing more."""

    help = (
        "Count all kept visits and declarations anew into the tallies, in one snapshot, while "
        "check-ins go on. They are exact by themselves; this is for data that came in another way."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        tallies.rebuild()
        self.stdout.write("The tallies say what counting gives.")
