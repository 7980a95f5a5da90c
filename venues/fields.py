"""Fields of a venue, alike in a form and in a list, and what can be wrong with a cell of a list."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forms.fields import PhoneField, PlainTextField

from .kinds import Kind
from .spreadsheets import ListColumn

FIELDS: dict[ListColumn, PlainTextField] = {
    ListColumn.NAME: PlainTextField(
        max_length=150,
        label=_("Name of the venue"),
        help_text=_("As on its sign. It stands large on the poster."),
        required_sentence=_("Enter the name of the venue."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    ),
    ListColumn.ADDRESS: PlainTextField(
        max_length=200,
        label=_("Address"),
        help_text=_("House number, street or hamlet"),
        required_sentence=_("Enter the address."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    ),
    ListColumn.RESPONSIBLE: PlainTextField(
        max_length=100,
        label=_("Responsible person"),
        help_text=_("Full name of the person whom officials can call"),
        required_sentence=_("Enter the name of the responsible person."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "words"}),
    ),
    ListColumn.PHONE: PhoneField(),
}

# By a key that can be stored; what the forms say of a field, its own messages say here too.
_SENTENCES = {
    "no_value": _("The formula in this cell gives no value. Type what it should say."),
    "rounded": _(
        "The spreadsheet has rounded this number. Format the column as text and type it again."
    ),
    "as_number": _(
        "The spreadsheet has turned this into a number. Is it %(proposal)s? Format the column as "
        "text and type it so."
    ),
    "phone_not_owners": _(
        "This phone belongs to an official or to a closed account. Enter another one."
    ),
    "date": _(
        "The spreadsheet has turned this into a date. Did the cell say “%(readings)s”? Format the "
        "column as text and type it again."
    ),
    "misread": _(
        "These letters are of an old font, or were read wrongly. Does the cell say “%(reading)s”?"
    ),
    "letters_lost": _("Letters of this cell were lost when the file was saved. Type it again."),
    "ditto": _("This says “as above”, but nothing stands above it. Type what it should say."),
    "alone": _(
        "Nothing else is told in this row. If it is a venue, fill in its other columns; if not, "
        "delete the row."
    ),
    "same_phone": _(
        "A venue of this name and phone stands in row %(row)s already, at “%(address)s”. Is this "
        "another one, or the same?"
    ),
    "same_phone_here": _(
        "A venue of this name and phone is in the register already, at “%(address)s”. Is this "
        "another one, or the same?"
    ),
    "kind_of_section": _(
        "The kind is not written in this row. Is it “%(kinds)s”, as it says above these rows?"
    ),
    "commune_of_section": _(
        "The commune is not written in this row. Is it “%(places)s”, as it says above these rows?"
    ),
    "kind_missing": _("Enter the kind of venue."),
    "kind_unknown": _("This kind of venue is not known. Write one of the template's list."),
    "kind_like": _("This kind of venue is not known. Did you mean “%(kinds)s”? Write it so."),
    "commune_missing": _("Enter the commune or ward, and its district."),
    "commune_unknown": _(
        "No commune or ward here is called so. Write it as in the template's list."
    ),
    "commune_like": _("No commune or ward here is called so. Did you mean “%(places)s”?"),
    "commune_doubtful": _("This may be the district. Did you mean “%(places)s”? Write it so."),
    "commune_ambiguous": _("This may be “%(places)s”. Write which one, with its district."),
    "commune_outside": _("“%(places)s” is not in %(area)s. Only venues of this area can be added."),
    "code_unknown": _("No commune or ward has this code. Take it from the template's list."),
    "code_differs": _("This is the code of “%(places)s”. Correct the code or the name."),
    "doubled": _("This venue stands in row %(row)s already. Delete one of the two rows."),
}

# What can be answered once for every row in which the same was found, and from what one chooses.
ASKED_ABOUT = {
    **dict.fromkeys(("same_phone", "same_phone_here"), "outlet"),
    **dict.fromkeys(("kind_missing", "kind_unknown", "kind_like", "kind_of_section"), "kind"),
    **dict.fromkeys(
        (
            *("commune_missing", "commune_unknown", "commune_like", "commune_doubtful"),
            *("commune_ambiguous", "commune_outside", "commune_of_section"),
            *("code_unknown", "code_differs"),
        ),
        "commune",
    ),
    "date": "reading",
    "misread": "reading",
}
ANOTHER, SAME = "another", "same"  # of an outlet


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a cell: in which column, what was found, and which sentence says it."""

    column: ListColumn
    key: str
    found: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What to do, in the language of whoever reads it."""
        params = dict(self.params)
        if "kinds" in params:
            params["kinds"] = [str(Kind(kind).label) for kind in params["kinds"]]
        for name in {"kinds", "places", "readings"} & params.keys():
            params[name] = str(_("” or “")).join(params[name])
        if "sheet" in params:
            params["row"] = f"{params['row']} ({params['sheet']})"
        sentences = _SENTENCES if self.key in _SENTENCES else FIELDS[self.column].error_messages
        return str(sentences[self.key]) % params

    @property
    def asked(self) -> str:
        """What an answer holds for: what was found; of an empty cell, the section or sheet of it."""
        return str(self.params.get("around", self.found))

    def stored(self) -> list[Any]:
        """Return it as a row of an import keeps it."""
        return [self.column.value, self.key, self.found, self.params]

    @classmethod
    def kept(cls, stored: list[Any]) -> "Fault":
        """Return it from where `stored` put it."""
        column, *rest = stored
        return cls(ListColumn(column), *rest)
