"""How many sheets to print, and of which day a sheet is."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from forms.fields import DayField

from .issuing import MOST_AT_ONCE


class IssueForm(forms.Form):
    """How many sheets."""

    number = forms.IntegerField(
        label=_("How many sheets?"),
        min_value=1,
        max_value=MOST_AT_ONCE,
        initial=5,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Write a number from 1 to 50.")
        ),
        widget=forms.NumberInput({"class": "short"}),
    )


class SheetDayForm(forms.Form):
    """The day written on a sheet."""

    day = DayField(label=_("Day on the sheet"))

    def __init__(self, data: Any, today: date, **rest: Any) -> None:
        self.today = today
        super().__init__(data, use_required_attribute=False, **rest)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        oldest = self.today - timedelta(settings.RETENTION_DAYS)
        if not oldest <= day <= self.today:
            raise forms.ValidationError(
                _("Choose a day from %(oldest)s to today; older visits are not kept any more."),
                params={"oldest": f"{oldest:%d/%m/%Y}"},
            )
        return day
