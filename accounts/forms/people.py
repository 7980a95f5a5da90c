"""What is typed about somebody who becomes, or is, an official."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Role
from accounts.people import areas_given_by, roles_given_by
from districts.days import today
from districts.models import Unit
from forms.fields import EmailField
from forms.texts import PlainTextField

from .officials import NewPasswordForm


def _person_name_field() -> PlainTextField:
    return PlainTextField(
        max_length=100,
        label=_("Full name"),
        required_sentence=_("Enter the full name."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
    )


class PersonForm(forms.Form):
    """An official's name, role and area, as far as somebody may give them."""

    name = _person_name_field()
    role = forms.ChoiceField(
        label=_("Role"),
        help_text=_(
            "Officials see figures and venues. Tracers may open what is sealed, for a case. "
            "Administrators look after accounts."
        ),
        error_messages={
            "required": _("Choose the role."),
            "invalid_choice": _("Choose the role from the list."),
        },
    )
    area = forms.ChoiceField(
        label=_("Area"),
        help_text=_("They see this unit and everything below it."),
        error_messages={
            "required": _("Choose the area."),
            "invalid_choice": _("Choose the area from the list."),
        },
        widget=forms.Select(
            attrs={
                "data-search": _("Type a few letters"),
                "data-none": _("Nothing found. Try fewer letters."),
            }
        ),
    )

    def __init__(
        self, *args: Any, account: Account, person: Account | None = None, **rest: Any
    ) -> None:
        """Offer what the account may give, and what the person has already."""
        shown = {"name": person.name, "role": person.role, "area": person.area_id} if person else {}
        rest["initial"] = shown or {"role": Role.OFFICIAL}
        super().__init__(*args, **rest)
        self.units = {str(unit.pk): unit for unit in _offered(account, person)}
        areas = [("", _("Choose…")), *((key, unit.place) for key, unit in self.units.items())]
        roles = [(role.value, role.label) for role in roles_given_by(account)]
        cast(forms.ChoiceField, self.fields["area"]).choices = areas
        cast(forms.ChoiceField, self.fields["role"]).choices = roles
        if len(roles) == 1:
            self.fields["role"].widget = forms.HiddenInput()

    def clean_area(self) -> Unit:
        """Return the unit itself."""
        return self.units[self.cleaned_data["area"]]


class InvitationForm(PersonForm):
    """Somebody who shall become an official."""

    email = EmailField(
        widget=forms.TextInput(
            attrs={"type": "email", "autocomplete": "off", "spellcheck": "false"}
        ),
        required_sentence=_("Enter the e-mail address of the person."),
        help_text=_("The link goes there. Later the person signs in with this address."),
    )
    field_order = ["email"]


class AcceptForm(NewPasswordForm):
    """The name and password of whoever was invited."""

    name = _person_name_field()
    field_order = ["name"]


def _offered(account: Account, person: Account | None) -> list[Unit]:
    """Return the units one may choose: each district followed by its communes."""
    given = areas_given_by(account).on(today()).with_parents()
    found = {unit.pk: unit for unit in given}
    if person and person.area:
        found.setdefault(person.area.pk, person.area)
    return sorted(found.values(), key=lambda unit: [above.name_order for above in unit.lineage])
