"""Six digits sent to a phone: who types them in the browser that asked has the phone in hand.

A code is of the browser that asked and of what it asked for. Others may ask for the same phone: they
get a code, tries and waits of their own, and change nothing of hers. Kept is a keyed hash alone, and
no phone number.
"""

import contextlib
import hashlib
import hmac
import logging
import math
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from districts.days import day_start, local_day
from forms.fields import CODE_LENGTH, TOLD_CODE_LENGTH, MobileField
from forms.phones import takes_messages

from . import gateways
from .known_browsers import known_browser
from .limits import Limit
from .models import OneTimeCode
from .sources import source_of

LIFETIME = timedelta(minutes=10)
TRIES = 5
WAIT = timedelta(seconds=60)
# Of one phone in a local day. Whoever asks elsewhere has to come from four places before the phone
# gets no more, and even then not for a browser that its owner has signed in from.
MOST_A_DAY = 6
MOST_A_DAY_AND_SOURCE = 6
MOST_A_DAY_ELSEWHERE = 16
# Thousands of phones share one address of a mobile network: this stops a script, not a commune.
MOST_AN_HOUR_AND_SOURCE = 120
MOST_OF_A_SOURCE_A_DAY = 500
# A code that an official tells is tried by whoever knows the number: it is longer, and tries are
# counted by where they come from.
TOLD_TRIES = 1000
_TOLD_TRIES_OF_A_SOURCE = Limit("told code", 10, timedelta(minutes=10))

_ASKER = "asker"  # where a session keeps what tells its askings from others'
_KNOWN, _NEAR = 0.9, 0.8  # of MESSAGES_PER_DAY: from where known browsers alone, when it is said

logger = logging.getLogger(__name__)

# Codes that ended are swept on the way, a few at a time.
_ISSUE = """
WITH swept AS (
    DELETE FROM accounts_one_time_code WHERE asking IN (
        SELECT asking FROM accounts_one_time_code
        WHERE expires_at < %(now)s AND asking <> %(asking)s LIMIT 10 FOR UPDATE SKIP LOCKED
    )
)
INSERT INTO accounts_one_time_code AS kept (asking, digest, expires_at, tries_left, sent_at)
VALUES (%(asking)s, %(digest)s, %(expires_at)s, %(tries)s, %(now)s)
ON CONFLICT (asking) DO UPDATE SET
    digest = excluded.digest,
    expires_at = excluded.expires_at,
    tries_left = excluded.tries_left,
    sent_at = excluded.sent_at
WHERE kept.sent_at <= %(last_sent)s OR kept.expires_at <= %(now)s
RETURNING sent_at
"""

# One statement, so that guesses sent at once wait for each other; a right code expires with it.
# Digests are keyed: how long comparing them takes says nothing of a code.
_TRY = """
UPDATE accounts_one_time_code
SET tries_left = tries_left - 1,
    expires_at = CASE WHEN digest = %(digest)s THEN %(now)s ELSE expires_at END
WHERE asking = %(asking)s AND tries_left > 0 AND expires_at > %(now)s
RETURNING digest = %(digest)s
"""


class CodePurpose(StrEnum):
    """What a code is asked for; it opens nothing else."""

    SIGN_IN = "sign in"
    REGISTER = "register"
    OWN_PHONE = "own phone"
    TOLD = "told by an official"


@dataclass(frozen=True)
class Asking:
    """Who asks for a code of which phone, what for, and from where.

    `asker` is a secret of the session or of the phone's memory; `browser` is the known browser's name,
    where it is one.
    """

    phone: str
    purpose: CodePurpose
    asker: str
    source: str
    browser: str = ""

    @classmethod
    def of(
        cls, request: HttpRequest, phone: str, purpose: CodePurpose, asker: str = ""
    ) -> "Asking":
        """Return the asking of a request; it is its session's, unless told what else it is of."""
        if not asker:
            asker = request.session.get(_ASKER) or secrets.token_urlsafe(18)
            request.session[_ASKER] = asker
        return cls(phone, purpose, asker, source_of(request), known_browser(request, phone))

    @property
    def key(self) -> bytes:
        """The same for the same browser, phone and purpose."""
        return _keyed("asking", self.purpose.encode(), self.asker.encode(), self.phone.encode())

    @property
    def limits(self) -> Iterator[tuple[Limit, str]]:
        """What has to have room for one more message, each limit with what it counts."""
        most = settings.MESSAGES_PER_DAY
        if self.browser:
            yield Limit("codes of a device", MOST_A_DAY), f"{self.phone}|{self.browser}"
        else:
            yield Limit("codes of a source", MOST_OF_A_SOURCE_A_DAY), self.source
            yield Limit("codes of a phone", MOST_A_DAY_AND_SOURCE), f"{self.phone}|{self.source}"
            yield Limit("codes elsewhere", MOST_A_DAY_ELSEWHERE), self.phone
            most = int(most * _KNOWN)
        yield Limit("messages", most), ""


class CodeCheck(Enum):
    """What the digits somebody typed turned out to be."""

    RIGHT = "right"
    WRONG = "wrong"
    SPENT = "spent"
    TOO_MANY = "too many"


