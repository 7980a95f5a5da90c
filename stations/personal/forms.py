"""Somebody without a phone, for whom a card is printed."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from declarations.door import Guest
from declarations.forms import OLDEST_BIRTH_YEAR, BirthYearField, DocumentField
from declarations.people import WHICH_ONE, Person
from declarations.residences import ABROAD, residences
from forms.fields import PhoneField
from forms.texts import PlainTextField


class CardForm(forms.Form):
    """Who the card is for; reached by a phone, or else known by a document."""

    full_name = PlainTextField(
        label=_("Full name"), max_length=100, required_sentence=_("Write the person's full name.")
    )
    birth_year = BirthYearField()
    id_number = DocumentField()
    phone = PhoneField(
        label=_("Phone of a relative or neighbour"),
        required=False,
        help_text=_("Where there is one: a tracer calls it."),
    )
    commune = forms.ChoiceField(label=_("Where the person lives"), required=False)
    consent = forms.BooleanField(
        label=_("The person asked for the card and knows that it notes visits."),
        error_messages={"required": _("Ask the person whether they want the card, and tick.")},
    )

    def __init__(self, data: Any, today: date, venue_id: int | None = None) -> None:
        self.today, self.residences, self.venue_id = today, residences(today), venue_id
        super().__init__(data, use_required_attribute=False)
        self.fields["birth_year"].label = _("Year of birth")
        self.fields["id_number"].label = _("Number of the ID card")
        commune: Any = self.fields["commune"]
        commune.choices = [("", "–"), *self.residences.groups, (ABROAD, _("Abroad"))]

    def clean_birth_year(self) -> int:
        year: int = self.cleaned_data["birth_year"]
        if not OLDEST_BIRTH_YEAR <= year <= self.today.year:
            sentence = _("The year of birth lies between 1900 and %(now)s.")
            raise forms.ValidationError(sentence, params={"now": self.today.year})
        return year

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        is_whole = "phone" in given and "id_number" in given
        if is_whole and not (given["phone"] or given["id_number"]):
            self.add_error("id_number", _("Write the number of the ID card, or a phone number."))
        return given

    @property
    def guest(self) -> Guest:
        """Whom the card is for; at a venue nobody who is known, whoever is called alike.

        Anybody may register a venue: a card printed there must not be the card of somebody else.
        """
        given = self.cleaned_data
        person = Person(
            given["full_name"], given["birth_year"], given["phone"], id_number=given["id_number"]
        )
        residence = self.residences.id_of(given["commune"]) if given["commune"] else None
        return Guest(person, self._card(given["id_number"]), residence, apart=self.venue_id)

    def _card(self, number: str) -> str:
        """What stands for a phone that is missing; a venue's word for it is no card that was seen."""
        return f"printed {number}" if number and self.venue_id else number

    def ask_for_marks(self) -> None:
        self.add_error("full_name", WHICH_ONE)
