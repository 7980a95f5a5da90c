"""How the sign-in library is told our rules and our words."""

import hashlib
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import password_validation
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from nacl.encoding import URLSafeBase64Encoder
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from .known_browsers import known_browser
from .limits import Limit
from .models import Account, EventKind
from .open_sessions import end_others
from .passwords import among_strangers
from .rebuffs import Rebuff, rebuff
from .second_factors import FactorRefused
from .sign_in_events import note
from .sources import source_of
from .turns import BusyError


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
        """Let nobody through by password who is not an official at work, and nobody try for ever.

        A browser that the account has signed in from has tries of its own: wrong passwords from
        elsewhere do not use them up. The same is counted for addresses that have no account.
        """
        email = credentials.get("email", "").lower()
        now, browser = timezone.now(), known_browser(request, email)
        tries = _tries(request, email, browser)
        if not all(limit.take(counted, now) for limit, counted in tries):
            raise self.validation_error("too_many_login_attempts")
        try:
            with among_strangers(not browser):
                account = super().authenticate(request, **credentials)
        except BusyError:  # nothing was tried
            _give_back(tries)
            raise
        if not (isinstance(account, Account) and account.is_official and account.is_active):
            return None
        _give_back(tries)
        _note_weakness(request, account, credentials.get("password", ""))
        return account

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **rest: Any) -> Any:
        """Go on with the second step in a session of a new key, as with all that comes after it."""
        request.session.cycle_key()
        return super().pre_login(request, user, **rest)

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
        """Write down that somebody signed in; ask for a new password where it is a weak one."""
        if isinstance(user, Account):
            note(user, EventKind.SIGNED_IN)
        response = super().post_login(request, user, **rest)
        if not request.session.pop(_WEAK, False):
            return response
        messages.warning(
            request, gettext("Your password is easily guessed. Please choose a new one.")
        )
        return redirect("account_change_password")

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Write down that the password changed; it ends all other sessions."""
        super().set_password(user, password)
        if isinstance(user, Account):
            end_others(context.request, user)
            note(user, EventKind.PASSWORD_CHANGED)


_OF_A_SOURCE = Limit("passwords from", 10, timedelta(minutes=1))
_OF_AN_ACCOUNT = Limit("passwords of", 5, timedelta(minutes=5))
_WEAK = "weak_password"  # where a session notes until the second step that it came in with one


def _tries(request: HttpRequest, email: str, browser: str) -> list[tuple[Limit, str]]:
    """Return what has to have room for one more wrong password, each limit with what it counts."""
    if browser:
        return [(_OF_AN_ACCOUNT, f"{email}|{browser}")]
    return [(_OF_A_SOURCE, source_of(request)), (_OF_AN_ACCOUNT, email)]


def _give_back(tries: list[tuple[Limit, str]]) -> None:
    for limit, counted in tries:
        limit.give_back(counted)


def _note_weakness(request: HttpRequest, account: Account, password: str) -> None:
    """Note that a password would not be taken today; it still opens the door."""
    try:
        password_validation.validate_password(password, account)
    except ValidationError:
        request.session[_WEAK] = True


class SecondFactors(DefaultMFAAdapter):
    """What belongs to second factors is kept encrypted: a stolen database opens no door."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This passkey was not accepted. Try again."),
    }

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode(), encoder=URLSafeBase64Encoder).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the text; raises FactorRefused where HASH_KEY is another one by now."""
        try:
            return _box().decrypt(encrypted_text.encode(), encoder=URLSafeBase64Encoder).decode()
        except CryptoError as error:
            raise FactorRefused(
                gettext(
                    "This second step opens nothing any more: a secret of the site was changed. "
                    "Ask whoever gave you access to take it away."
                )
            ) from error

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the site as phones show it beside a passkey."""
        name = settings.SITE_NAME or gettext("Health check-in")
        return super().get_public_key_credential_rp_entity() | {"name": name}


def _box() -> SecretBox:
    """Return the box under a key of its own, made of the secret that is never changed."""
    return SecretBox(
        hashlib.blake2b(
            settings.HASH_KEY.encode(), digest_size=32, person=b"second factors"
        ).digest()
    )
