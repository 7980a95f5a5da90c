"""Requests under /drill/ reach a drill's tables and no real person's."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.access import account_of
from declarations.apart import apart
from tracing.models import Drill

from . import shadow
from .pages import elapsed

PREFIX = "/drill/"


class Apart:
    """Wraps a request of a drill into one transaction on the drill's tables.

    What raises, or answers with a fault of the site, is undone. A stream is read to its end
    before the transaction ends.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.is_drill = False  # type: ignore[attr-defined]
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        drill = _running(request)
        if drill is None:
            return redirect("drills:home")
        request.is_drill, request.drill = True, drill  # type: ignore[attr-defined]
        request.elapsed = elapsed(drill, timezone.now())  # type: ignore[attr-defined]
        with apart():
            response = _whole(self.get_response(request))
            if response.status_code >= 500 or getattr(request, "has_raised", False):
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, _exception: Exception) -> None:
        """Note that a view raised; how it is answered is Django's matter."""
        request.has_raised = True  # type: ignore[attr-defined]


def _running(request: HttpRequest) -> Drill | None:
    """Return the running drill if whoever asks takes part in it."""
    account = account_of(request)
    if account is None:
        return None
    drill = Drill.objects.visible_to(account).running().with_units().first()
    return drill if drill and shadow.is_whole() else None


def _whole(response: HttpResponseBase) -> HttpResponseBase:
    if not isinstance(response, StreamingHttpResponse):
        return response
    content = response.getvalue()
    whole = HttpResponse(content, status=response.status_code)
    for name, value in response.items():
        whole[name] = value
    whole.cookies = response.cookies
    # What the stream reads from is closed with the answer.
    whole._resource_closers = response._resource_closers  # type: ignore[attr-defined]  # noqa: SLF001
    return whole
