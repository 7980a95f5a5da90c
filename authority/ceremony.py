"""The ceremony: the authority's keys are made, and somebody can open what they will seal."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from nacl.public import PrivateKey

from accounts.models import Account

from .keyholders import admit, make_recovery_pair, set_up
from .keys import create_key, hand_on, rotate
from .models import Keyholder, SealingKey, WrappedKey
from .sealing import STRONG, Opener, Strength, WrongPassphraseError


@dataclass(frozen=True)
class Tracer:
    """Whom the ceremony lets open the keys, by a passphrase of their own."""

    account: Account
    passphrase: str
    strength: Strength = STRONG


@dataclass(frozen=True)
class Made:
    """What a ceremony made; the recovery key is None where the sheet in force stays."""

    key: SealingKey
    recovery: PrivateKey | None = None


@dataclass(frozen=True)
class Holder:
    """Whose passphrase alone wraps a key where there is no tracer yet."""

    name: str
    passphrase: str


def is_opened_by_somebody() -> bool:
    """Whether a tracer can open what a new key seals."""
    return Keyholder.objects.admitted().tracers().exists()


@transaction.atomic
def hold(who: Tracer | Holder | None, now: datetime, *, new_sheet: bool = False) -> Made:
    """Make a pair of keys for the recovery sheet, all tracers admitted, and one more."""
    recovery = _recovery_pair(now, anew=new_sheet)
    if isinstance(who, Holder):
        return Made(create_key(who.name, who.passphrase, now), recovery)
    key, private = rotate(now)
    if who is not None:
        _let_in(who, Opener({key.pk: private}), now)
    return Made(key, recovery)


@transaction.atomic
def take_over(passphrase: str, tracer: Tracer | None, now: datetime) -> Made:
    """Hand what a passphrase alone has wrapped to a recovery sheet and a tracer.

    Installations of the first releases have nothing else. Raises WrongPassphraseError.
    """
    opener = _opened_by(passphrase)
    made = Made(SealingKey.objects.latest("created_at"), _recovery_pair(now))
    if tracer is not None:
        _let_in(tracer, opener, now)
    hand_on(opener)
    return made


def _recovery_pair(now: datetime, *, anew: bool = False) -> PrivateKey | None:
    if Keyholder.objects.recovery().exists() and not anew:
        return None
    return make_recovery_pair(now)


def _let_in(tracer: Tracer, opener: Opener, now: datetime) -> None:
    """Make somebody a keyholder; who is one already keeps the passphrase."""
    if Keyholder.objects.admitted().filter(account=tracer.account).exists():
        hand_on(opener)
        return
    keyholder = set_up(tracer.account, tracer.passphrase, now, tracer.strength)
    admit(keyholder, opener, None, keyholder.fingerprint, now)


def _opened_by(passphrase: str) -> Opener:
    keys = {}
    for wrapped in WrappedKey.objects.all():
        try:
            keys[wrapped.key_id] = PrivateKey(wrapped.wrapping.unwrapped(passphrase))
        except WrongPassphraseError:
            continue
    if not keys:
        raise WrongPassphraseError
    return Opener(keys)
