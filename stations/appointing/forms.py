"""What whoever appoints somebody types."""

from django import forms
from django.utils.translation import gettext_lazy as _

from forms.texts import PlainTextField


class GateForm(forms.Form):
    """The name of a gate."""

    name = PlainTextField(
        max_length=60, required_sentence=_("Write at which gate the person stands.")
    )


class DutyForm(forms.Form):
    """Who is on duty; a first name will do."""

    name = PlainTextField(max_length=60, required_sentence=_("Write who is on duty."))
