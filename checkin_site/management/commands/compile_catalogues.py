"""Compiles the translations."""

from typing import Any

from django.core.management.base import BaseCommand

from checkin_site.preparing import compile_catalogues


class Command(BaseCommand):
    help = "Compile the catalogues under locale/ that changed; needs no tool of the system."
    requires_system_checks: list[str] = []

    def handle(self, **_options: Any) -> None:
        for path in compile_catalogues():
            self.stdout.write(f"Compiled {path}")
