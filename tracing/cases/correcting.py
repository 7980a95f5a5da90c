"""What is known of an illness, and correcting it: the case is traced again by what is known now."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import official_of
from accounts.models import Account
from authority.addresses import see_other
from districts.days import today
from forms.fields import ChosenField, DayField, NonceForm, PlainTextField
from forms.pages import form_page, form_page_only, sent
from tracing.access import open_case_required
from tracing.models import Case, Rule, Status
from tracing.trace import trace_anew


@dataclass(frozen=True)
class Illness:
    """What is known of an illness, and the rule that is chosen for it."""

    status: str
    onset_on: date | None
    sample_on: date | None
    isolated_at: datetime | None
    rule: Rule

    @property
    def period(self) -> DateTimeTZRange:
        """When the case was infectious, by the rule."""
        return self.rule.infectious_period(self.onset_on, self.sample_on, self.isolated_at)


@dataclass(frozen=True)
class Correction:
    """What a case should be: a period that is given needs a reason, the rule's has none."""

    illness: Illness
    period: DateTimeTZRange | None
    why: str

    @property
    def infectious_period(self) -> DateTimeTZRange:
        return self.period or self.illness.period


class MomentField(forms.DateTimeField):
    """A day and a time, as the browser sends them or as people write them: 24/11/2021 08:30."""

    default_error_messages = {
        "required": _("Enter a day and a time, for example 24/11/2021 08:30."),
        "invalid": _("Enter a day and a time, for example 24/11/2021 08:30."),
        "impossible": _("Enter a time that is not in the future."),
    }

    def __init__(self, *, is_past: bool = True, **rest: Any) -> None:
        self.is_past = is_past
        attrs = {"type": "datetime-local", "class": "moment"}
        widget = forms.DateTimeInput(attrs=attrs, format="%Y-%m-%dT%H:%M")
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y"]
        super().__init__(widget=widget, input_formats=formats, **rest)

    def to_python(self, value: Any) -> datetime | None:
        """Return an aware moment; years that no clock has are slips as well."""
        try:
            moment: datetime | None = super().to_python(value)
        except OverflowError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        return moment

    def clean(self, value: Any) -> Any:
        """Refuse other centuries, and what has not happened yet where it must have."""
        moment = super().clean(value)
        if moment and not 2020 <= moment.year < 2100:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if moment and self.is_past and moment > timezone.now():
            raise ValidationError(self.error_messages["impossible"], code="impossible")
        return moment


class KnownForm(NonceForm):
    """What is known of an illness: how sure one is, since when, and until when at large."""

    status = forms.ChoiceField(
        label=_("Status"),
        choices=Status.choices,
        initial=Status.CONFIRMED,
        error_messages={"invalid_choice": _("Choose a status from the list.")},
    )
    onset_on = DayField(
        required=False,
        label=_("First day with symptoms"),
        help_text=_("Leave it empty if there are no symptoms; then the day of the sample counts."),
    )
    sample_on = DayField(required=False, label=_("Day of the positive sample"))
    isolated_at = MomentField(required=False, label=_("Isolated since"))

    def clean_onset_on(self) -> date | None:
        return self._lately("onset_on")

    def clean_sample_on(self) -> date | None:
        return self._lately("sample_on")

    def clean(self) -> dict[str, Any]:
        """Ask for a day that the infectious period can be reckoned from."""
        super().clean()
        faulty = {"onset_on", "sample_on"} & set(self.errors)
        if not faulty and not self.anchor:
            self.add_error(
                "onset_on", _("Enter the first day with symptoms or the day of the sample.")
            )
        return self.cleaned_data

    @property
    def anchor(self) -> date | None:
        return self.cleaned_data.get("onset_on") or self.cleaned_data.get("sample_on")

    def _lately(self, name: str) -> date | None:
        """Refuse slips; a day that stood there before may be longer ago."""
        day: date | None = self.cleaned_data[name]
        is_new = day != self.initial.get(name)
        if day and is_new and not today() - timedelta(days=90) <= day <= today():
            raise ValidationError(_("Enter a day of the last 90 days, today at the latest."))
        return day


class CorrectForm(KnownForm):
    """What is known of a case now; going back a step and a period of one's own need a reason."""

    period = ChosenField(
        _("Choose whether the rule's period holds."),
        label=_("Infectious period"),
        choices=[("rule", _("As the rule says")), ("own", _("Another one, with a reason"))],
        widget=forms.RadioSelect,
    )
    since = MomentField(is_past=False, required=False, label=_("Infectious from"))
    until = MomentField(is_past=False, required=False, label=_("Infectious until"))
    why = PlainTextField(max_length=300, required=False, label=_("Reason"))

    def __init__(self, case: Case, data: Any = None, **kwargs: Any) -> None:
        self.case = case
        initial = {name: getattr(case, name) for name in Illness.__annotations__} | {
            "period": "own" if case.correction else "rule",
            "since": case.infectious_period.lower,
            "until": case.infectious_period.upper,
            "why": case.correction,
        }
        super().__init__(data, initial=initial, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Refuse periods that end before they begin, and steps back without a reason."""
        known = super().clean()
        since, until = known.get("since"), known.get("until")
        is_own = known.get("period") == "own"
        if is_own and not {"since", "until"} & set(self.errors):
            if not since or not until:
                self.add_error("since", _("Enter from when to when the case was infectious."))
            elif until <= since:
                self.add_error("until", _("Enter an end after the beginning."))
        if (is_own or self._goes_back()) and "why" in known and not known["why"]:
            self.add_error("why", _("Write the reason."))
        return known

    @property
    def correction(self) -> Correction:
        known = self.cleaned_data | {"rule": self.case.rule}
        illness = Illness(**{name: known[name] for name in Illness.__annotations__})
        own = DateTimeTZRange(known["since"], known["until"])
        return Correction(illness, own if known["period"] == "own" else None, known["why"])

    def _goes_back(self) -> bool:
        """Whether the case becomes less sure, or none."""
        status = self.cleaned_data.get("status", self.case.status)
        if status == self.case.status:
            return False
        steps = Status.values
        return steps.index(status) < steps.index(self.case.status) or status == Status.EXCLUDED


@never_cache
@form_page_only
@open_case_required
def correct(request: HttpRequest, case: Case) -> HttpResponse:
    """Change what is known of a case, and trace it again."""
    form = CorrectForm(case, sent(request))
    if not form.is_valid():
        return form_page(request, "tracing/cases/correct.html", form, {"case": case})
    if correct_case(case, form.correction, official_of(request), timezone.now()):
        messages.success(request, _("Corrected, and traced again."))
    else:
        messages.info(request, _("Nothing was different."))
    return see_other(request, "case", case.number)


@never_cache
@require_POST
@open_case_required
def retrace(request: HttpRequest, case: Case) -> HttpResponse:
    trace_anew(case, "traced", official_of(request), timezone.now())
    messages.success(request, _("Traced again."))
    return see_other(request, "case", case.number)


@transaction.atomic
def correct_case(
    case: Case, correction: Correction, by: Account, now: datetime, *, what: str = "corrected"
) -> bool:
    """Change a case and trace it again; tell whether anything was different."""
    case = Case.objects.lock(case)
    before = case.known
    for name, value in vars(correction.illness).items():
        setattr(case, name, value)
    case.infectious_period = correction.infectious_period
    case.correction = correction.why if correction.period else ""
    after = case.known
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if not changes:
        return False
    case.save(update_fields=[*vars(correction.illness), "infectious_period", "correction"])
    trace_anew(case, what, by, now, changes=changes, reason=correction.why)
    return True
