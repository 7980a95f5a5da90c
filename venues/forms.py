"""What owners type about their venue."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from districts.days import today
from forms import phones
from forms.fields import MobileField, PhoneField

from .communes import communes_by_parent
from .fields import address_field, name_field, responsible_name_field
from .kinds import Kind
from .models import Venue
from .registrations import Registration

Choices = list[tuple[str, Any]]


class RegistrationForm(forms.Form):
    """A new venue, on one page."""

    name = name_field()
    kind = forms.ChoiceField(
        label=_("Kind of venue"),
        error_messages={
            "required": _("Choose the kind of venue."),
            "invalid_choice": _("Choose the kind of venue from the list."),
        },
    )
    commune = forms.ChoiceField(
        label=_("Commune or ward"),
        error_messages={
            "required": _("Choose the commune or ward."),
            "invalid_choice": _("Choose the commune or ward from the list."),
        },
        widget=forms.Select(
            attrs={
                "data-search": _("Type a few letters"),
                "data-none": _("Nothing found. Try fewer letters."),
            }
        ),
    )
    address = address_field()
    responsible_name = responsible_name_field()
    phone = MobileField(help_text=_("We send a code to this phone. Later you sign in with it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blank: Choices = [("", _("Choose…"))]
        for name, choices in (("kind", Kind.choices), ("commune", communes_by_parent(today()))):
            cast(forms.ChoiceField, self.fields[name]).choices = [*blank, *choices]

    @staticmethod
    def shown(kept: Registration | None, account: Account | None) -> dict[str, str]:
        """Return the form as it was filled before, or with the phone of whoever is signed in."""
        known = kept.stored() if kept else {}
        phone = kept.phone if kept else account.phone if account else None
        return known | {"phone": phones.displayed(phone) if phone else ""}


class DetailsForm(forms.Form):
    """What an owner may change of a venue: where it is in the commune, and whom to call."""

    address = address_field()
    responsible_name = responsible_name_field()
    responsible_phone = PhoneField(label=_("Phone number of the responsible person"))

    @staticmethod
    def shown(venue: Venue) -> dict[str, str]:
        """Return what the venue has now."""
        return {
            "address": venue.address,
            "responsible_name": venue.responsible_name,
            "responsible_phone": phones.displayed(venue.responsible_phone),
        }

    def save(self, venue: Venue) -> None:
        """Change the venue."""
        Venue.objects.filter(pk=venue.pk).update(**self.cleaned_data)
