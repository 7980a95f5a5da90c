"""How the sign-in library is told our rules and our words."""

import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from nacl.encoding import URLSafeBase64Encoder
from nacl.secret import SecretBox

from .mail import send
from .models import Account, EventKind
from .rebuffs import Rebuff, rebuff
from .sign_in_events import note


class OfficialsOnly(DefaultAccountAdapter):
    """Nobody signs up by themselves: officials are invited, owners confirm a phone."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Ask the person who gave you access."),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "enter_current_password": _("This is not your present password."),
        "too_many_login_attempts": _("Too many tries. Wait 5 minutes, then try again."),
        "rate_limited": _("Too many tries. Wait 5 minutes, then try again."),
    }

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Count that a limit was reached, which the library says in a form."""
        if code in ("too_many_login_attempts", "rate_limited"):
            rebuff(Rebuff.LIMIT)
        return super().validation_error(code, *args)

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

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return resolve_url("accounts:security")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002
        """Tell the account's owner that somebody typed a wrong password."""
        rebuff(Rebuff.WRONG_PASSWORD)
        officials = Account.objects.officials()
        if account := officials.filter(email=credentials.get("email", "")).first():
            note(account, EventKind.PASSWORD_REFUSED)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **rest: Any) -> HttpResponse:
        """Write down that somebody signed in."""
        if isinstance(user, Account):
            note(user, EventKind.SIGNED_IN)
        return super().post_login(request, user, **rest)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Write down that the password changed; it ends the sessions of the old one."""
        super().set_password(user, password)
        if isinstance(user, Account):
            note(user, EventKind.PASSWORD_CHANGED)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the address that goes into the message: ours, whatever host was asked for."""
        uidb36, _dash, token = key.partition("-")
        path = resolve_url("account_reset_password_from_key", uidb36=uidb36, key=token)
        return f"{settings.SITE_ADDRESS}{path}"

    def send_password_reset_mail(
        self, user: AbstractBaseUser, email: str, context: dict[str, Any]
    ) -> None:
        """Write down that a link for a new password went out, whoever asked for it."""
        super().send_password_reset_mail(user, email, context)
        if isinstance(user, Account):
            note(user, EventKind.RESET_ASKED)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send what the library has to say in our words; a failure must not tell who exists."""
        send(template_prefix, email, context)


class SecondFactors(DefaultMFAAdapter):
    """What belongs to second factors is kept encrypted: a stolen database opens no door."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This passkey was not accepted. Try again."),
    }

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode(), encoder=URLSafeBase64Encoder).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode(), encoder=URLSafeBase64Encoder).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the site as phones show it beside a passkey."""
        name = settings.SITE_NAME or gettext("Health check-in")
        return super().get_public_key_credential_rp_entity() | {"name": name}


class LongEnough(password_validation.MinimumLengthValidator):
    def get_error_message(self) -> str:
        sentence = gettext("This password is too short. Use at least %(characters)d characters.")
        return sentence % {"characters": self.min_length}

    def get_help_text(self) -> str:
        return gettext("Use at least %(characters)d characters.") % {"characters": self.min_length}


class NotCommon(password_validation.CommonPasswordValidator):
    """A password that is not the first one that people try."""

    def get_error_message(self) -> str:
        return gettext("This password is too common. Choose another one.")

    def get_help_text(self) -> str:
        return gettext("Do not use a password that many people use.")


def _box() -> SecretBox:
    """Return the box under a key of its own, made of the secret that is never changed."""
    return SecretBox(
        hashlib.blake2b(
            settings.HASH_KEY.encode(), digest_size=32, person=b"second factors"
        ).digest()
    )
