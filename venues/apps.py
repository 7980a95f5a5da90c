"""Where people check in."""

from django.apps import AppConfig


class VenuesConfig(AppConfig):
    name = "venues"

    def ready(self) -> None:
        from . import printing  # noqa: F401 - registers what can be done in the background
