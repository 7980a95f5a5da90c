"""Which days a sheet holds."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from districts.days import local_day
from forms.fields import DayField
from forms.texts import shown

from .days import Days

LONGEST_SPAN = 366
_USUAL_SPAN = 14


class DaysForm(forms.Form):
    """From which day to which; none are the past two weeks."""

    use_required_attribute = False
    first = DayField(label=_("From"))
    last = DayField(label=_("To"))

    def __init__(self, data: Any, now: datetime) -> None:
        self.today = local_day(now)
        usual = {"first": self.today - timedelta(days=_USUAL_SPAN - 1), "last": self.today}
        super().__init__({name: shown(data.get(name, "")) or day for name, day in usual.items()})
        for field in self.fields.values():
            field.widget.attrs["max"] = f"{self.today:%Y-%m-%d}"

    def clean(self) -> dict[str, Any]:
        """Refuse days to come, days the wrong way round, and more of them than a year has."""
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if last and last > self.today:
            self.add_error("last", _("Choose today or an earlier day."))
        elif first and last and first > last:
            self.add_error("last", _("Choose the same day as “From”, or a later one."))
        elif first and last and (last - first).days >= LONGEST_SPAN:
            self.add_error("first", _("Choose at most a year."))
        return given

    @property
    def days(self) -> Days:
        return Days(self.cleaned_data["first"], self.cleaned_data["last"])
