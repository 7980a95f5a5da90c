"""The second factors of an account: set up, shown, lost, taken away."""

import hmac
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt, encrypt
from allauth.mfa.webauthn.internal import auth
from django.db import transaction
from django.utils.translation import gettext as _

from . import limits
from .models import Account

PERIOD = 30  # seconds that a code of an authenticator is shown
_DRIFT = 1  # periods that a phone's clock may be off, either way (RFC 6238, 5.2)
# Right ones count as well; at three codes that would do, a day of guessing wins once in 5,000.
_MOST = ((10, timedelta(minutes=5)), (60, timedelta(days=1)))

_APP, _CODES, _PASSKEY = (
    Authenticator.Type.TOTP,
    Authenticator.Type.RECOVERY_CODES,
    Authenticator.Type.WEBAUTHN,
)


class FactorRefused(Exception):  # noqa: N818 - the sentence is the name
    """What was shown opens nothing; has the sentence for the person."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def name_of(kept: Authenticator) -> str:
    """Return what a factor is called: a passkey as its owner named it."""
    return kept.data.get("name", "") if kept.type == _PASSKEY else _("Authenticator app")


def counter_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the period in which an authenticator with this secret shows this code, about now."""
    period = int(now.timestamp()) // PERIOD
    for counter in range(period - _DRIFT, period + _DRIFT + 1):
        if hmac.compare_digest(code_in(secret, counter), code):
            return counter
    return None


def code_in(secret: str, counter: int) -> str:
    """Return the six digits an authenticator with this secret shows in a period."""
    return str(format_hotp_value(hotp_value(secret, counter)))


def count_try(account: Account, browser: str, now: datetime) -> None:
    """Count a try, of the known browser where it is one; raises FactorRefused.

    Whoever got hold of the password uses up the tries of browsers that nobody knows, all together.
    """
    counted = f"{account.pk}|{browser}" if browser else str(account.pk)
    for most, period in _MOST:
        if limits.count(f"second step {most}", counted, period, now) > most:
            raise FactorRefused(_("Too many tries. Wait 5 minutes, then try again."))


def try_code(account: Account, code: str, now: datetime, browser: str = "") -> Authenticator:
    """Use a code of the authenticator or a recovery code, each once; raises FactorRefused."""
    count_try(account, browser, now)
    kept_codes = Authenticator.objects.filter(user=account).exclude(type=_PASSKEY)
    for kept in kept_codes:
        works = (
            _use_app(kept.pk, code, now) if kept.type == _APP else _use_recovery_code(kept, code)
        )
        if works:
            return kept
    raise FactorRefused(_refusal(kept_codes, code, now))


@transaction.atomic
def add_app(account: Account, secret: str, counter: int, *, first: bool) -> Authenticator:
    """Let the authenticator that showed a code be the one of this account, in place of another.

    Who showed no more than a password may add the `first` one only; raises FactorRefused.
    """
    _alone(account, first=first)
    Authenticator.objects.filter(user=account, type=_APP).delete()
    data = {"secret": encrypt(secret), "counter": counter}
    return Authenticator.objects.create(user=account, type=_APP, data=data)


@transaction.atomic
def add_passkey(
    account: Account, name: str, credential: dict[str, Any], *, first: bool
) -> Authenticator:
    """Let a passkey open this account; as for an authenticator, the first may be set up freely."""
    _alone(account, first=first)
    return auth.WebAuthn.add(account, name, credential).instance


def question_to(account: Account) -> str:
    """Return what a browser asks the account's passkeys, as JSON; nothing when it has none."""
    if not account.second_factors().filter(type=_PASSKEY).exists():
        return ""
    return json.dumps(auth.begin_authentication(account), default=dict)


def question_to_new(account: Account) -> str:
    """Return what a browser asks a device that shall make a passkey, as JSON."""
    return json.dumps(auth.begin_registration(account, passwordless=False), default=dict)


@transaction.atomic
def remove(account: Account, kept: Authenticator) -> None:
    """Take one factor away, but never the last one; raises FactorRefused."""
    _alone(account)
    factors = account.second_factors()
    if not factors.exclude(pk=kept.pk).exists():
        raise FactorRefused(_("This is your only second step. Add another one first."))
    factors.filter(pk=kept.pk).delete()


@transaction.atomic
def remove_all(account: Account) -> None:
    """Take every factor and recovery code away, as after a lost phone."""
    _alone(account)
    Authenticator.objects.filter(user=account).delete()


@transaction.atomic
def make_recovery_codes(account: Account) -> None:
    """Make ten recovery codes; those from before work no more."""
    _alone(account)
    Authenticator.objects.filter(user=account, type=_CODES).delete()
    RecoveryCodes.activate(account)


def recovery_codes(account: Account) -> list[str]:
    """Return the recovery codes that were not used yet."""
    kept = Authenticator.objects.filter(user=account, type=_CODES).first()
    return RecoveryCodes(kept).get_unused_codes() if kept else []


@transaction.atomic
def _use_app(key: int, code: str, now: datetime) -> bool:
    """Use up the period of a code: neither it nor an earlier one works again (RFC 6238, 5.2)."""
    kept = Authenticator.objects.select_for_update().filter(pk=key).first()
    counter = counter_of(decrypt(kept.data["secret"]), code, now) if kept else None
    if kept is None or counter is None or counter <= kept.data.get("counter", 0):
        return False
    kept.data["counter"] = counter
    kept.save(update_fields=["data"])
    return True


def _use_recovery_code(kept: Authenticator, code: str) -> bool:
    try:
        return bool(RecoveryCodes(kept).validate_code(code))
    except Authenticator.DoesNotExist:  # new ones were made meanwhile
        return False


def _refusal(kept_codes: Iterable[Authenticator], code: str, now: datetime) -> str:
    """Say why a code opens nothing: it was right once and is used up, or it is wrong."""
    for kept in kept_codes:
        if kept.type == _APP and counter_of(decrypt(kept.data["secret"]), code, now) is not None:
            return _("This code was used already. Wait for the next one that the app shows.")
        if kept.type == _CODES and code in RecoveryCodes(kept).generate_codes():
            return _("This recovery code was used already. Take another one.")
    return _("This is not the right code. Look at it again.")


def _alone(account: Account, *, first: bool = False) -> None:
    """Wait for others who change this account's factors."""
    Account.objects.select_for_update().get(pk=account.pk)
    if first and account.second_factors().exists():
        raise FactorRefused(_("A second step was set up meanwhile. Sign in anew."))
