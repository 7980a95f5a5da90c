"""What tracers type of a case."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from declarations.forms import ABROAD, residences
from declarations.identities import Person
from districts.days import today
from forms.fields import BirthYearField, DayField, DocumentField, NonceForm, PhoneField
from forms.texts import PlainTextField
from tracing.models import Rule, Status

from .opening import Illness

FIRST_YEAR, LAST_YEAR = 2020, 2100
_UNKNOWN = "unknown"
_LONGEST_AGO = timedelta(days=90)


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
        given: dict[str, Any] = {"widget": widget, "input_formats": formats}
        super().__init__(**given | rest)

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
        if moment and not FIRST_YEAR <= moment.year < LAST_YEAR:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if moment and self.is_past and moment > timezone.now():
            raise ValidationError(self.error_messages["impossible"], code="impossible")
        return moment


class FindForm(forms.Form):
    """The one field by which a person or a case is found."""

    text = PlainTextField(
        max_length=300,
        label=_("Find a person"),
        required_sentence=_("Enter what you know of the person."),
        help_text=_(
            "Phone number, ID card or passport, personal code, link of a receipt, number of a "
            "case, or the code of a venue with a time: ABCD-EFGH 08:30 24/11"
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


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
        typed = super().clean() or self.cleaned_data
        faulty = {"onset_on", "sample_on"} & set(self.errors)
        if not faulty and not self._anchor():
            self.add_error(
                "onset_on", _("Enter the first day with symptoms or the day of the sample.")
            )
        return typed

    def _anchor(self) -> date | None:
        typed = self.cleaned_data
        anchor: date | None = typed.get("onset_on") or typed.get("sample_on")
        return anchor

    def _lately(self, name: str) -> date | None:
        """Refuse slips; a day that stood there before may be longer ago."""
        day: date | None = self.cleaned_data[name]
        is_new = day != self.initial.get(name)
        if day and is_new and not today() - _LONGEST_AGO <= day <= today():
            raise ValidationError(_("Enter a day of the last 90 days, today at the latest."))
        return day


class IllnessForm(KnownForm):
    """What is known of the illness, and the rule that follows from it unless one is chosen."""

    rule = forms.ModelChoiceField(
        Rule.objects.all(),
        required=False,
        label=_("Rule"),
        empty_label=_("The one in force on that day"),
        error_messages={"invalid_choice": _("Choose a rule from the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = Rule.objects.in_force(today())
        self.fields["rule"].help_text = (
            _("Today %(document)s is in force.") % {"document": now.document} if now else ""
        )

    def clean(self) -> dict[str, Any]:
        """Find the rule in force on the day that the infectious period is reckoned from."""
        typed = super().clean()
        anchor = self._anchor()
        if anchor and "rule" in typed and not typed["rule"]:
            typed["rule"] = Rule.objects.in_force(anchor)
            if typed["rule"] is None:
                self.add_error("rule", _("No rule was in force on that day. Choose one."))
        return typed

    @property
    def illness(self) -> Illness:
        """What was typed, with its rule."""
        return Illness(**{name: self.cleaned_data[name] for name in Illness.__annotations__})


class StrangerForm(IllnessForm):
    """An illness of somebody who never checked in, and who it is."""

    full_name = PlainTextField(
        max_length=100, label=_("Full name"), required_sentence=_("Enter the full name.")
    )
    phone = PhoneField()
    birth_year = BirthYearField()
    commune = forms.CharField(
        max_length=8,
        label=_("Where the person lives"),
        widget=forms.Select,
        error_messages=dict.fromkeys(
            ["required", "max_length", "null_characters_not_allowed"],
            _("Choose where the person lives."),
        ),
    )
    address = PlainTextField(
        max_length=200, required=False, label=_("House number, street or hamlet")
    )
    id_number = DocumentField()
    field_order = ["nonce", "full_name", "phone", "birth_year", "commune", "address", "id_number"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.residences = residences(today())
        self.fields["birth_year"].label = _("Year of birth")
        self.fields["id_number"].label = _("ID card or passport number")
        self.fields["commune"].widget.choices = [
            ("", _("Choose…")),
            *self.residences.groups,
            (ABROAD, _("Another country")),
            (_UNKNOWN, _("Not known")),
        ]

    def clean_commune(self) -> str:
        """Refuse what is not on the list."""
        code = str(self.cleaned_data["commune"])
        if code != _UNKNOWN and code not in self.residences:
            raise ValidationError(self.fields["commune"].error_messages["required"])
        return code

    @property
    def person(self) -> Person:
        """Who it is, as typed."""
        names = ("full_name", "birth_year", "phone", "id_number", "address")
        return Person(**{name: self.cleaned_data[name] for name in names})

    @property
    def residence_id(self) -> int | None:
        """Where the person lives; None where that is abroad or not known."""
        return self.residences.id_of(self.cleaned_data["commune"])
