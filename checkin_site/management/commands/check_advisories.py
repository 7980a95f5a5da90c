"""Hold what is installed against the list of advisories that ships."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from checkin_site import libraries

_OLD = timedelta(days=60)


class Command(BaseCommand):
    help = (
        "Fail when an installed library has a hole that the list of advisories knows and nobody "
        "judged, or was never looked up. Asks no network. That libraries are newer than the list, or "
        "the list is old, is said and fails nothing: `make advisories` makes it anew."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        versions, advisories, seen = libraries.present(), libraries.known(), libraries.looked_up()
        if sentences := libraries.faults(versions, advisories):
            raise CommandError("\n".join(sentences))
        newest = max(day for _version, day in seen.values())
        self.stdout.write(
            f"{len(versions)} libraries, {len(advisories)} advisories of them until {newest}: "
            "none is open in what is installed."
        )
        pinned = libraries.pinned().items()
        changed = [name for name, version in pinned if seen[name][0] != version]
        if changed:
            self.stdout.write(f"Pinned anew since they were looked up: {', '.join(changed)}.")
        if newest < (timezone.now() - _OLD).date().isoformat():
            self.stdout.write(f"The list is of {newest}: make advisories.")
