"""What narrows the list of clusters."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from districts.days import day_start, today
from venues.kinds import Kind

from .meetings import WINDOWS, Search

_APART = [
    ("day", _("on the same day")),
    ("2h", _("within 2 hours")),
    ("1d", _("within 1 day")),
    ("3d", _("within 3 days")),
    ("7d", _("within 7 days")),
]
_AGO = [("", _("all")), ("7", _("last 7 days")), ("14", _("last 14 days"))]


class ClusterFilter(forms.Form):
    """How far apart, since when, at which kind of venue; what is not known narrows nothing."""

    within = forms.ChoiceField(label=_("Cases at one venue"), choices=_APART, required=False)
    days = forms.ChoiceField(label=_("Time"), choices=_AGO, required=False)
    kind = forms.ChoiceField(
        label=_("Kind of venue"), choices=[("", _("all")), *Kind.choices], required=False
    )

    @property
    def search(self) -> Search:
        """Return what is asked for."""
        self.is_valid()
        chosen: dict[str, Any] = self.cleaned_data
        ago = int(chosen.get("days") or 0)
        return Search(
            WINDOWS.get(chosen.get("within") or "day"),
            day_start(today() - timedelta(days=ago)) if ago else None,
            chosen.get("kind", ""),
        )
