"""Work that takes longer than a page may."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"
