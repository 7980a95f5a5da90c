"""Who may open what is sealed."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest


class AuthorityConfig(AppConfig):
    name = "authority"

    def ready(self) -> None:
        """Lock a tracer's key when its session is signed out, through whichever door."""
        user_logged_out.connect(_lock, dispatch_uid="authority.lock")


def _lock(sender: type, request: HttpRequest | None, **_rest: Any) -> None:
    from .unlocking import lock

    if request is not None and request.session.session_key:
        lock(request.session.session_key)
