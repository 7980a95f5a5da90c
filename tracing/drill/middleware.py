"""Requests under /drill/ reach a drill's tables and no real person's."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.access import account_of
from database.apart import is_apart
from tracing.models import Drill

from .pages import elapsed
from .running import taking_part

PREFIX, NAMESPACE = "/drill/", "drill"
_KEYS = "/drill/key/"


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
        account = account_of(request)
        if account is None:
            return redirect("drills:home")
        with taking_part(account) as drill:
            if drill is None:
                return redirect("drills:home")
            return self._answered(request, drill)

    def _answered(self, request: HttpRequest, drill: Drill) -> HttpResponseBase:
        if request.path_info.startswith(_KEYS):
            return _to_the_real_keys(request)
        request.is_drill, request.drill = True, drill  # type: ignore[attr-defined]
        request.elapsed = elapsed(drill, timezone.now())  # type: ignore[attr-defined]
        response = _whole(self.get_response(request))
        if response.status_code >= 500 or getattr(request, "has_raised", False):
            transaction.set_rollback(True)
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Run no page of a drill on real tables, nor the other way round, whatever led there."""
        match = request.resolver_match
        if match and (NAMESPACE in match.namespaces) != is_apart():
            raise RuntimeError("a page of a drill on real tables, or a real page on a drill's")

    def process_exception(self, request: HttpRequest, _exception: Exception) -> None:
        """Note that a view raised; how it is answered is Django's matter."""
        request.has_raised = True  # type: ignore[attr-defined]


def _to_the_real_keys(request: HttpRequest) -> HttpResponseBase:
    """Lead to where keys always are: whoever is admitted or taken a key from is real."""
    there = request.get_full_path().replace(_KEYS, "/tracing/key/", 1)
    return HttpResponseRedirect(there, preserve_request=request.method == "POST")


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
