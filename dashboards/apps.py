"""What a committee sees."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "dashboards"
