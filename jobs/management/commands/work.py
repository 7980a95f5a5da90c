"""Does what people asked for in the background."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from jobs.doing import work, work_off


class Command(BaseCommand):
    help = (
        "Take jobs from the queue, one at a time, until SIGTERM or Ctrl-C; the job that is "
        "worked at then goes back to the queue. Several workers may run, on several machines."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--until-empty", action="store_true", help="end when no job is waiting any more"
        )

    def handle(self, *, until_empty: bool, **_options: Any) -> None:
        if until_empty:
            work_off()
        else:
            work()
