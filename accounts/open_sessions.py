"""Where an account is signed in: since when, until when, and ending it from elsewhere.

The database knows a session by a hash of its key: who reads it there takes no session over.
"""

import hashlib
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import auth, messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.paginator import Paginator
from django.db import OperationalError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from .access import account_of, sign_in_required
from .known_browsers import remember_browser
from .models import Account, EventKind, OpenSession
from .sign_in_events import note
from .sources import device_of, network_of

# From signing in, whatever is done meanwhile: a working day; and what an owner can be asked for
# whose phone is at hand, but who looks in seldom.
OFFICIALS, OWNERS = timedelta(hours=12), timedelta(days=30)
_NOTED_EVERY = timedelta(minutes=5)
_OWN = "open_session"  # where a session keeps which one it is


def hashed(key: str) -> str:
    """Return what the database keeps of a session's key."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


class SessionStore(db.SessionStore):
    """Django's sessions, by the hashes of their keys."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        kept = self.model.objects.filter(expire_date__gt=timezone.now())
        session = kept.filter(session_key=hashed(self.session_key or "")).first()
        if session is None:
            self._session_key = None
        return session

    def exists(self, session_key: str) -> bool:
        """Whether a key is taken."""
        return super().exists(hashed(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """Return the row to be kept."""
        session = super().create_model_instance(data)
        session.session_key = hashed(session.session_key)
        return session

    def save(self, must_create: bool = False) -> None:
        """Keep the session; a lost database is said to be that, and not that the session is gone."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise

    def delete(self, session_key: str | None = None) -> None:
        """Delete the session of a key, or this one."""
        if key := session_key or self.session_key:
            super().delete(hashed(key))


class SignedIn(AuthenticationMiddleware):
    """Django's middleware, for whom a session is over that has lasted its time."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _user_of(request))  # type: ignore[assignment]

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Let the browser be known where a session began, and keep the session to its row."""
        if account := getattr(request, "signed_in_now", None):
            remember_browser(request, response, account)
        session = getattr(request, "session", None)
        is_kept = response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR  # by Django's middleware
        if is_kept and session is not None and session.accessed and _OWN in session:
            _follow(request, timezone.now())
        return response


@receiver(user_logged_in)
def begin(sender: type, request: HttpRequest, user: Account, **rest: Any) -> None:
    """Note that a session begins, and when it will end."""
    now, session = timezone.now(), request.session
    if not session.session_key:  # somebody else was signed in here until now
        session.create()
    lifetime = OFFICIALS if user.is_official else OWNERS
    user.open_sessions.filter(pk=own_session(request)).delete()  # signed in again in the same one
    own = user.open_sessions.create(
        session_key=hashed(session.session_key or ""),
        began_at=now,
        ends_at=now + lifetime,
        last_used_at=now,
        device=device_of(request.headers.get("User-Agent", "")),
        network=network_of(request),
    )
    key, ends, used = own.session_key, own.ends_at.timestamp(), now.timestamp()
    session[_OWN] = {"pk": own.pk, "key": key, "ends": ends, "used": used}
    if not user.is_official:
        session.set_expiry(lifetime)
    request.signed_in_now = user  # type: ignore[attr-defined]


def own_session(request: HttpRequest) -> int:
    """Return the number of the session in which a request is made; 0 where it has none."""
    return int(request.session.get(_OWN, {}).get("pk", 0))


def end_others(request: HttpRequest, account: Account) -> None:
    """End every session of an account but the one in which this is asked for."""
    account.end_sessions(but=own_session(request))
    if account_of(request) == account:
        account.refresh_from_db(fields=["ended_sessions"])
        auth.update_session_auth_hash(request, account)


def forget_ended_sessions(now: datetime) -> int:
    """Forget sessions that are over; return how many."""
    going_on = OpenSession.objects.going_on(now)
    return OpenSession.objects.exclude(pk__in=going_on.values("pk")).delete()[0]


def shown_sessions(request: HttpRequest, account: Account) -> dict[str, Any]:
    """Return what a page says of the sessions of whoever looks at it."""
    return {
        "sessions": account.open_sessions.going_on(timezone.now()),
        "own_session": own_session(request),
    }


@never_cache
@require_safe
@sign_in_required
def listed(request: HttpRequest) -> HttpResponse:
    """Show an owner where the own account is signed in, and what happened at its door."""
    account = account_of(request)
    if account is None or account.is_official:
        return redirect("accounts:security")
    events = account.events.select_related("by").order_by("-at", "-pk")
    context = shown_sessions(request, account)
    context["page"] = Paginator(events, 25).get_page(request.GET.get("page"))
    return render(request, "accounts/sessions.html", context)


@never_cache
@require_POST
@sign_in_required
def end(request: HttpRequest, session: int) -> HttpResponse:
    """End one session of the own account; the one in use is signed out."""
    account = account_of(request)
    theirs = OpenSession.objects.filter(account=account, pk=session)
    kept = get_object_or_404(theirs)
    if kept.pk == own_session(request):
        auth.logout(request)
        return redirect("home")
    theirs.end()
    if account:
        note(account, EventKind.SESSION_ENDED, ended=kept.device)
    messages.success(request, _("Signed out there."))
    return redirect("accounts:sessions")


@never_cache
@require_POST
@sign_in_required
def end_elsewhere(request: HttpRequest) -> HttpResponse:
    """Sign an account out everywhere but here."""
    if account := account_of(request):
        end_others(request, account)
        note(account, EventKind.SESSIONS_ENDED)
        messages.success(request, _("You are signed out everywhere else."))
    return redirect("accounts:sessions")


def _user_of(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    """Return who is signed in; nobody where the session's time is over."""
    user = auth.get_user(request)
    own = request.session.get(_OWN) if isinstance(user, Account) else None
    if own is None or timezone.now().timestamp() < own["ends"]:
        return user
    request.session.flush()
    return AnonymousUser()


def _follow(request: HttpRequest, now: datetime) -> None:
    """Note that a session was used, and its new key; it is over where its row is gone meanwhile."""
    session = request.session
    own, key = session[_OWN], hashed(session.session_key or "")
    if own["key"] == key and now.timestamp() - own["used"] < _NOTED_EVERY.total_seconds():
        return
    row = OpenSession.objects.filter(pk=own["pk"])
    if row.update(session_key=key, last_used_at=now, network=network_of(request)):
        session[_OWN] = own | {"key": key, "used": now.timestamp()}
    else:
        session.flush()
