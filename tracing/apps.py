"""Who met whom."""

from django.apps import AppConfig


class TracingConfig(AppConfig):
    """Who met whom."""

    name = "tracing"