class CodeNotSent(Exception):  # noqa: N818 - the sentence is the name
    """No code went out; has the sentence for the person and the status for the page."""

    def __init__(self, sentence: str, status: int, wait: timedelta = WAIT) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.wait = wait

    def on(self, response: HttpResponse) -> HttpResponse:
        """Return a page with this refusal's status and time to wait."""
        response.status_code = self.status
        response["Retry-After"] = str(math.ceil(self.wait.total_seconds()))
        return response


class SentAMomentAgo(CodeNotSent):
    """The browser that asks has a fresh code already."""


def send_code(asking: Asking, now: datetime) -> None:
    """Send a new code to a phone, whether it has an account or not; raises CodeNotSent."""
    if not takes_messages(asking.phone):
        raise CodeNotSent(str(MobileField.default_error_messages["no_messages"]), 422)
    hour = Limit("one-time code", MOST_AN_HOUR_AND_SOURCE, timedelta(hours=1))
    if not asking.browser and not hour.take(asking.source, now):
        sentence = _("Too many codes were asked for. Try again in an hour.")
        raise CodeNotSent(sentence, 429, timedelta(hours=1))
    code = _new_code(asking, now)
    text = _("%(code)s is your code. It works for 10 minutes. Tell it to nobody.")
    try:
        gateways.send_message(asking.phone, text % {"code": code})
    except gateways.MessageNotSent as error:
        logger.error("message not sent: %s", error)  # noqa: TRY400 - the reason is enough
        for limit, counted in asking.limits:
            limit.give_back(counted)
        raise CodeNotSent(
            _("We could not send the message. Try again in a minute."), 503
        ) from error


def ensure_code(asking: Asking, now: datetime) -> None:
    """Send a code unless this browser got one a moment ago, as when a form was sent twice."""
    with contextlib.suppress(SentAMomentAgo):
        send_code(asking, now)


def try_code(asking: Asking, code: str, now: datetime) -> CodeCheck:
    """Use up one try, or the code itself when it is right."""
    is_told = asking.purpose is CodePurpose.TOLD
    if is_told and not _TOLD_TRIES_OF_A_SOURCE.take(asking.source, now):
        return CodeCheck.TOO_MANY
    tried: dict[str, Any] = {"asking": asking.key, "digest": _digest(asking, code), "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_TRY, tried)
        row = cursor.fetchone()
    if row is None:
        return CodeCheck.SPENT
    return CodeCheck.RIGHT if row[0] else CodeCheck.WRONG


def told_asking(phone: str, source: str = "") -> Asking:
    """Return the asking for a code that an official tells: it is of no browser."""
    return Asking(phone, CodePurpose.TOLD, "", source)


@transaction.atomic
def tell_code(phone: str, now: datetime) -> str:
    """Return a new code of a landline, which an official tells its owner; raises CodeNotSent."""
    code = f"{secrets.randbelow(10**TOLD_CODE_LENGTH):0{TOLD_CODE_LENGTH}}"
    _issue(told_asking(phone), code, TOLD_TRIES, now)
    if not Limit("codes told", MOST_A_DAY).take(phone, now):
        raise _enough(now)
    return code


@transaction.atomic
def _new_code(asking: Asking, now: datetime) -> str:
    """Return a new code, counted in all limits or in none."""
    code = f"{secrets.randbelow(10**CODE_LENGTH):0{CODE_LENGTH}}"
    _issue(asking, code, TRIES, now)
    *own, (messages, everything) = asking.limits
    if not all(limit.take(counted, now) for limit, counted in own):
        raise _enough(now)
    number = messages.take(everything, now)
    _say_how_many(number, now)
    if not number:
        sentence = _("No more codes can be sent today. Try again tomorrow, or call %(hotline)s.")
        raise CodeNotSent(sentence % {"hotline": settings.HOTLINE}, 429, _until_tomorrow(now))
    return code


def _issue(asking: Asking, code: str, tries: int, now: datetime) -> None:
    issued: dict[str, Any] = {
        "asking": asking.key,
        "digest": _digest(asking, code),
        "tries": tries,
        "now": now,
    }
    issued |= {"expires_at": now + LIFETIME, "last_sent": now - WAIT}
    with connection.cursor() as cursor:
        cursor.execute(_ISSUE, issued)
        is_issued = cursor.fetchone() is not None
    if not is_issued:
        left = OneTimeCode.objects.get(pk=asking.key).sent_at + WAIT - now
        sentence = _("We sent you a code a moment ago. Wait a minute before you ask for another.")
        raise SentAMomentAgo(sentence, 429, left)


def _enough(now: datetime) -> CodeNotSent:
    sentence = _("This phone had all its codes for today. Try again tomorrow, or call %(hotline)s.")
    return CodeNotSent(sentence % {"hotline": settings.HOTLINE}, 429, _until_tomorrow(now))


def _say_how_many(number: int, now: datetime) -> None:
    """Tell the operator that the day's messages come to an end, and have."""
    most = settings.MESSAGES_PER_DAY
    if number in (int(most * _NEAR), int(most * _KNOWN), most):
        logger.warning("one-time codes: %s of the %s messages of a day are sent", number, most)


def _until_tomorrow(now: datetime) -> timedelta:
    return day_start(local_day(now) + timedelta(days=1)) - now


def _digest(asking: Asking, code: str) -> bytes:
    return _keyed("one-time code", asking.key, code.encode())


def _keyed(what: str, *parts: bytes) -> bytes:
    message = b"\x1f".join([what.encode(), *parts])
    return hmac.digest(settings.HASH_KEY.encode(), message, hashlib.sha256)
