"""Check that no look at a name was changed or removed afterwards."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from authority import disclosures


class Command(BaseCommand):
    help = (
        "Check the chain of disclosures: each vouches for the one before it, under a key made of "
        "HASH_KEY. Prints a mark of the newest one to note elsewhere; with --mark, tells whether "
        "the one that was noted is still there, as whoever removes the newest ones leaves a chain "
        "that holds."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mark", default="", help="what an earlier check printed")

    def handle(self, *args: Any, mark: str, **_options: Any) -> None:
        broken = disclosures.first_broken()
        if broken is not None:
            raise CommandError(f"Disclosure {broken.number} is {broken.how}.")
        if mark and not disclosures.has_mark(mark):
            raise CommandError(f"The disclosure noted as {mark} is not there any more.")
        newest = disclosures.chain_mark()
        self.stdout.write(f"All disclosures hold. Mark: {newest}" if newest else "No disclosures.")
