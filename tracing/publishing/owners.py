"""Messages to the owners of places that were published: place and period only."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.gateways import MessageNotSent, send_message
from accounts.models import Account
from database.apart import is_apart
from declarations.models import Notice
from districts.days import LOCAL_ZONE
from forms.fields import PlainTextField
from tracing.models import Case, CaseEvent
from venues.models import Venue

from .proposals import event

_OWNER_TOLD = "owner told"
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


class OwnersForm(forms.Form):
    text = PlainTextField(
        max_length=500,
        label=gettext_lazy("Message"),
        required_sentence=gettext_lazy("Write what the message should say."),
        widget=forms.Textarea(attrs={"rows": 7, "lang": "vi"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Here and not above, where it would be said in the first language for ever.
        self.fields["text"].help_text = _(
            "In Vietnamese. %(name)s stands for the name of the venue, %(periods)s for when; write "
            "nothing else of the case."
        ) % {"name": NAME, "periods": PERIODS}

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if PERIODS not in text:
            raise forms.ValidationError(
                _("Keep %(periods)s in the message: it says when."), params={"periods": PERIODS}
            )
        return text


@dataclass
class Done:
    """What became of the messages: to whose venues they went, and to whose they did not."""

    sent: list[Venue] = field(default_factory=list)
    failed: list[Venue] = field(default_factory=list)


def message_text() -> str:
    """Return a short message in Vietnamese; `{ten}` and `{thoi_gian}` are filled in for each."""
    return _TEXT.replace("{hotline}", settings.HOTLINE).replace("{site}", settings.SITE_ADDRESS)


def to_tell(notices: Iterable[Notice]) -> list[tuple[Venue, list[Notice]]]:
    """Return the venues whose owners know nothing yet, each with the notices to tell of."""
    pending: dict[int, tuple[Venue, list[Notice]]] = {}
    for notice in _not_told(notices):
        pending.setdefault(notice.venue_id, (notice.venue, []))[1].append(notice)
    return sorted(pending.values(), key=lambda pair: pair[0].name)


def tell(case: Case, notices: Iterable[Notice], words: str, by: Account, now: datetime) -> Done:
    """Send each owner one message of what is new; a notice is told once, whoever asks."""
    done = Done()
    for venue, here in to_tell(notices)[:MOST_AT_ONCE]:
        if len(done.failed) >= _MOST_FAILURES:
            done.failed.append(venue)
            continue
        try:
            if _is_sent(case, here, words, by, now):
                done.sent.append(venue)
        except MessageNotSent as error:
            logger.error("message not sent: %s", error)  # noqa: TRY400 - the reason is enough
            done.failed.append(venue)
    return done


@transaction.atomic
def _is_sent(case: Case, here: list[Notice], words: str, by: Account, now: datetime) -> bool:
    """Note what is told and send it, or neither; two tracers at once are one message."""
    locked = Notice.objects.published().filter(pk__in=[notice.pk for notice in here])
    locked = locked.select_for_update(of=("self",)).select_related("venue__owner")
    news = _not_told(locked)
    if not news:
        return False
    CaseEvent.objects.bulk_create(event(case, _OWNER_TOLD, one, by, now) for one in news)
    venue = news[0].venue
    # Owners are real in a drill as well: what is practised there is written down and not sent.
    if is_apart():
        return True
    periods = "; ".join(map(_period, sorted(news, key=lambda notice: notice.period.lower)))
    send_message(venue.message_phone, words.replace(PERIODS, periods).replace(NAME, venue.name))
    return True


def _not_told(notices: Iterable[Notice]) -> list[Notice]:
    listed = list(notices)
    events = CaseEvent.objects.filter(
        what=_OWNER_TOLD, details__notice__in=[notice.pk for notice in listed]
    )
    known = set(events.values_list("details__notice", flat=True))
    return [notice for notice in listed if notice.pk not in known]


def _period(notice: Notice) -> str:
    start, end = (at.astimezone(LOCAL_ZONE) for at in (notice.period.lower, notice.period.upper))
    if start.date() == end.date():
        return f"{start:%H:%M}–{end:%H:%M} ngày {start:%d/%m/%Y}"
    return f"{start:%H:%M %d/%m/%Y} – {end:%H:%M %d/%m/%Y}"
