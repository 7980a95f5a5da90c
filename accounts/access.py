"""Which door a view has: owners come in with a phone, officials with a password."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url

from districts.models import Unit, UnitQuerySet

from .models import Account

View = Callable[..., HttpResponseBase]


def account_of(request: HttpRequest) -> Account | None:
    """Return who is signed in, or None."""
    return request.user if isinstance(request.user, Account) else None


def official_required(view: View) -> View:
    """Let officials in; send others who are not signed in to the officials' sign-in.

    An owner who comes here is told so (403): a second sign-in form would not say why.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = account_of(request)
        if account is None:
            return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
        if not account.is_official:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def owner_required(view: View) -> View:
    """Let owners in; send officials to their dashboard and others to the owners' sign-in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = account_of(request)
        if account is not None and account.is_official:
            return redirect("dashboards:home")
        return sign_in_required(view)(request, *args, **kwargs)

    return guarded


def sign_in_required(view: View) -> View:
    """Let in whoever is signed in; send others to the owners' sign-in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if account_of(request) is None:
            return redirect_to_login(request.get_full_path(), resolve_url("accounts:sign_in"))
        return view(request, *args, **kwargs)

    return guarded


def units_visible_to(account: Account | None) -> UnitQuerySet:
    """Return the units an account may see: an official's own area and what it came of.

    They are of every day; ask for those in force `on` a day, or which one was `called` so.
    """
    if account is None or not account.is_official or account.area is None:
        return Unit.objects.none()
    return Unit.objects.shown_to(account.area)
