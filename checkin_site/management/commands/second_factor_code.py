"""Prints the code with which the demonstration's officials finish signing in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from checkin_site import demonstration


class Command(BaseCommand):
    help = (
        "Print the code that the authenticator of the demonstration's invented officials shows "
        "now. It knows no account but those that `run` made."
    )

    def handle(self, **_options: Any) -> None:
        if not demonstration.is_here():
            raise CommandError("No demonstration was started here. Start it: make run")
        code, seconds = demonstration.second_factor_code(timezone.now())
        self.stdout.write(f"{code}  for another {seconds} s; each account takes a code once")
