"""What visitors submit."""

from django.apps import AppConfig


class DeclarationsConfig(AppConfig):
    name = "declarations"
