"""What officials type about a silent venue."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dashboards.models import Finding, Status, Way
from districts.days import today
from forms.fields import DayField, NonceForm
from forms.texts import PlainTextField

from .approaches import NAME

_LONGEST_WAIT = timedelta(days=90)


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


class ApproachForm(NonceForm):
    """A call or visit, and what came of it."""

    way = forms.ChoiceField(
        label=_("What you did"),
        choices=[(way.value, way.label) for way in (Way.CALLED, Way.VISITED)],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose whether you called or visited."),
            "invalid_choice": _("Choose whether you called or visited."),
        },
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
        if day and not today() < day <= today() + _LONGEST_WAIT:
            raise ValidationError(_("Choose a day from tomorrow on, within the next 90 days."))
        return day

    def clean(self) -> dict[str, Any]:
        """Ask for words where the list has none."""
        typed = super().clean() or self.cleaned_data
        is_other = typed.get("finding") == Finding.OTHER
        if is_other and "note" in typed and not typed["note"]:
            self.add_error("note", _("Write what came of it."))
        return typed


class ComplianceForm(NonceForm):
    """A decision on the reopening condition."""

    status = forms.ChoiceField(
        label=_("The venue"),
        choices=[("", _("Choose…")), *Status.choices],
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
        typed = super().clean() or self.cleaned_data
        since, until = typed.get("since"), typed.get("until")
        if since and until and until <= since:
            self.add_error("until", _("Enter a day after the first one."))
        return typed
