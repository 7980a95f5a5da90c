"""What a session has proved, and ending sessions."""

import time
from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from django.contrib.auth import update_session_auth_hash
from django.db.models import F
from django.http import HttpRequest

from .models import Account

# For what changes how one signs in, and for Django's admin.
FRESH = timedelta(minutes=15)
_CODES = "recovery_codes_to_keep"


def is_full(request: HttpRequest) -> bool:
    """Whether the session showed a second factor."""
    return _proved_at(request) > 0


def is_fresh(request: HttpRequest) -> bool:
    """Whether it did so a moment ago."""
    return _proved_at(request) > time.time() - FRESH.total_seconds()


def show_codes(request: HttpRequest) -> None:
    """Let the session show the recovery codes until it says they are kept."""
    request.session[_CODES] = True


def codes_are_kept(request: HttpRequest) -> None:
    """Let the recovery codes be shown no more."""
    request.session.pop(_CODES, None)


def has_codes_to_keep(request: HttpRequest) -> bool:
    return _CODES in request.session


def end_sessions(account: Account) -> None:
    """End every session of an account, wherever it is."""
    Account.objects.filter(pk=account.pk).update(ended_sessions=F("ended_sessions") + 1)


def end_other_sessions(request: HttpRequest, account: Account) -> None:
    """End every session of an account but this one."""
    end_sessions(account)
    account.refresh_from_db(fields=["ended_sessions"])
    update_session_auth_hash(request, account)


def _proved_at(request: HttpRequest) -> float:
    records = get_authentication_records(request, request.user)
    return max((float(r["at"]) for r in records if r.get("method") == "mfa"), default=0.0)
