"""Make the health authority's pair of keys; without it nobody can check in."""

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from declarations.keys import create_key
from declarations.models import SealingKey

SHORTEST = 12


class Command(BaseCommand):
    """`manage.py create_keys`: idempotent, as a new key is made only when none seals now."""

    help = (
        "Make the key that seals visitors' data. The private half is wrapped by a passphrase that "
        "is asked for twice; whoever forgets it loses the data it sealed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--holder", default="health authority", help="who holds the passphrase")
        parser.add_argument(
            "--passphrase-stdin",
            action="store_true",
            help="read the passphrase from standard input",
        )
        parser.add_argument(
            "--replace", action="store_true", help="retire the key in force and make a new one"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if SealingKey.objects.filter(retired_at=None).exists() and not options["replace"]:
            self.stdout.write("A sealing key is in force; --replace makes a new one.")
            return
        passphrase = self._asked(options["passphrase_stdin"])
        if len(passphrase) < SHORTEST:
            raise CommandError(f"The passphrase needs at least {SHORTEST} characters.")
        key = create_key(options["holder"], passphrase, timezone.now())
        self.stdout.write(f"Sealing key {key} made for {options['holder']}.")

    @staticmethod
    def _asked(from_stdin: bool) -> str:
        if from_stdin:
            return sys.stdin.readline().rstrip("\n")
        passphrase = getpass.getpass("Passphrase: ")
        if getpass.getpass("Once more: ") != passphrase:
            raise CommandError("The two passphrases differ; nothing was made.")
        return passphrase
