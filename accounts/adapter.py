"""How the sign-in library is told our rules and our words."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from .models import Account


class OfficialsOnly(DefaultAccountAdapter):
    """Nobody signs up by themselves: officials are invited, owners confirm a phone."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Ask the person who gave you access."),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "enter_current_password": _("This is not your present password."),
        "too_many_login_attempts": _("Too many tries. Wait 5 minutes, then try again."),
        "rate_limited": _("Too many tries. Wait 5 minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Let nobody through by password who is not an official at work."""
        account = super().authenticate(request, **credentials)
        if isinstance(account, Account) and account.is_official and account.is_active:
            return account
        return None

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead an owner who is signed in already to the own venues."""
        if isinstance(request.user, Account) and not request.user.is_official:
            return resolve_url("venues:listed")
        return str(super().get_login_redirect_url(request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)
