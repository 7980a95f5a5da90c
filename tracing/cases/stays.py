"""Stays that somebody told of: where a case was without checking in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import official_of
from accounts.models import Account
from authority.addresses import see_other
from authority.disclosures import Look, Subject, second_officer_asked
from authority.models import Purpose, Reveal
from database.remembering import remembered
from declarations.models import COMMON_STAY
from districts.days import LOCAL_ZONE, local_day, today
from districts.models import Unit
from districts.names import folded
from forms.fields import ChosenField, DayField, NonceForm, PlainTextField
from forms.pages import form_page, form_page_only, sent
from forms.search import search_words, typed_search
from tracing.access import open_case_required
from tracing.models import Case, Stay, outside
from tracing.trace import trace_anew
from venues import codes
from venues.models import Venue

# Who says "about eight" may mean half past seven.
_ABOUT = timedelta(minutes=30)


@dataclass(frozen=True)
class Telling:
    """Where a case was, from when to when, how exactly that is known, and by what."""

    venue: Venue
    start: datetime
    end: datetime
    is_exact: bool
    note: str

    def details(self, now: datetime) -> dict[str, Any]:
        """Return the columns of the stay; it is possible until now at the latest."""
        certain = possible = DateTimeTZRange(self.start, self.end)
        if not self.is_exact:
            certain = DateTimeTZRange(empty=True)
            end = max(self.end, min(self.end + _ABOUT, now))
            possible = DateTimeTZRange(self.start - _ABOUT, end)
        return {
            "venue": self.venue,
            "note": self.note,
            "certain_period": certain,
            "possible_period": possible,
        }


class ClockField(forms.TimeField):
    """A time of the day, as the browser sends it or as people write it: 8h30."""

    default_error_messages = {
        "required": _("Enter a time, for example 08:30."),
        "invalid": _("Enter a time, for example 08:30."),
    }

    def __init__(self, **rest: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M")
        formats = ["%H:%M", "%H:%M:%S", "%Hh%M", "%Hg%M", "%H.%M"]
        super().__init__(widget=widget, input_formats=formats, **rest)


class StayForm(NonceForm):
    """Where a case was, as somebody tells it."""

    day = DayField(label=_("Day"))
    start = ClockField(label=_("Came at"))
    end = ClockField(label=_("Left at"))
    next_day = forms.BooleanField(required=False, label=_("The end is on the next day"))
    exact = ChosenField(
        _("Choose how exactly the times are known."),
        label=_("How exactly is it known?"),
        choices=[
            ("yes", _("Exactly: both were there for certain between these times")),
            ("no", _("About: nothing is certain, half an hour more on both sides is possible")),
        ],
        widget=forms.RadioSelect,
    )
    note = PlainTextField(
        max_length=300,
        label=_("How one knows"),
        required_sentence=_("Write how one knows, for example: told by the family."),
    )

    def __init__(self, venue: Venue, *args: Any, **kwargs: Any) -> None:
        self.venue = venue
        super().__init__(*args, **kwargs)

    @classmethod
    def of(cls, stay: Stay, data: Any = None) -> "StayForm":
        """Return the form of a stay that was told, as it was typed."""
        is_exact = not stay.certain_period.isempty
        start, end = stay.possible_period.lower, stay.possible_period.upper
        if not is_exact:
            start, end = start + _ABOUT, max(start + _ABOUT, end - _ABOUT)
        start, end = start.astimezone(LOCAL_ZONE), end.astimezone(LOCAL_ZONE)
        initial = {
            "day": local_day(start),
            "start": start.time(),
            "end": end.time(),
            "next_day": local_day(end) > local_day(start),
            "exact": "yes" if is_exact else "no",
            "note": stay.note,
        }
        return cls(stay.venue, data, initial=initial)

    def clean(self) -> dict[str, Any]:
        """Refuse what lies in the future, too long ago, or ends before it begins."""
        super().clean()
        if {"day", "start", "end"} & set(self.errors):
            return self.cleaned_data
        start, end = self._period()
        if self.cleaned_data["day"] < today() - timedelta(days=60):
            self.add_error("day", _("Enter a day of the last 60 days."))
        elif end <= start:
            self.add_error(
                "end", _("Enter an end after the beginning; tick the box if it is on the next day.")
            )
        elif end > timezone.now():
            self.add_error("end", _("Enter a time that is not in the future."))
        elif end - start > COMMON_STAY:
            self.add_error("end", _("A stay lasts at most 24 hours."))
        return self.cleaned_data

    @property
    def telling(self) -> Telling:
        start, end = self._period()
        is_exact = self.cleaned_data["exact"] == "yes"
        return Telling(self.venue, start, end, is_exact, self.cleaned_data["note"])

    def _period(self) -> tuple[datetime, datetime]:
        start_on, start, end = (self.cleaned_data[name] for name in ("day", "start", "end"))
        end_on = start_on + timedelta(days=1) if self.cleaned_data.get("next_day") else start_on
        return (
            datetime.combine(start_on, start, LOCAL_ZONE),
            datetime.combine(end_on, end, LOCAL_ZONE),
        )


@never_cache
@form_page_only
@open_case_required
def stays(request: HttpRequest, case: Case) -> HttpResponse:
    """Find a venue, then write down when the case was there."""
    venue = _venue(request, case)
    form = StayForm(venue, sent(request)) if venue else None
    if form is None or not form.is_valid():
        return _page(request, case, form)
    now = timezone.now()
    if waiting := _second_officer(case, form.venue, official_of(request), now):
        return _page(request, case, form, waiting)
    tell(case, form.telling, official_of(request), now, form=form.cleaned_data["nonce"])
    messages.success(request, _("Added, and traced again."))
    return see_other(request, "case", case.number)


@never_cache
@form_page_only
@open_case_required
def change(request: HttpRequest, case: Case, stay: int) -> HttpResponse:
    told_stay = get_object_or_404(_told_stays(case), pk=stay)
    form = StayForm.of(told_stay, sent(request))
    context: dict[str, Any] = {"case": case, "stay": told_stay}
    if not form.is_valid():
        return form_page(request, "tracing/cases/stay.html", form, context)
    officer, now = official_of(request), timezone.now()
    if waiting := _second_officer(case, told_stay.venue, officer, now):
        context |= {"form": form, "waiting": waiting}
        return render(request, "tracing/cases/stay.html", context, status=403)
    retell(told_stay, form.telling, officer, now)
    messages.success(request, _("Changed, and traced again."))
    return see_other(request, "case", case.number)


@never_cache
@require_POST
@open_case_required
def remove(request: HttpRequest, case: Case, stay: int) -> HttpResponse:
    told_stay = get_object_or_404(_told_stays(case), pk=stay)
    untell(told_stay, official_of(request), timezone.now())
    messages.success(request, _("Taken away, and traced again."))
    return see_other(request, "case", case.number)


def _second_officer(case: Case, venue: Venue, officer: Account, now: datetime) -> Reveal | None:
    """Return the request that has to be confirmed first: a stay elsewhere finds people elsewhere.

    It is of this venue alone, also where the case was confirmed: the next one finds others.
    """
    is_elsewhere = bool(outside(officer.own_area, {venue.commune_id}))
    subject = Subject(case.sealed_row, case.mask, is_outsider=is_elsewhere)
    look = Look(
        officer, f"{case.number} · {venue.poster or venue.pk} {venue.name}"[:40], Purpose.TRACE
    )
    return second_officer_asked(look, [subject], now)


def _page(
    request: HttpRequest, case: Case, form: StayForm | None, waiting: Reveal | None = None
) -> HttpResponse:
    search = typed_search(request.GET)
    venues, left_out = _venues_called(search, case.area.lineage[0]) if search else ([], 0)
    context: dict[str, Any] = {
        "case": case,
        "form": form,
        "venue": form.venue if form else None,
        "typed": search,
        "venues": venues,
        "left_out": left_out,
        "told_stays": _told_stays(case).order_by("pk"),
        "waiting": waiting,
    }
    status = 403 if waiting else 422 if request.method == "POST" else 200
    return render(request, "tracing/cases/stays.html", context, status=status)


def _told_stays(case: Case) -> QuerySet[Stay]:
    """Return the stays that somebody told of; those of visits are not theirs to change."""
    return case.stays.of_the_case().with_venues().filter(visit=None)


def _venue(request: HttpRequest, case: Case) -> Venue | None:
    """Return the venue that was chosen, if it is one of the province."""
    key = (request.POST if request.method == "POST" else request.GET).get("venue", "")
    if not (key.isascii() and key.isdecimal() and len(key) < 10):
        return None
    return _venues_of(case.area.lineage[0]).filter(pk=int(key)).first()


@transaction.atomic
def tell(case: Case, telling: Telling, by: Account, now: datetime, *, form: UUID) -> None:
    """Add a stay and trace again; the same form sent twice adds it once."""
    Case.objects.lock(case)
    if case.events.filter(what="told", details__form=form.hex).exists():
        return
    stay = case.stays.create(**telling.details(now), told_by=by, told_at=now)
    trace_anew(case, "told", by, now, **_details(stay), form=form.hex)


@transaction.atomic
def retell(stay: Stay, telling: Telling, by: Account, now: datetime) -> None:
    details = telling.details(now)
    for name, value in details.items():
        setattr(stay, name, value)
    stay.save(update_fields=list(details))
    trace_anew(stay.case, "retold", by, now, **_details(stay))


@transaction.atomic
def untell(stay: Stay, by: Account, now: datetime) -> None:
    Stay.objects.filter(pk=stay.pk).delete()
    trace_anew(stay.case, "untold", by, now, **_details(stay))


def _details(stay: Stay) -> dict[str, Any]:
    period = stay.possible_period
    return {
        "venue": f"{stay.venue.name}, {stay.venue.place}",
        "stay_period": [period.lower.isoformat(), period.upper.isoformat()],
        "reason": stay.note,
    }


def _venues_of(province: Unit) -> QuerySet[Venue]:
    """Return the venues among which a case's stays may be told, closed ones as well."""
    return Venue.objects.within(province).select_related("commune__parent__parent")


def _venues_called(text: str, province: Unit) -> tuple[list[Venue], int]:
    """Return the venues with a code, or with all typed words in name, address or place.

    They are twelve at most; the number says how many more there are.
    """
    venues = _venues_of(province)
    if code := codes.normalise(text):
        return list(venues.filter(posters__code=code)), 0
    words = search_words(text)
    if not words:
        return [], 0
    keys = [key for key, known in _known(province.pk) if all(word in known for word in words)]
    shown = venues.in_bulk(keys[:12])
    return [shown[key] for key in keys[:12]], len(keys[12:])


@remembered(seconds=60, most=4)
def _known(province_id: int) -> list[tuple[int, str]]:
    province = Unit.objects.get(pk=province_id)
    venues = Venue.objects.within(province).order_by("name", "pk")
    rows = venues.values_list("pk", "name", "address", "commune__name")
    return [(key, folded(" ".join(texts))) for key, *texts in rows]
