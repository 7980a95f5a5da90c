"""Turning to silent venues: messages to their owners, and what came of calls and visits."""

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import uuid4, uuid5

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.access import official_of
from accounts.gateways import MessageNotSent, send_message
from accounts.models import Account
from dashboards.access import area_context, area_in_force_required
from dashboards.models import Approach, ApproachWay, Compliance, ComplianceStatus, Finding, Reason
from districts.days import local_day, today
from districts.models import Unit
from forms.fields import ChosenField, DayField, NonceForm, PlainTextField
from forms.pages import form_page, form_page_only, sent
from venues.models import Venue

from .silent import PROMISES, Silence, silence_of, silent_venues
from .worklist import ROWS_PER_PAGE, with_venues

# Then the gateway is away, and the others would wait for nothing.
_MOST_FAILURES = 3
# Whoever promised to use the poster and does not comes back by itself.
PROMISE_DAYS = 7
NAME = "{ten}"

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


class ReminderForm(forms.Form):
    """A message to an owner's phone."""

    text = PlainTextField(
        max_length=500,
        label=_("Message"),
        required_sentence=_("Write what the message should say."),
        widget=forms.Textarea(attrs={"rows": 8, "lang": "vi"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Here and not above, where it would be said in the first language for ever.
        self.fields["text"].help_text = gettext(
            "In Vietnamese. %(name)s stands for the name of the venue; every 70 characters cost "
            "one more message."
        ) % {"name": NAME}


def reminder_text(reason: Reason | None = None) -> str:
    """Return a short message in Vietnamese; `{ten}` stands for the venue's name."""
    text = _TEXTS.get(reason, _TEXT) if reason else _TEXT
    return text + _END.format(site=settings.SITE_ADDRESS, hotline=settings.HOTLINE)


@never_cache
@form_page_only
@area_in_force_required
def silent_remind(request: HttpRequest, area: Unit) -> HttpResponse:
    """Say how many messages will go out, then send them; one a day for each venue."""
    now, asked = timezone.now(), sent(request)
    ids = (request.GET if asked is None else asked).getlist("v")[:ROWS_PER_PAGE]
    pks = {int(pk) for pk in ids if pk.isascii() and pk.isdecimal()}
    silences = [silence for silence in silent_venues(area, now) if silence.venue_id in pks]
    if not silences:
        messages.warning(request, gettext("None of the venues you chose is on the list now."))
        return redirect("dashboards:silent", unit=area.code)
    form = ReminderForm(asked, initial={"text": reminder_text()})
    if form.is_valid():
        say_sent(request, remind(silences, form.cleaned_data["text"], official_of(request), now))
        return redirect("dashboards:silent", unit=area.code)
    context = {
        **area_context(request, area),
        "rows": list(with_venues(silences)),
    }
    return form_page(request, "dashboards/silence/silent_remind.html", form, context)


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
            details = _noted_by(venue, account, now) | {"reason": reasons[venue.pk]}
            done[_remind(venue, text.replace(NAME, venue.name), details)] += 1
    return done


def _remind(venue: Venue, text: str, details: dict[str, Any]) -> Sending:
    """Note the reminder and send it, or neither."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_REMINDED, details | {"id": uuid4(), "note": text[:600]})
            if cursor.fetchone() is None:
                return Sending.ALREADY
            send_message(venue.message_phone, text)
    except MessageNotSent as error:
        logger.error("message not sent: %s", error)  # noqa: TRY400 - the reason is enough
        return Sending.FAILED
    return Sending.SENT


def say_sent(request: HttpRequest, done: dict[Sending, int]) -> None:
    """Tell what became of messages."""
    gone, already, failed = (done.get(outcome, 0) for outcome in Sending)
    if gone:
        sentence = ngettext("%(n)d message was sent.", "%(n)d messages were sent.", gone)
        messages.success(request, sentence % {"n": gone})
    if already:
        sentence = ngettext(
            "%(n)d venue had its message today already and got no second one.",
            "%(n)d venues had their message today already and got no second one.",
            already,
        )
        messages.info(request, sentence % {"n": already})
    if failed:
        sentence = ngettext(
            "%(n)d message could not be sent. Try again in a few minutes.",
            "%(n)d messages could not be sent. Try again in a few minutes.",
            failed,
        )
        messages.error(request, sentence % {"n": failed})


class ApproachForm(NonceForm):
    """A call or visit, and what came of it."""

    way = ChosenField(
        _("Choose whether you called or visited."),
        label=_("What you did"),
        choices=[(way.value, way.label) for way in (ApproachWay.CALLED, ApproachWay.VISITED)],
        widget=forms.RadioSelect,
    )
    finding = forms.ChoiceField(
        label=_("What came of it"),
        choices=[("", _("Choose…")), *Finding.choices],
        error_messages={
            "required": _("Choose what came of it."),
            "invalid_choice": _("Choose what came of it from the list."),
        },
    )
    next_on = DayField(
        required=False,
        label=_("Come back on"),
        help_text=_("On this day the venue stands at the top of the list again."),
    )
    note = PlainTextField(required=False, max_length=300, label=_("Note"))

    def clean_next_on(self) -> date | None:
        """Refuse days that are past, or so far off that they are slips."""
        day: date | None = self.cleaned_data["next_on"]
        if day and not today() < day <= today() + timedelta(days=90):
            raise ValidationError(_("Choose a day from tomorrow on, within the next 90 days."))
        return day

    def clean(self) -> dict[str, Any]:
        """Ask for words where the list has none."""
        fields = super().clean() or self.cleaned_data
        is_other = fields.get("finding") == Finding.OTHER
        if is_other and "note" in fields and not fields["note"]:
            self.add_error("note", _("Write what came of it."))
        return fields


class ComplianceForm(NonceForm):
    """A decision on the reopening condition."""

    status = forms.ChoiceField(
        label=_("The venue"),
        choices=[("", _("Choose…")), *ComplianceStatus.choices],
        error_messages={
            "required": _("Choose what was decided."),
            "invalid_choice": _("Choose what was decided from the list."),
        },
    )
    since = DayField(label=_("From"), initial=today)
    until = DayField(
        required=False, label=_("Until"), help_text=_("Leave it empty while no end is decided.")
    )
    document = PlainTextField(
        required=False, max_length=60, label=_("Number of the document"), needs_letter=True
    )
    note = PlainTextField(required=False, max_length=300, label=_("Note"))

    def clean(self) -> dict[str, Any]:
        """Refuse decisions that end before they begin."""
        fields = super().clean() or self.cleaned_data
        since, until = fields.get("since"), fields.get("until")
        if since and until and until <= since:
            self.add_error("until", _("Enter a day after the first one."))
        return fields


def note_approach(venue: Venue, fields: dict[str, Any], account: Account, now: datetime) -> None:
    """Add a call or visit as it was typed; the same form sent twice is noted once."""
    silence = silence_of(venue.commune, venue.pk, now)
    reason = silence.reason if silence else ""
    next_on = fields["next_on"]
    if next_on is None and fields["finding"] in PROMISES:
        next_on = local_day(now) + timedelta(days=PROMISE_DAYS)
    approach = Approach(
        id=uuid5(fields["nonce"], str(venue.pk)),
        reason=reason,
        way=fields["way"],
        finding=fields["finding"],
        next_on=next_on,
        note=fields["note"],
        **_noted_by(venue, account, now),
    )
    Approach.objects.bulk_create([approach], ignore_conflicts=True)


def note_compliance(venue: Venue, fields: dict[str, Any], account: Account, now: datetime) -> None:
    """Add a decision on the reopening condition; earlier ones stay as they are."""
    details = {name: fields[name] for name in ("status", "since", "until", "document", "note")}
    key = uuid5(fields["nonce"], str(venue.pk))
    decision = Compliance(id=key, venue=venue, decided_by=account, decided_at=now, **details)
    Compliance.objects.bulk_create([decision], ignore_conflicts=True)


def _noted_by(venue: Venue, account: Account, now: datetime) -> dict[str, Any]:
    return {
        "venue_id": venue.pk,
        "commune_id": venue.commune_id,
        "account_id": account.pk,
        "at": now,
        "made_on": local_day(now),
    }
