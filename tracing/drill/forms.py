"""What a tracer chooses before a drill."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from districts.models import Unit
from tracing.models import DrillSize

_WRONG = _("Choose one from the list.")


class AreaField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A unit, shown with the district it is in."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.place)


class StartForm(forms.Form):
    """Where, and how much there is to trace."""

    area = AreaField(
        queryset=Unit.objects.none(),
        label=_("Area"),
        error_messages={"required": _WRONG, "invalid_choice": _WRONG},
    )
    size = forms.ChoiceField(
        label=_("Size"),
        choices=DrillSize.choices,
        widget=forms.RadioSelect,
        initial=DrillSize.SMALL.value,
        error_messages={"required": _WRONG, "invalid_choice": _WRONG},
    )
    seed = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=999_999,
        label=_("Number of the outbreak"),
        help_text=_("Leave it empty for a new one; the same number invents the same people again."),
        error_messages={
            "invalid": _("Enter a number from 1 to 999999, or leave it empty."),
            "min_value": _("Enter a number from 1 to 999999, or leave it empty."),
            "max_value": _("Enter a number from 1 to 999999, or leave it empty."),
        },
    )

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = account.area
        assert area is not None  # noqa: S101 - a tracer has an area
        field: Any = self.fields["area"]
        field.queryset = Unit.objects.within(area).filter(valid_to=None).with_parents()
        field.initial = area.pk
        field.empty_label = None
        self.fields["seed"].widget.attrs["class"] = "short"
