"""What a timer does a few times an hour: end stays, make the days to come, forget the old ones."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from declarations.departures import close_visits
from declarations.forgetting import forget_old_days, prepare_days


class Command(BaseCommand):
    """`manage.py housekeeping`: running it twice does nothing more."""

    help = (
        "End visits that outlasted the usual stay of their kind of venue, prepare the tables of "
        "the coming days, and forget the days that are older than RETENTION_DAYS."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        made = prepare_days(now)
        closed = close_visits(now)
        forgotten = forget_old_days(now)
        self.stdout.write(f"{len(made)} days prepared, {closed} visits ended.")
        for record in forgotten:
            self.stdout.write(
                f"{record.day}: forgot {record.visits} visits, {record.declarations} "
                f"declarations, {record.visitors} visitors."
            )
