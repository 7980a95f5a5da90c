"""The field for a day, as officials' forms have it."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_FIRST_DAY = date(2020, 1, 1)
_LAST_DAY = date(2099, 12, 31)


class DayField(forms.DateField):
    """A day, as the browser sends it or as people write it: 24/11/2021."""

    default_error_messages = {
        "required": _("Enter a date, for example 24/11/2021."),
        "invalid": _("Enter a date, for example 24/11/2021."),
        "impossible": _("Enter a date between 2020 and 2099."),
    }

    def __init__(self, **rest: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")
        formats = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]
        given: dict[str, Any] = {"widget": widget, "input_formats": formats}
        super().__init__(**given | rest)

    def clean(self, value: Any) -> Any:
        """Refuse days of other centuries, which are slips."""
        day = super().clean(value)
        if day and not _FIRST_DAY <= day <= _LAST_DAY:
            raise ValidationError(self.error_messages["impossible"], code="impossible")
        return day
