"""What a request leaves behind: in browsers and on the way to us, in the log, in the counts."""

import re
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.cache import cache_control

from accounts.rebuffs import Rebuff, rebuff
from authority.unlocking import COOKIE as UNLOCKED
from declarations.memory import COOKIE as MEMORY
from declarations.memory import FORMER_COOKIE as FORMER_MEMORY
from forms.unsent import COOKIE as UNSENT
from stations.access import refused

# Whoever sends one of these is shown what is of somebody.
_OF_SOMEBODY = {settings.SESSION_COOKIE_NAME, MEMORY, FORMER_MEMORY, UNLOCKED, UNSENT}
_FORMER_LANGUAGE = "django_language"  # as the cookie was called everywhere before 0.4
_BY_STATUS = {
    HTTPStatus.BAD_REQUEST: Rebuff.NOT_UNDERSTOOD,
    HTTPStatus.FORBIDDEN: Rebuff.FORBIDDEN,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Rebuff.TOO_LARGE,
    HTTPStatus.TOO_MANY_REQUESTS: Rebuff.LIMIT,
}
_BY_STATUS_OF_A_SECRET = {
    HTTPStatus.NOT_FOUND: Rebuff.UNKNOWN_SECRET,
    HTTPStatus.GONE: Rebuff.ENDED,
}


def is_secret(path: str) -> bool:
    """Whether an address opens something for whoever knows it."""
    return bool(re.match(settings.SECRET_ADDRESSES, path.lstrip("/")))


class OverPlainHttp:
    """Answers a secret address that came without encryption by a page that names it nowhere.

    Leading on to https would say the secret once more, and hide that it was sent in the clear.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.SECURE_SSL_REDIRECT or request.is_secure() or not is_secret(request.path):
            return self.get_response(request)
        rebuff(Rebuff.PLAIN_HTTP)
        return _refusal(request)


@cache_control(no_store=True, private=True)
def _refusal(request: HttpRequest) -> HttpResponse:
    with translation.override(translation.get_language_from_request(request)):
        sentence = translation.gettext("Open this address with https:// at its beginning.")
        if "json" in request.headers.get("Content-Type", ""):
            return refused(HTTPStatus.FORBIDDEN, sentence)
        # Without the request, since the page would offer its own address in other languages.
        page = render_to_string("refused.html", {"is_plain_http": True})
        return HttpResponse(page, status=HTTPStatus.FORBIDDEN)


class Traces:
    """Lets browsers keep nothing of what names somebody, and counts who was turned down.

    What depends on nobody stays as its view says: the empty form of a poster, notices, the
    description of the interface. Static files do not come here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _FORMER_LANGUAGE in request.COOKIES:
            chosen = request.COOKIES[_FORMER_LANGUAGE]
            request.COOKIES.setdefault(settings.LANGUAGE_COOKIE_NAME, chosen)
        response = self.get_response(request)
        if _is_of_somebody(request, response):
            response["Cache-Control"] = "no-store, private"
            for name in ("ETag", "Last-Modified", "Expires"):
                if name in response:
                    del response[name]
        if kind := _kind_of_rebuff(request, response):
            match = request.resolver_match
            rebuff(kind, match.route if match else "")
        return response


def _is_of_somebody(request: HttpRequest, response: HttpResponseBase) -> bool:
    # A form that comes back with its faults is there again when one goes back to it.
    is_corrected = response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    return (
        (request.method not in ("GET", "HEAD", "OPTIONS") and not is_corrected)
        or not _OF_SOMEBODY.isdisjoint(request.COOKIES)
        or not _OF_SOMEBODY.isdisjoint(response.cookies)
        or is_secret(request.path)
    )


def _kind_of_rebuff(request: HttpRequest, response: HttpResponseBase) -> Rebuff | None:
    if response.status_code < HTTPStatus.BAD_REQUEST:
        return None
    if "UPLOAD_IS_TOO_LARGE" in request.META or _is_longer_than_a_form(request):
        return Rebuff.TOO_LARGE
    status = HTTPStatus(response.status_code)
    if is_secret(request.path) and status in _BY_STATUS_OF_A_SECRET:
        return _BY_STATUS_OF_A_SECRET[status]
    return _BY_STATUS.get(status)


def _is_longer_than_a_form(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    is_file = request.META.get("CONTENT_TYPE", "").startswith("multipart/")
    longest = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    return not is_file and length.isdecimal() and int(length) > longest
