"""Stops the embedded database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from checkin_site.database.server import EmbeddedServer


class Command(BaseCommand):
    help = "Stop the embedded PostgreSQL unless another process uses it; the data stay."
    requires_system_checks: list[str] = []

    def handle(self, **_options: Any) -> None:
        server = EmbeddedServer.of(settings.DATABASES["default"])
        if server is None:
            self.stdout.write("DATABASE_URL names the database: there is no embedded one to stop.")
        elif server.stop():
            self.stdout.write("The embedded database is stopped.")
        else:
            self.stdout.write("The embedded database runs on: another process uses it.")
