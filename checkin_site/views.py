"""The front door, the choice of language, pages for when something is wrong, and the site's health."""

import hmac
import os
import sys
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.rebuffs import counted
from authority.models import SealingKey
from declarations.memory import Memory, private
from declarations.notices import to_tell
from forms import unsent
from forms.pages import own_address

from .middleware import asked_again

_PLAIN = "text/plain; charset=utf-8"


class NotReadyError(Exception):
    """What is missing, and the command that mends it."""


@private
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Three doors: a code, a venue that needs one, officials."""
    met = to_tell(Memory.of(request), timezone.now())
    return render(request, "home.html", {"met": met})


@csrf_exempt
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language a person chose and go back to the page they were on.

    Without the token that a cookie would have to carry: choosing a language harms nobody.
    """
    back = own_address(request, request.POST.get("next", ""), resolve_url("home"))
    response = HttpResponseRedirect(back)
    if request.POST.get("language") in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            request.POST["language"],
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form without its token; one of our own page is there again, as it was typed."""
    page = unsent.sent_from(request)
    response = _refused(request, 403, page)
    if page:
        unsent.keep(request, response)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refused(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the page was open too long or is not for this person."""
    return _refused(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refused(request, 404)


def _refused(request: HttpRequest, status: int, page: str = "") -> HttpResponse:
    is_of_door = request.path.startswith("/s/")  # of whatever key, so that it tells of none
    context = {"status": status, "page": page, "is_of_door": is_of_door}
    return render(request, "refused.html", context, status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the mistake is ours; where the database was lost, that it is asked again."""
    return asked_again(request, sys.exc_info()[1]) or render(request, "500.html", status=500)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a hole, in all languages (RFC 9116); always good for half a year."""
    lines = []
    for language_code, _name in settings.LANGUAGES:
        with translation.override(language_code):
            asked = gettext("Found a hole in this site? Please tell us here first. Thank you.")
            lines.append(f"# {asked}")
    expires = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    lines += [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {settings.SITE_ADDRESS}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=_PLAIN)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer without the database: restarting the process would not bring it back."""
    return HttpResponse("alive\n", content_type=_PLAIN)


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether a check-in can be stored now, and if not, what is missing."""
    try:
        _require_a_database()
        _require_migrations()
        _require_a_sealing_key()
        _require_a_place_for_turns()
    except NotReadyError as missing:
        return HttpResponse(f"not ready: {missing}\n", content_type=_PLAIN, status=503)
    return HttpResponse("ready\n", content_type=_PLAIN)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Say how many requests were turned down, by reason; to whoever has the token, if there is one."""
    known, shown = f"Bearer {settings.METRICS_TOKEN}", request.headers.get("Authorization", "")
    if not (settings.METRICS_TOKEN and hmac.compare_digest(known.encode(), shown.encode())):
        raise Http404
    name = "checkin_rebuffs_total"
    lines = [
        f"# HELP {name} Requests that a limit or a guard turned down, since the start.",
        f"# TYPE {name} counter",
        *(f'{name}{{reason="{kind}"}} {times}' for kind, times in counted().items()),
    ]
    return HttpResponse("\n".join([*lines, ""]), "text/plain; version=0.0.4; charset=utf-8")


def _require_a_database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        connection.close()
        raise NotReadyError("the database does not answer") from error


@cache
def _require_migrations() -> None:
    """Checked until they are there: this process knows no newer ones."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReadyError("the database is of an older release; run manage.py migrate")


def _require_a_place_for_turns() -> None:
    """Without it nobody could sign in, unlock a key or have a photo read: see accounts.turns."""
    try:
        settings.TURNS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_writable = os.access(settings.TURNS_DIR, os.W_OK)
    except OSError:
        is_writable = False
    if not is_writable:
        raise NotReadyError("VAR_DIR is not writable")


def _require_a_sealing_key() -> None:
    if not SealingKey.objects.filter(retired_at=None).exists():
        raise NotReadyError("there is no key to seal names with; run manage.py create_keys")
