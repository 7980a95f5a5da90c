"""What a visitor types, checked field by field with a sentence for everything that is missing."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from districts.days import local_day
from forms.fields import PhoneField
from forms.texts import PlainTextField, shown

from .check_in import LONGEST_OPEN, CheckIn
from .memory import Memory
from .nonces import Nonce
from .outcomes import Answers, Symptom
from .people import WHICH_ONE, Person
from .residences import residences

OLDEST_BIRTH_YEAR = 1900
MOST_COMPANIONS = 10
_COMPANION = re.compile(r"companion-([0-9]{1,3})-(?:full_name|birth_year)")
_SUMMARY_ORDER = (
    "nonce full_name phone birth_year gender commune address id_number symptoms case_contact "
    "symptomatic_contact area_contact travelled travel_places consent"
).split()


class YesNoField(forms.TypedChoiceField):
    """A question that must be answered yes or no."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(
            choices=[("yes", _("Yes")), ("no", _("No"))],
            coerce=lambda answer: answer == "yes",
            error_messages={"required": sentence, "invalid_choice": sentence},
        )


class TickField(forms.Field):
    """A box that is ticked or not; unlike Django's, "no" is not a tick."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> bool:
        return value in ("yes", "on", "true", "1")

    def validate(self, value: bool) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def bound_data(self, data: Any, initial: Any) -> bool:  # noqa: ARG002
        return self.to_python(data)


class BirthYearField(PlainTextField):
    """A year of birth in four digits of any script; gives a number."""

    def __init__(self) -> None:
        self.sentence = _("Enter the year of birth with four digits, for example 1975.")
        super().__init__(max_length=20, required_sentence=self.sentence)

    def clean(self, value: Any) -> int:
        text = super().clean(value)
        if not re.fullmatch(r"\d{4}", text):
            raise forms.ValidationError(self.sentence)
        return int(text)


class DocumentField(PlainTextField):
    """The number of an ID card or passport, in capitals and without spaces; may be left out."""

    def __init__(self) -> None:
        super().__init__(max_length=60, required=False)

    def clean(self, value: Any) -> str:
        number = "".join(super().clean(value).split()).upper()
        if number and not re.fullmatch(r"[0-9A-Z]{6,20}", number):
            raise forms.ValidationError(
                _("An ID card or passport number has 6 to 20 letters and digits.")
            )
        return number


class _Shared(dict[str, forms.Field]):
    """Fields that all forms of a class share: copying 17 of them costs more than checking them."""

    def __deepcopy__(self, _memo: dict[int, Any]) -> "_Shared":
        return self


class NonceForm(forms.Form):
    """A form given out for one poster at one moment: all that a return visit sends."""

    nonce = forms.Field(required=False)

    def __init__(
        self,
        data: QueryDict | None,
        code: str,
        now: datetime,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.code, self.now, self.today = code, now, local_day(now)
        super().__init__(data, initial=initial, use_required_attribute=False)

    def clean_nonce(self) -> Nonce:
        nonce = Nonce.opened(self.cleaned_data["nonce"] or "", self.code)
        if nonce is None or self.now - nonce.moment > LONGEST_OPEN:
            raise forms.ValidationError(
                _("This page was open for too long. Nothing is lost: please send it again.")
            )
        return nonce

    def again(self, venue_id: int, memory: Memory) -> CheckIn:
        """Return the visit of people who declared earlier in the day, or of the first of them."""
        keys = memory.keys[:1] if self.data.get("only") == "me" else memory.keys
        nonce = self.cleaned_data["nonce"]
        return CheckIn(venue_id, nonce, keys=keys, memory=memory.id)

    def error_summary(self) -> list[tuple[str, str]]:
        """Return pairs of field id and sentence, in the order of the page."""
        return [("check-in", str(sentence)) for sentence in self.errors.get("nonce", [])]


class CheckInForm(NonceForm):
    """The health declaration with its check-in; the page writes the same fields by hand."""

    full_name = PlainTextField(max_length=100, required_sentence=_("Enter your full name."))
    phone = PhoneField()
    birth_year = BirthYearField()
    gender = forms.ChoiceField(
        choices=[("male", _("Male")), ("female", _("Female")), ("other", _("Other"))],
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose the sex.")),
    )
    commune = forms.CharField(
        max_length=8,
        error_messages=dict.fromkeys(
            ["required", "max_length", "null_characters_not_allowed"],
            _("Choose the commune you live in, or your province."),
        ),
    )
    address = PlainTextField(
        max_length=200, required_sentence=_("Enter the house number, street or hamlet.")
    )
    id_number = DocumentField()
    symptoms = forms.MultipleChoiceField(
        choices=[(symptom.word, symptom.label) for symptom in Symptom],
        required=False,
        error_messages=dict.fromkeys(
            ["invalid_choice", "invalid_list"], _("Tick only symptoms of the list.")
        ),
    )
    case_contact = YesNoField(_("Say whether you were close to a person with the disease."))
    symptomatic_contact = YesNoField(_("Say whether you were close to anyone with symptoms."))
    area_contact = YesNoField(
        _("Say whether you were close to anyone from a country with the disease.")
    )
    travelled = YesNoField(_("Say whether you were in another province or country."))
    travel_places = PlainTextField(max_length=300, required=False)
    on_behalf = TickField(required=False)
    has_no_marks = TickField(required=False)
    consent = TickField(
        error_messages={"required": _("Tick the box to agree; without it we may not keep this.")}
    )

    def __init__(
        self,
        data: QueryDict | None,
        code: str,
        now: datetime,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, code, now, initial)
        self.residences = residences(self.today)
        self.companions: list[dict[str, Any]] = []
        self.asks_for_marks = False

    def clean_birth_year(self) -> int:
        return self._checked_year(self.cleaned_data["birth_year"])

    def clean_commune(self) -> str:
        code = self.cleaned_data["commune"]
        if code not in self.residences:
            raise forms.ValidationError(self.fields["commune"].error_messages["required"])
        return str(code)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("travelled") and not given.get("travel_places"):
            self.add_error("travel_places", _("Write which places you were in."))
        self.companions = self._companions_typed()
        if len(self.companions) > MOST_COMPANIONS:
            self.add_error(None, _("One form takes at most 10 companions. Send a second form."))
        if any(companion["errors"] for companion in self.companions):
            self.add_error(None, _("Correct the people who are with you."))
        return given

    def check_in(self, venue_id: int, memory: Memory) -> CheckIn:
        """Return what the form says, ready to be recorded; for others a phone does not speak."""
        given, answers = self.cleaned_data, self.answers
        return CheckIn(
            venue_id=venue_id,
            nonce=given["nonce"],
            people=self.people,
            answers=answers,
            residence_id=self.residences.id_of(given["commune"]),
            on_behalf=given["on_behalf"],
            travel_places=given["travel_places"] if given["travelled"] else "",
            source=memory.id,
            memory=None if given["on_behalf"] else memory.id,
            own_keys=tuple(memory.keys),
            whole=frozenset(self._places_without_marks()),
        )

    def _places_without_marks(self) -> Iterator[int]:
        """Yield the places of those whose names were said to have no marks; the first is 0."""
        if self.cleaned_data["has_no_marks"]:
            yield 0
        for place, row in enumerate(self.companions, start=1):
            if row["has_no_marks"]:
                yield place

    def ask_for_marks(self, places: list[int]) -> None:
        """Ask who is meant by names without marks, by their places on the form."""
        self.asks_for_marks = True
        for place in places:
            if place:
                self.companions[place - 1] |= {"errors": [WHICH_ONE], "asks_for_marks": True}
            else:
                self.add_error("full_name", WHICH_ONE)

    @property
    def details(self) -> dict[str, Any]:
        """What the visitor's phone may remember: who they are, not how they feel."""
        names = "full_name phone birth_year gender id_number commune address".split()
        given = {name: self.cleaned_data[name] for name in names}
        return given | {"companions": [(c["full_name"], c["birth_year"]) for c in self.companions]}

    @property
    def answers(self) -> Answers:
        """What was said of the health of everybody on the form."""
        given = self.cleaned_data
        return Answers(
            symptoms=sum(Symptom[word.upper()] for word in given["symptoms"]),
            travelled=given["travelled"],
            case_contact=given["case_contact"],
            area_contact=given["area_contact"],
            symptomatic_contact=given["symptomatic_contact"],
        )

    @property
    def people(self) -> list[Person]:
        """The visitor, then the companions, who are reached under the visitor's phone."""
        given = self.cleaned_data
        visitor = Person(
            full_name=given["full_name"],
            birth_year=given["birth_year"],
            phone=given["phone"],
            gender=given["gender"],
            id_number=given["id_number"],
            address=given["address"],
        )
        companions = [
            Person(row["full_name"], row["birth_year"], visitor.phone, address=visitor.address)
            for row in self.companions
        ]
        return [visitor, *companions]

    def error_summary(self) -> list[tuple[str, str]]:
        """Return pairs of field id and sentence, in the order of the page."""
        found = [
            ("check-in" if name == "nonce" else f"id_{name}", str(self.errors[name][0]))
            for name in _SUMMARY_ORDER
            if name in self.errors
        ]
        rows = [
            (f"id_companion-{row['index']}-full_name", str(row["errors"][0]))
            for row in self.companions
            if row["errors"]
        ]
        general = [] if rows else [("check-in", str(error)) for error in self.non_field_errors()]
        return found + rows + general

    def _companions_typed(self) -> list[dict[str, Any]]:
        numbers = sorted({int(m[1]) for m in map(_COMPANION.fullmatch, self.data) if m})
        rows = [self._companion(number) for number in numbers]
        return [row for row in rows if row["full_name"] or row["birth_year"]]

    def _companion(self, number: int) -> dict[str, Any]:
        ticked = self.data.get(f"companion-{number}-has_no_marks") == "yes"
        row: dict[str, Any] = {"index": number, "errors": [], "has_no_marks": ticked}
        for name, clean in (
            ("full_name", self.fields["full_name"].clean),
            (
                "birth_year",
                lambda typed: self._checked_year(self.fields["birth_year"].clean(typed)),
            ),
        ):
            typed = self.data.get(f"companion-{number}-{name}", "").strip()
            row[name] = shown(typed)
            try:
                row[name] = clean(typed)
            except forms.ValidationError as error:
                row["errors"] += error.messages
        return row

    def _checked_year(self, year: int) -> int:
        if not OLDEST_BIRTH_YEAR <= year <= self.today.year:
            raise forms.ValidationError(
                _("The year of birth lies between 1900 and %(now)s."),
                params={"now": self.today.year},
            )
        return year


for _form in (NonceForm, CheckInForm):
    _form.base_fields = _Shared(_form.base_fields)
