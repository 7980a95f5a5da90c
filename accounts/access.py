"""Which door a view has: owners come in with a phone, officials with a password and a second step."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from .models import Account, Role
from .sources import is_led_by_another_site

View = Callable[..., HttpResponseBase]


class Steps:
    """How far the session of a request has come in signing in."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def are_complete(self) -> bool:
        """Whether a second factor was shown."""
        return self._second_at() > 0

    @property
    def are_fresh(self) -> bool:
        """Whether that was a moment ago, as for changing how one signs in, and for Django's admin."""
        return self._second_at() > time.time() - 15 * 60

    @property
    def has_codes_to_keep(self) -> bool:
        """Whether recovery codes are shown until the official says that they are kept."""
        return "recovery_codes_to_keep" in self.request.session

    def show_codes(self) -> None:
        self.request.session["recovery_codes_to_keep"] = True

    def codes_are_kept(self) -> None:
        self.request.session.pop("recovery_codes_to_keep", None)

    def _second_at(self) -> float:
        records = get_authentication_records(self.request, self.request.user)
        return max((float(r["at"]) for r in records if r.get("method") == "mfa"), default=0.0)


def account_of(request: HttpRequest) -> Account | None:
    """Return who is signed in, or None."""
    return request.user if isinstance(request.user, Account) else None


def official_of(request: HttpRequest) -> Account:
    """Return the official whom one of the guards below let in."""
    assert isinstance(request.user, Account)  # noqa: S101 - the guard saw to it
    return request.user


def password_required(view: View) -> View:
    """Let officials in who showed no more than their password, to set up or show a second factor.

    An owner who comes here is told so (403): a second sign-in form would not say why.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = request.user
        if not isinstance(account, Account):
            return _to_step("account_login")
        if not account.is_official:
            raise PermissionDenied
        response = view(request, *args, **kwargs)
        request.served_to = account  # type: ignore[attr-defined]
        return response

    return guarded


def official_required(view: View) -> View:
    """Let officials in who showed a second factor; send others to the step they still lack."""

    @password_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return missing_step(request) or view(request, *args, **kwargs)

    return guarded


def missing_step(request: HttpRequest) -> HttpResponseBase | None:
    """Return the way to what an official must do before anything else, or None."""
    steps = Steps(request)
    if steps.are_complete:
        return redirect("accounts:codes") if steps.has_codes_to_keep else None
    has_factor = official_of(request).second_factors().exists()
    return _to_step("accounts:confirm" if has_factor else "accounts:set_up")


def _to_step(name: str) -> HttpResponseBase:
    """Lead to a step of signing in; KeepUnsent adds the way back, and keeps what was typed."""
    response = redirect(name)
    response.is_step = True  # type: ignore[attr-defined]
    return response


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
    """Let tracers in; for other officials there is nothing here.

    A link of another site opens nothing at once: a look would stand in the log in the officer's name.
    """

    @official_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not official_of(request).is_tracer:
            raise Http404
        if is_led_by_another_site(request):
            return render(request, "accounts/led_here.html")
        return view(request, *args, **kwargs)

    return guarded


def fresh_second_factor_required(view: View) -> View:
    """Let officials in whose second factor was shown a moment ago; ask the others for it again."""

    @official_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if Steps(request).are_fresh:
            return view(request, *args, **kwargs)
        return _to_step("accounts:confirm")

    return guarded


def administrator_required(view: View) -> View:
    """Let administrators in whose second factor is fresh; for everybody else nothing is here."""
    fresh = fresh_second_factor_required(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = account_of(request)
        if account is not None and account.role != Role.ADMINISTRATOR:
            raise Http404
        return fresh(request, *args, **kwargs)

    return guarded


def set_up_allowed(view: View) -> View:
    """Let officials in who have no second factor yet, or showed one a moment ago."""

    @password_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_first = not official_of(request).second_factors().exists()
        if is_first or Steps(request).are_fresh:
            return view(request, *args, **kwargs)
        return _to_step("accounts:confirm")

    return guarded


def sign_in_required(view: View) -> View:
    """Let in whoever is signed in, officials with all steps; send others to the owners' sign-in."""
    for_officials = official_required(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = account_of(request)
        if account is None:
            return _to_step("accounts:sign_in")
        if account.is_official:
            return for_officials(request, *args, **kwargs)
        response = view(request, *args, **kwargs)
        request.served_to = account  # type: ignore[attr-defined]
        return response

    return guarded


def owner_required(view: View) -> View:
    """Let owners in; send officials to their dashboard and others to the owners' sign-in."""
    for_owners = sign_in_required(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = account_of(request)
        if account is not None and account.is_official:
            return redirect("dashboards:home")
        return for_owners(request, *args, **kwargs)

    return guarded
