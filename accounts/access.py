"""Which door a view has: owners come in with a phone, officials with a password and a second step."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url

from districts.models import Unit, UnitQuerySet
from forms import unsent

from . import second_factors, sessions
from .models import Account, Role

View = Callable[..., HttpResponseBase]


def account_of(request: HttpRequest) -> Account | None:
    """Return who is signed in, or None."""
    return request.user if isinstance(request.user, Account) else None


def official_of(request: HttpRequest) -> Account:
    """Return the official whom one of the guards below let in."""
    account = account_of(request)
    assert account is not None  # noqa: S101 - the guard saw to it
    return account


def official_required(view: View) -> View:
    """Let officials in who showed a second factor; send others to the step they still lack.

    An owner who comes here is told so (403): a second sign-in form would not say why.
    """

    @password_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return missing_step(request, official_of(request)) or view(request, *args, **kwargs)

    return guarded


def manager_required(view: View) -> View:
    """Let in who looks after accounts; for other officials there is nothing here."""

    @official_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not official_of(request).manages_people:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def tracer_required(view: View) -> View:
    """Let tracers in; for other officials there is nothing here."""

    @official_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not official_of(request).is_tracer:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def administrator_required(view: View) -> View:
    """Let administrators in whose second factor is fresh; for everybody else nothing is here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = account_of(request)
        if account is not None and account.role != Role.ADMINISTRATOR:
            raise Http404
        return fresh_second_factor_required(view)(request, *args, **kwargs)

    return guarded


def password_required(view: View) -> View:
    """Let officials in who showed no more than their password, to set up or show a second factor."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = account_of(request)
        if account is None:
            return _to_sign_in("account_login", request)
        if not account.is_official:
            raise PermissionDenied
        response = view(request, *args, **kwargs)
        unsent.put_back(request, account, response)
        return response

    return guarded


def fresh_second_factor_required(view: View) -> View:
    """Let officials in whose second factor was shown a moment ago; ask the others for it again."""

    @official_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if sessions.is_fresh(request):
            return view(request, *args, **kwargs)
        return _to_step("accounts:confirm", request)

    return guarded


def set_up_allowed(view: View) -> View:
    """Let officials in who have no second factor yet, or showed one a moment ago."""

    @password_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_first = not second_factors.of(official_of(request)).exists()
        if is_first or sessions.is_fresh(request):
            return view(request, *args, **kwargs)
        return _to_step("accounts:confirm", request)

    return guarded


def missing_step(request: HttpRequest, account: Account) -> HttpResponseBase | None:
    """Return the way to what an official must do before anything else, or None."""
    if sessions.is_full(request):
        return redirect("accounts:codes") if sessions.has_codes_to_keep(request) else None
    has_factor = second_factors.of(account).exists()
    return _to_step("accounts:confirm" if has_factor else "accounts:set_up", request)


def _to_step(name: str, request: HttpRequest) -> HttpResponseBase:
    """Redirect to a step, which leads back to a page, never to an act; what was typed is kept."""
    is_page = request.method in ("GET", "HEAD") or unsent.typed_in(request)
    if not is_page:
        return redirect(name)
    return _to_sign_in(name, request)


def _to_sign_in(name: str, request: HttpRequest) -> HttpResponseBase:
    response = redirect_to_login(unsent.page_of(request), resolve_url(name))
    unsent.keep(request, response)
    return response


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
    """Let in whoever is signed in, officials with all steps; send others to the owners' sign-in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = account_of(request)
        if account is None:
            return _to_sign_in("accounts:sign_in", request)
        step = missing_step(request, account) if account.is_official else None
        response = step or view(request, *args, **kwargs)
        unsent.put_back(request, account, response)
        return response

    return guarded


def units_visible_to(account: Account | None) -> UnitQuerySet:
    """Return the units an account may see: an official's own area and what it came of.

    They are of every day; ask for those in force `on` a day, or which one was `called` so.
    """
    if account is None or not account.is_official or account.area is None:
        return Unit.objects.none()
    return Unit.objects.shown_to(account.area)
