"""Messages to the owners of places that were published: place and period only."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.gateways import MessageNotSent, send_message
from accounts.models import Account
from database.apart import is_apart
from declarations.models import Notice
from districts.days import LOCAL_ZONE
from tracing.models import Case, CaseEvent
from venues.models import Venue

from .acts import OWNER_TOLD, event

NAME, PERIODS = "{ten}", "{thoi_gian}"
# As many as somebody waits for; the others go with the next press of the button.
MOST_AT_ONCE = 50
# Then the gateway is away, and the others would wait for nothing.
_MOST_FAILURES = 3
_TEXT = (
    "{ten}: có ca bệnh đã đến địa điểm trong thời gian {thoi_gian}. Đề nghị khử khuẩn, thông "
    "thoáng, nhắc nhân viên theo dõi sức khoẻ và gọi ngay {hotline} khi có triệu chứng. Chi tiết: "
    "{site}/notices/"
)

logger = logging.getLogger(__name__)


@dataclass
class Done:
    """What became of the messages: to whose venues they went, and to whose they did not."""

    sent: list[Venue] = field(default_factory=list)
    failed: list[Venue] = field(default_factory=list)


def text() -> str:
    """Return a short message in Vietnamese; `{ten}` and `{thoi_gian}` are filled in for each."""
    return _TEXT.replace("{hotline}", settings.HOTLINE).replace("{site}", settings.SITE_ADDRESS)


def to_tell(notices: Iterable[Notice]) -> list[tuple[Venue, list[Notice]]]:
    """Return the venues whose owners know nothing yet, each with the notices to tell of."""
    pending: dict[int, tuple[Venue, list[Notice]]] = {}
    every = list(notices)
    known = _known(every)
    for notice in every:
        if notice.pk not in known:
            pending.setdefault(notice.venue_id, (notice.venue, []))[1].append(notice)
    return sorted(pending.values(), key=lambda one: one[0].name)


def tell(case: Case, notices: Iterable[Notice], words: str, by: Account, now: datetime) -> Done:
    """Send each owner one message of what is new; a notice is told once, whoever asks."""
    done = Done()
    for venue, here in to_tell(notices)[:MOST_AT_ONCE]:
        if len(done.failed) >= _MOST_FAILURES:
            done.failed.append(venue)
            continue
        try:
            if _told(case, here, words, by, now):
                done.sent.append(venue)
        except MessageNotSent as error:
            logger.error("message not sent: %s", error)  # noqa: TRY400 - the reason is enough
            done.failed.append(venue)
    return done


def filled(words: str, notices: list[Notice]) -> str:
    """Return the message about notices of one venue."""
    periods = "; ".join(map(_period, sorted(notices, key=lambda one: one.period.lower)))
    return words.replace(PERIODS, periods).replace(NAME, notices[0].venue.name)


@transaction.atomic
def _told(case: Case, here: list[Notice], words: str, by: Account, now: datetime) -> bool:
    """Note what is told and send it, or neither; two tracers at once are one message."""
    locked = Notice.objects.published().filter(pk__in=[one.pk for one in here])
    locked = locked.select_for_update(of=("self",)).select_related("venue__owner")
    still = list(locked)
    known = _known(still)
    news = [one for one in still if one.pk not in known]
    if not news:
        return False
    CaseEvent.objects.bulk_create(event(case, OWNER_TOLD, one, by, now) for one in news)
    venue = news[0].venue
    # Owners are real in a drill as well: what is practised there is written down and not sent.
    if is_apart():
        return True
    send_message(venue.message_phone, filled(words, news))
    return True


def _known(notices: list[Notice]) -> set[int]:
    """Return the ids of those notices whose owners were told."""
    ids = [one.pk for one in notices]
    told = CaseEvent.objects.filter(what=OWNER_TOLD, details__notice__in=ids)
    return set(told.values_list("details__notice", flat=True))


def _period(notice: Notice) -> str:
    start, end = (at.astimezone(LOCAL_ZONE) for at in (notice.period.lower, notice.period.upper))
    if start.date() == end.date():
        return f"{start:%H:%M}–{end:%H:%M} ngày {start:%d/%m/%Y}"
    return f"{start:%H:%M %d/%m/%Y} – {end:%H:%M %d/%m/%Y}"
