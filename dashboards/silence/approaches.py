"""Turning to silent venues: messages to their owners, and what came of calls and visits."""

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import uuid4, uuid5

from django.conf import settings
from django.db import connection, transaction

from accounts.gateways import MessageNotSent, send_message
from accounts.models import Account, EventKind
from accounts.one_time_codes import new_code
from accounts.sign_in_events import note
from dashboards.models import Approach, Compliance, Reason
from districts.days import local_day
from forms.phones import takes_messages
from venues.models import Venue

from .silence import PROMISES, Silence
from .silent import silence_of

# As many as a page of the worklist has; somebody waits while the messages go out.
MOST_AT_ONCE = 50
# Then the gateway is away, and the others would wait for nothing.
_MOST_FAILURES = 3
# Whoever promised to use the poster and does not comes back by itself.
PROMISE_DAYS = 7
NAME = "{ten}"
_LONGEST_NOTE = 600

_END = " Cần mã mới, vào {site}/venues/. Hỗ trợ: {hotline}."
_TEXTS = {
    Reason.NO_EXITS: "{ten}: khách có quét mã khi vào nhưng không ai quét khi ra. Đề nghị hướng "
    "dẫn khách bấm “Tôi ra về” hoặc quét lại khi rời đi.",
    Reason.OWNER: "{ten}: mới chỉ có điện thoại của địa điểm quét mã. Đề nghị treo mã ở lối ra "
    "vào và hướng dẫn mọi khách quét.",
    Reason.ONE_PHONE: "{ten}: hai tuần qua chỉ có một điện thoại quét mã. Đề nghị treo mã ở lối "
    "ra vào và hướng dẫn mọi khách quét.",
}
_TEXT = (
    "{ten} chưa có khách quét mã QR. Đề nghị treo mã ở lối ra vào và hướng dẫn mọi khách quét theo "
    "Công văn 4985/UBND-KGVX."
)

# Two officials at once: the second finds the day's reminder there and sends nothing.
_REMINDED = """
INSERT INTO dashboards_approach
    (id, venue_id, commune_id, account_id, at, made_on, reason, way, finding, note)
VALUES (%(id)s, %(venue_id)s, %(commune_id)s, %(account_id)s, %(at)s, %(made_on)s, %(reason)s,
    'reminded', '', %(note)s)
ON CONFLICT DO NOTHING RETURNING id
"""

logger = logging.getLogger(__name__)


class Sending(Enum):
    """What became of a message."""

    SENT = "sent"
    ALREADY = "already"  # the venue had one today
    FAILED = "failed"  # the gateway did not take it


def reminder_text(reason: Reason | None = None) -> str:
    """Return a short message in Vietnamese; `{ten}` stands for the venue's name."""
    text = _TEXTS.get(reason, _TEXT) if reason else _TEXT
    return text + _END.format(site=settings.SITE_ADDRESS, hotline=settings.HOTLINE)


def remind(
    silences: Iterable[Silence], text: str, account: Account, now: datetime
) -> Counter[Sending]:
    """Send a message to the owner of each venue, at most one a day; count what became of them."""
    reasons = {silence.venue_id: silence.reason for silence in silences}
    done: Counter[Sending] = Counter()
    for venue in Venue.objects.filter(pk__in=reasons).select_related("owner").order_by("pk"):
        if done[Sending.FAILED] >= _MOST_FAILURES:
            done[Sending.FAILED] += 1
        else:
            noted = _noted(venue, account, now) | {"reason": reasons[venue.pk]}
            done[_remind(venue, text.replace(NAME, venue.name), noted)] += 1
    return done


def note_approach(venue: Venue, typed: dict[str, Any], account: Account, now: datetime) -> None:
    """Add a call or visit as it was typed; the same form sent twice is noted once."""
    silence = silence_of(venue.commune, venue.pk, now)
    reason = silence.reason if silence else ""
    next_on = typed["next_on"]
    if next_on is None and typed["finding"] in PROMISES:
        next_on = local_day(now) + timedelta(days=PROMISE_DAYS)
    approach = Approach(
        id=uuid5(typed["nonce"], str(venue.pk)),
        reason=reason,
        way=typed["way"],
        finding=typed["finding"],
        next_on=next_on,
        note=typed["note"],
        **_noted(venue, account, now),
    )
    Approach.objects.bulk_create([approach], ignore_conflicts=True)


def note_compliance(venue: Venue, typed: dict[str, Any], account: Account, now: datetime) -> None:
    """Add a decision on the reopening condition; earlier ones stay as they are."""
    details = {name: typed[name] for name in ("status", "since", "until", "document", "note")}
    key = uuid5(typed["nonce"], str(venue.pk))
    decision = Compliance(id=key, venue=venue, decided_by=account, decided_at=now, **details)
    Compliance.objects.bulk_create([decision], ignore_conflicts=True)


def may_tell_code(venue: Venue, account: Account) -> bool:
    """Whether an official may tell the owner a code: only where no message can bring it.

    It opens all that the owner has, so that nothing of it may lie outside the official's area.
    """
    owner = venue.owner
    if owner.is_official or not owner.is_active or not owner.phone or takes_messages(owner.phone):
        return False
    seen = Venue.objects.visible_to(account).values("pk")
    return not owner.venues.exclude(pk__in=seen).exists()


def tell_code(venue: Venue, account: Account, now: datetime) -> str:
    """Return the code that an official reads out to the owner, and log it; raises CodeNotSent."""
    with transaction.atomic():
        code = new_code(venue.owner.phone or "", now)
        note(venue.owner, EventKind.CODE_TOLD, by=account)
    return code


def _noted(venue: Venue, account: Account, now: datetime) -> dict[str, Any]:
    return {
        "venue_id": venue.pk,
        "commune_id": venue.commune_id,
        "account_id": account.pk,
        "at": now,
        "made_on": local_day(now),
    }


def _remind(venue: Venue, text: str, noted: dict[str, Any]) -> Sending:
    """Note the reminder and send it, or neither."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_REMINDED, noted | {"id": uuid4(), "note": text[:_LONGEST_NOTE]})
            if cursor.fetchone() is None:
                return Sending.ALREADY
            send_message(venue.message_phone, text)
    except MessageNotSent as error:
        logger.error("message not sent: %s", error)  # noqa: TRY400 - the reason is enough
        return Sending.FAILED
    return Sending.SENT
