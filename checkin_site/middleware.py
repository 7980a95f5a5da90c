"""What the site does when the database is away."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

logger = logging.getLogger(__name__)

_RETRY_SECONDS = 5


class DatabaseAway:
    """Turns a lost database into a page that sends itself again, with nothing typed lost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 503 for a lost connection; leave every other mistake to Django."""
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        logger.error("database away: %s", type(exception).__name__)
        context = {
            "action": request.path,
            "fields": _declared(request),
            "retry_after": _RETRY_SECONDS,
        }
        response = render(request, "503.html", context, status=503)
        response["Retry-After"] = str(_RETRY_SECONDS)
        return response


def _declared(request: HttpRequest) -> list[tuple[str, str]]:
    """What a visitor sent, to be sent again; never what other pages ask, such as passwords."""
    match = request.resolver_match
    if match is None or match.app_name != "declarations":
        return []
    return [(name, value) for name, values in request.POST.lists() for value in values]
