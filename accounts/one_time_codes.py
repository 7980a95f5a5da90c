"""Six digits sent to a phone: who types them has the phone in hand."""

import contextlib
import hashlib
import hmac
import logging
import math
import secrets
from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.utils.translation import gettext as _

from districts.days import day_start, local_day
from forms.fields import CODE_LENGTH, MobileField
from forms.phones import takes_messages

from . import gateways, limits
from .models import OneTimeCode

LIFETIME = timedelta(minutes=10)
TRIES = 5
WAIT = timedelta(seconds=60)
MOST_A_DAY = 6
# Thousands of phones share one address of a mobile network: this stops a script, not a commune.
MOST_AN_HOUR_AND_SOURCE = 120

logger = logging.getLogger(__name__)

_ISSUE = """
INSERT INTO accounts_onetimecode AS kept
    (phone, digest, expires_at, tries_left, sent_at, sent_today)
VALUES (%(phone)s, %(digest)s, %(expires_at)s, %(tries)s, %(now)s, 1)
ON CONFLICT (phone) DO UPDATE SET
    digest = excluded.digest,
    expires_at = excluded.expires_at,
    tries_left = excluded.tries_left,
    sent_at = excluded.sent_at,
    sent_today = CASE WHEN kept.sent_at < %(midnight)s THEN 1 ELSE kept.sent_today + 1 END
WHERE (kept.sent_at <= %(last_sent)s OR kept.expires_at <= %(now)s)
    AND (kept.sent_at < %(midnight)s OR kept.sent_today < %(most)s)
RETURNING sent_today
"""

# One statement, so that guesses sent at once wait for each other; a right code expires with it.
_TRY = """
UPDATE accounts_onetimecode
SET tries_left = tries_left - 1,
    expires_at = CASE WHEN digest = %(digest)s THEN %(now)s ELSE expires_at END
WHERE phone = %(phone)s AND tries_left > 0 AND expires_at > %(now)s
RETURNING digest = %(digest)s
"""

_GIVE_BACK = """
UPDATE accounts_onetimecode SET sent_today = GREATEST(sent_today - 1, 0) WHERE phone = %(phone)s
"""


class CodeCheck(Enum):
    """What the digits somebody typed turned out to be."""

    RIGHT = "right"
    WRONG = "wrong"
    SPENT = "spent"


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
    """The phone has a fresh code already."""


def send_code(phone: str, source: str, now: datetime) -> None:
    """Send a new code to a phone, whether it has an account or not; raises CodeNotSent."""
    if not takes_messages(phone):
        raise CodeNotSent(str(MobileField.default_error_messages["no_messages"]), 422)
    period = timedelta(hours=1)
    if limits.count("one-time code", source, period, now) > MOST_AN_HOUR_AND_SOURCE:
        raise CodeNotSent(_("Too many codes were asked for. Try again in an hour."), 429, period)
    code = new_code(phone, now)
    text = _("%(code)s is your code. It works for 10 minutes. Tell it to nobody.")
    try:
        gateways.send_message(phone, text % {"code": code})
    except gateways.MessageNotSent as error:
        logger.error("message not sent: %s", error)  # noqa: TRY400 - the reason is enough
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_BACK, {"phone": phone})
        raise CodeNotSent(
            _("We could not send the message. Try again in a minute."), 503
        ) from error


def new_code(phone: str, now: datetime) -> str:
    """Return a new code of a phone, which somebody tells its owner; raises CodeNotSent."""
    code = f"{secrets.randbelow(10**CODE_LENGTH):0{CODE_LENGTH}}"
    if not _issue(phone, code, now):
        raise _refusal(phone, now)
    return code


def ensure_code(phone: str, source: str, now: datetime) -> None:
    """Send a code unless the phone got one a moment ago, as when a form was sent twice."""
    with contextlib.suppress(SentAMomentAgo):
        send_code(phone, source, now)


def try_code(phone: str, code: str, now: datetime) -> CodeCheck:
    """Use up one try, or the code itself when it is right."""
    with connection.cursor() as cursor:
        cursor.execute(_TRY, {"phone": phone, "digest": _digest(phone, code), "now": now})
        row = cursor.fetchone()
    if row is None:
        return CodeCheck.SPENT
    return CodeCheck.RIGHT if row[0] else CodeCheck.WRONG


def _issue(phone: str, code: str, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            _ISSUE,
            {
                "phone": phone,
                "digest": _digest(phone, code),
                "expires_at": now + LIFETIME,
                "tries": TRIES,
                "now": now,
                "last_sent": now - WAIT,
                "midnight": day_start(local_day(now)),
                "most": MOST_A_DAY,
            },
        )
        return cursor.fetchone() is not None


def _refusal(phone: str, now: datetime) -> CodeNotSent:
    """Say why the phone gets no code now: it has a fresh one, or had enough for today."""
    kept = OneTimeCode.objects.get(phone=phone)
    left = kept.sent_at + WAIT - now
    if left > timedelta(0) and kept.expires_at > now:
        sentence = _("We sent you a code a moment ago. Wait a minute before you ask for another.")
        return SentAMomentAgo(sentence, 429, left)
    sentence = _("This phone had all its codes for today. Try again tomorrow.")
    return CodeNotSent(sentence, 429, day_start(local_day(now) + timedelta(days=1)) - now)


def _digest(phone: str, code: str) -> bytes:
    message = f"one-time code|{phone}|{code}".encode()
    return hmac.digest(settings.HASH_KEY.encode(), message, hashlib.sha256)
