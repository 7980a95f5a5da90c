"""Fields of a venue, alike wherever somebody tells what it is: in a form or in a spreadsheet."""

from django import forms
from django.utils.translation import gettext_lazy as _

from forms.texts import PlainTextField


def name_field() -> PlainTextField:
    """Return the field of what stands on the venue's sign."""
    return PlainTextField(
        max_length=150,
        label=_("Name of the venue"),
        help_text=_("As on its sign. It stands large on the poster."),
        required_sentence=_("Enter the name of the venue."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )


def address_field() -> PlainTextField:
    """Return the field of where a venue is in its commune."""
    return PlainTextField(
        max_length=200,
        label=_("Address"),
        help_text=_("House number, street or hamlet"),
        required_sentence=_("Enter the address."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )


def responsible_name_field() -> PlainTextField:
    """Return the field of whom officials can call."""
    return PlainTextField(
        max_length=100,
        label=_("Responsible person"),
        help_text=_("Full name of the person whom officials can call"),
        required_sentence=_("Enter the name of the responsible person."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "words"}),
    )
