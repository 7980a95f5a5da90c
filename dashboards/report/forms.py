"""Which day a report is of."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from districts.days import LOCAL_ZONE, local_day
from forms.fields import DayField
from forms.texts import shown

# Until noon one reports of the day before.
_NOON = time(12)


def usual_day(now: datetime) -> date:
    """Return the day one reports of at a moment: yesterday in the morning, else today."""
    local = now.astimezone(LOCAL_ZONE)
    return local.date() - timedelta(days=local.time() < _NOON)


class _AnyDay(DayField):
    """A day of any century: the form itself says what is wrong with it."""

    def clean(self, value: Any) -> Any:
        return forms.DateField.clean(self, value)


class DayForm(forms.Form):
    """The day of a report; none is the usual one."""

    use_required_attribute = False
    day = _AnyDay(label=_("Day of the report"))

    def __init__(self, data: Any, now: datetime, first: date | None) -> None:
        self.now, self.usual, self.today = now, usual_day(now), local_day(now)
        self.first = min(first or self.usual, self.usual)
        given = {"day": shown(data.get("day", "")) or self.usual}
        super().__init__(given)
        reach = {"min": f"{self.first:%Y-%m-%d}", "max": f"{self.today:%Y-%m-%d}"}
        self.fields["day"].widget.attrs |= reach

    def clean_day(self) -> date:
        """Return a day that has begun and of which something is known."""
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("Choose today or an earlier day."))
        if day < self.first:
            raise forms.ValidationError(
                _("Nothing is known of that day. Choose %(first)s or a later day."),
                params={"first": f"{self.first:%d/%m/%Y}"},
            )
        return day

    @property
    def chosen(self) -> date:
        """The day, or the usual one where none can be made out."""
        return self.cleaned_data.get("day") or self.usual
