"""What a timer does a few times an hour, on every floor that has something to do."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.forgetting import forget_signing_in
from authority.unlocking import forget_ended
from dashboards.silence.progress import note_silence
from declarations import tallies
from declarations.carry_over import carry_over
from declarations.forgetting import forget_old_days, prepare_days
from declarations.settling import close_visits
from districts.days import local_day
from jobs.asking import forget_jobs
from stations.forgetting import forget_lines, forget_scans, prepare_scans
from tracing.cases.closing import forget_cases
from tracing.drill.running import end_overdue
from venues.imports.keeping import forget_rows


class Command(BaseCommand):
    """`manage.py housekeeping`: running it twice does nothing more."""

    help = (
        "End visits that outlasted the usual stay of their kind of venue, prepare the tables of "
        "the coming days, carry venues over on the first day of a reform, forget the days "
        "that are older than RETENTION_DAYS, what happened at officials' doors over 90 days ago, "
        "and used codes, ended sessions and counts, and lock what tracers unlocked and left."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        made = prepare_days(now)
        prepare_scans(now)
        closed = close_visits(now)
        tallies.ensure_counted()
        carried = carry_over(local_day(now))
        note_silence(now)
        forgotten = forget_old_days(now)
        forget_scans(now)
        forget_lines(now)
        jobs = forget_jobs(now)
        forget_signing_in(now)
        forget_ended(now)
        rows = forget_rows(now)
        drills = end_overdue(now)
        cases = forget_cases(now)
        say = self.stdout.write
        say(f"{len(made)} days prepared, {closed} visits ended.")
        if carried.venues or carried.accounts:
            say(f"{carried.venues} venues and {carried.accounts} officials carried over.")
        if drills:
            say(f"{drills} drills ended that ran for a day.")
        if rows:
            say(f"{rows} rows of undecided imports forgotten.")
        if cases.cases:
            say(f"{cases.cases} closed cases forgotten, with {cases.contacts} contacts.")
        if jobs:
            say(f"{jobs} jobs and their files forgotten.")
        for record in forgotten:
            people = f"{record.declarations} declarations, {record.visitors} visitors"
            say(f"{record.day}: forgot {record.visits} visits, {people}.")
