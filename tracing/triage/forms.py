"""What a tracer decides of the contacts on the page."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from forms.texts import PlainTextField
from tracing.models import Contact, Standing


class DecisionForm(forms.Form):
    """A standing for the chosen contacts, or for all that the page counted."""

    standing = forms.ChoiceField(
        choices=Standing.choices,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose what to decide.")),
    )
    contact = forms.MultipleChoiceField(required=False)
    everybody = forms.BooleanField(required=False)
    counted = forms.IntegerField(required=False)
    reason = PlainTextField(required=False, max_length=200, label=_("Reason"))

    def __init__(
        self, *args: Any, contacts: QuerySet[Contact], over: Standing, **rest: Any
    ) -> None:
        standings = dict(contacts.order_by().values_list("pk", "standing"))
        self.keys, self.over = list(standings), over
        self.for_all = [key for key, standing in standings.items() if standing == over]
        super().__init__(*args, **rest)
        self.fields["contact"].choices = [(str(key), key) for key in self.keys]  # type: ignore[attr-defined]
        sentence = _("The list changed meanwhile. Look at it again, then decide.")
        self.fields["contact"].error_messages["invalid_choice"] = sentence

    @property
    def chosen(self) -> list[int]:
        """The contacts to decide on."""
        if self.cleaned_data["everybody"]:
            return self.for_all
        return [int(key) for key in self.cleaned_data["contact"]]

    def error_summary(self) -> list[tuple[str, str]]:
        """Return pairs of field id and sentence."""
        places = {"reason": "id_reason"}
        return [
            (places.get(name, "rows"), str(found[0]))
            for name, found in self.errors.items()
            if found
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse to decide on nobody, or on others than the page counted."""
        typed = self.cleaned_data
        if typed.get("everybody") and typed.get("counted") != len(self.for_all):
            raise ValidationError(_("The list changed meanwhile. Look at it again, then decide."))
        if not typed.get("everybody") and "contact" in typed and not typed["contact"]:
            raise ValidationError(_("Tick at least one person first."))
        if typed.get("standing") == Standing.DISMISSED and not typed.get("reason"):
            self.add_error("reason", _("Write why this is no contact."))
        return typed
