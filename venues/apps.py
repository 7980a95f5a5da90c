"""Where people check in."""

from django.apps import AppConfig


class VenuesConfig(AppConfig):
    name = "venues"

    def ready(self) -> None:
        """Make the work of this floor known to whoever does it in the background."""
        from . import printing  # noqa: F401
        from .imports import bringing_in  # noqa: F401
