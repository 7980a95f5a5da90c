"""What the site does around a request: policies, a lost database, uploads, what every page knows."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext

from accounts.turns import BusyError

logger = logging.getLogger(__name__)
LARGEST_UPLOAD = 25 * 1024 * 1024  # bytes, of all files of a request; forms may ask for less
_RETRY_AFTER = 5  # seconds


class Policies:
    """Tells browsers what pages of this site never do; one that does more says so itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, policy in settings.POLICIES.items():
            response.headers.setdefault(name, policy)
        return response


class DatabaseAway:
    """Turns a lost database into a page that sends itself again, with nothing typed lost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Find nothing at an address with a NUL, which no text of the database has."""
        if "\0" in request.path:
            raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a view; around views, where sessions are kept, the page of mistakes does."""
        return asked_again(request, exception)


def asked_again(request: HttpRequest, mistake: BaseException | None) -> HttpResponse | None:
    """Return 503 for a lost connection or a full queue; leave every other mistake to Django."""
    if not isinstance(mistake, OperationalError | InterfaceError | BusyError):
        return None
    if not isinstance(mistake, BusyError):
        logger.error("database away: %s", type(mistake).__name__)
    context = {
        "action": request.path,
        "fields": _declared(request),
        "asked": _pairs(request.GET),
        "retry_after": _RETRY_AFTER,
        "messages": (),  # they are in the session, which is in the database
    }
    response = render(request, "503.html", context, status=503)
    response["Retry-After"] = str(_RETRY_AFTER)
    return response


def _declared(request: HttpRequest) -> list[tuple[str, str]]:
    """What a visitor sent, to be sent again; never what other pages ask, such as passwords."""
    match = request.resolver_match
    if match is None or match.app_name != "declarations":
        return []
    return _pairs(request.POST)


def _pairs(sent: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name, values in sent.lists() for value in values]


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name, the hotline and for how long data are kept."""
    return {
        "site_name": settings.SITE_NAME or gettext("Health check-in"),
        "hotline": settings.HOTLINE,
        "retention_days": settings.RETENTION_DAYS,
    }


class NoMoreThanThat(FileUploadHandler):
    """Stands before the handlers that store files; the form then meets an empty field."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002 - Django's name
        """Hand a piece on, unless it is one too many."""
        self.received += len(raw_data)
        if self.received > LARGEST_UPLOAD:
            if self.request is not None:
                self.request.META["UPLOAD_IS_TOO_LARGE"] = "yes"
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the making of the file to the next handler."""
