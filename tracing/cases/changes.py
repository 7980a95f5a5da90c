"""Forms by which a case is corrected and stays are told."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from declarations.models import COMMON_STAY
from districts.days import LOCAL_ZONE, local_day, today
from forms.fields import DayField, NonceForm
from forms.texts import PlainTextField
from tracing.models import Case, Rule, Status, Stay
from venues.models import Venue

from .correcting import Correction
from .forms import KnownForm, MomentField
from .opening import Illness
from .telling import ABOUT, Telling

_LONGEST_REMEMBERED = timedelta(days=60)
_LADDER = list(Status)


class CorrectForm(KnownForm):
    """What is known of a case now; going back a step and a period of one's own need a reason."""

    period = forms.ChoiceField(
        label=_("Infectious period"),
        choices=[("rule", _("As the rule says")), ("own", _("Another one, with a reason"))],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("Choose whether the rule's period holds.")
        ),
    )
    since = MomentField(is_past=False, required=False, label=_("Infectious from"))
    until = MomentField(is_past=False, required=False, label=_("Infectious until"))
    why = PlainTextField(max_length=300, required=False, label=_("Reason"))

    def __init__(self, case: Case, data: Any = None, **kwargs: Any) -> None:
        self.case = case
        names = ("status", "onset_on", "sample_on", "isolated_at")
        initial = {name: getattr(case, name) for name in names} | {
            "period": "own" if case.correction else "rule",
            "since": case.infectious_period.lower,
            "until": case.infectious_period.upper,
            "why": case.correction,
        }
        super().__init__(data, initial=initial, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Refuse periods that end before they begin, and steps back without a reason."""
        typed = super().clean()
        since, until = typed.get("since"), typed.get("until")
        is_own = typed.get("period") == "own"
        if is_own and not {"since", "until"} & set(self.errors):
            if not since or not until:
                self.add_error("since", _("Enter from when to when the case was infectious."))
            elif until <= since:
                self.add_error("until", _("Enter an end after the beginning."))
        if (is_own or self._goes_back()) and "why" in typed and not typed["why"]:
            self.add_error("why", _("Write the reason."))
        return typed

    @property
    def correction(self) -> Correction:
        """What the case should be."""
        typed = self.cleaned_data
        names = ("status", "onset_on", "sample_on", "isolated_at")
        illness = Illness(**{name: typed[name] for name in names}, rule=self.case.rule)
        is_own = typed["period"] == "own"
        return Correction(
            illness, (typed["since"], typed["until"]) if is_own else None, typed["why"]
        )

    def _goes_back(self) -> bool:
        """Whether the case becomes less sure, or none."""
        status = self.cleaned_data.get("status", self.case.status)
        if status == self.case.status:
            return False
        earlier = _LADDER.index(Status(status)) < _LADDER.index(Status(self.case.status))
        return earlier or status == Status.EXCLUDED


class ClockField(forms.TimeField):
    """A time of the day, as the browser sends it or as people write it: 8h30."""

    default_error_messages = {
        "required": _("Enter a time, for example 08:30."),
        "invalid": _("Enter a time, for example 08:30."),
    }

    def __init__(self, **rest: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M")
        formats = ["%H:%M", "%H:%M:%S", "%Hh%M", "%Hg%M", "%H.%M"]
        given: dict[str, Any] = {"widget": widget, "input_formats": formats}
        super().__init__(**given | rest)


class StayForm(NonceForm):
    """Where a case was, as somebody tells it."""

    day = DayField(label=_("Day"))
    start = ClockField(label=_("Came at"))
    end = ClockField(label=_("Left at"))
    next_day = forms.BooleanField(required=False, label=_("The end is on the next day"))
    exact = forms.ChoiceField(
        label=_("How exactly is it known?"),
        choices=[
            ("yes", _("Exactly: both were there for certain between these times")),
            ("no", _("About: nothing is certain, half an hour more on both sides is possible")),
        ],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("Choose how exactly the times are known.")
        ),
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
            start, end = start + ABOUT, max(start + ABOUT, end - ABOUT)
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
        typed = super().clean() or self.cleaned_data
        if {"day", "start", "end"} & set(self.errors):
            return typed
        start, end = self._period()
        if typed["day"] < today() - _LONGEST_REMEMBERED:
            self.add_error("day", _("Enter a day of the last 60 days."))
        elif end <= start:
            self.add_error(
                "end", _("Enter an end after the beginning; tick the box if it is on the next day.")
            )
        elif end > timezone.now():
            self.add_error("end", _("Enter a time that is not in the future."))
        elif end - start > COMMON_STAY:
            self.add_error("end", _("A stay lasts at most 24 hours."))
        return typed

    @property
    def telling(self) -> Telling:
        """What was told."""
        start, end = self._period()
        is_exact = self.cleaned_data["exact"] == "yes"
        return Telling(self.venue, start, end, is_exact, self.cleaned_data["note"])

    def _period(self) -> tuple[datetime, datetime]:
        typed = self.cleaned_data
        day = typed["day"]
        end_on = day + timedelta(days=1) if typed.get("next_day") else day
        start = datetime.combine(day, typed["start"], LOCAL_ZONE)
        return start, datetime.combine(end_on, typed["end"], LOCAL_ZONE)


class RuleForm(forms.Form):
    """The rule that a case is traced by."""

    rule = forms.ModelChoiceField(
        Rule.objects.all(),
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("Choose a rule from the list.")
        ),
    )
