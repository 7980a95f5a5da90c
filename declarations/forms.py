"""What a visitor types, checked field by field with a sentence for everything that is missing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from database.remembering import remembered
from districts.days import local_day
from districts.models import Level, Unit
from forms.fields import BirthYearField, DocumentField, PhoneField, PlainTextField, shown
from venues.entrances import Entrance

from .check_in import CheckIn
from .identities import WHICH_ONE, Person
from .memory import Memory
from .nonces import Nonce
from .outcomes import Answers, Symptom

ABROAD = "abroad"
MOST_COMPANIONS = 10


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


@dataclass(frozen=True, eq=False)
class Residences:
    """The units a visitor can choose from on one day: unit ids by code, and groups to show."""

    ids: dict[str, int]
    groups: tuple[tuple[object, tuple[tuple[str, str], ...]], ...]

    def __contains__(self, code: str) -> bool:
        return code == ABROAD or code in self.ids

    def options(self, chosen: str | None) -> SafeString:
        """The choices as HTML with the chosen one marked, rendered once for each language."""
        options = _plain_options(get_language() or "", self)
        if chosen is None or chosen not in self:
            return options
        return mark_safe(options.replace(f'value="{chosen}"', f'value="{chosen}" selected'))  # noqa: S308

    def id_of(self, code: str) -> int | None:
        """Return the unit's id, or None for people who live abroad or nobody knows where."""
        return self.ids.get(code)


@remembered(seconds=60)
def residences(on: date) -> Residences:
    """Return what can be chosen on a local day."""
    units = list(Unit.objects.on(on).with_parents())
    communes = [unit for unit in units if unit.level == Level.COMMUNE]
    parents = sorted({unit.parent for unit in communes if unit.parent}, key=lambda u: u.code)
    home = {unit.lineage[0].pk for unit in communes}
    elsewhere = [u for u in units if u.level == Level.PROVINCE and u.pk not in home]
    groups: list[tuple[object, tuple[tuple[str, str], ...]]] = [
        (parent.name, tuple((c.code, c.name) for c in communes if c.parent_id == parent.pk))
        for parent in parents
    ]
    groups.append((_("Other provinces"), tuple((u.code, u.name) for u in elsewhere)))
    return Residences({u.code: u.pk for u in [*communes, *elsewhere]}, tuple(groups))


@lru_cache(maxsize=8)
def _plain_options(language: str, choices: Residences) -> SafeString:
    return render_to_string("declarations/_residence_options.html", {"residences": choices.groups})


class _Shared(dict[str, forms.Field]):
    """Fields that all forms of a class share: copying 17 of them costs more than checking them."""

    def __deepcopy__(self, _memo: dict[int, Any]) -> "_Shared":
        return self


class ReturnForm(forms.Form):
    """A form given out for one poster at one moment: all that a return visit sends."""

    nonce = forms.Field(required=False)

    def __init__(
        self,
        data: QueryDict | None,
        code: str,
        now: datetime,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.code, self.now = code, now
        super().__init__(data, initial=initial, use_required_attribute=False)

    def clean_nonce(self) -> Nonce:
        nonce = Nonce.opened(self.cleaned_data["nonce"] or "", self.code)
        if nonce is None or self.now - nonce.moment > timedelta(days=2):
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


class CheckInForm(ReturnForm):
    """The health declaration with its check-in; the page writes the same fields by hand.

    The fields stand in the order of the page, which is that of the summary of errors.
    """

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
        self.residences = residences(local_day(now))
        self.companions: list[dict[str, Any]] = []
        self.asks_for_marks = False

    def clean_commune(self) -> str:
        code = self.cleaned_data["commune"]
        if code not in self.residences:
            raise forms.ValidationError(self.fields["commune"].error_messages["required"])
        return str(code)

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("travelled") and not values.get("travel_places"):
            self.add_error("travel_places", _("Write which places you were in."))
        self.companions = self._companions_typed()
        if len(self.companions) > MOST_COMPANIONS:
            self.add_error(None, _("One form takes at most 10 companions. Send a second form."))
        if any(companion["errors"] for companion in self.companions):
            self.add_error(None, _("Correct the people who are with you."))
        return values

    def check_in(self, venue_id: int, memory: Memory) -> CheckIn:
        """Return what the form says, ready to be recorded; for others a phone does not speak."""
        values = self.cleaned_data
        return CheckIn(
            venue_id=venue_id,
            nonce=values["nonce"],
            people=self.people,
            answers=self.answers,
            residence_id=self.residences.id_of(values["commune"]),
            on_behalf=values["on_behalf"],
            travel_places=values["travel_places"] if values["travelled"] else "",
            source=memory.id,
            memory=None if values["on_behalf"] else memory.id,
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
        details = {name: self.cleaned_data[name] for name in names}
        return details | {
            "companions": [(c["full_name"], c["birth_year"]) for c in self.companions]
        }

    @property
    def answers(self) -> Answers:
        """What was said of the health of everybody on the form."""
        values = self.cleaned_data
        return Answers(
            symptoms=sum(Symptom[word.upper()] for word in values["symptoms"]),
            travelled=values["travelled"],
            case_contact=values["case_contact"],
            area_contact=values["area_contact"],
            symptomatic_contact=values["symptomatic_contact"],
        )

    @property
    def people(self) -> list[Person]:
        """The visitor, then the companions, who are reached under the visitor's phone."""
        values = self.cleaned_data
        visitor = Person(
            full_name=values["full_name"],
            birth_year=values["birth_year"],
            phone=values["phone"],
            gender=values["gender"],
            id_number=values["id_number"],
            address=values["address"],
        )
        companions = [
            Person(row["full_name"], row["birth_year"], visitor.phone, address=visitor.address)
            for row in self.companions
        ]
        return [visitor, *companions]

    def error_summary(self) -> list[tuple[str, str]]:
        """Return pairs of field id and sentence, in the order of the page."""
        fields = [
            ("check-in" if name == "nonce" else f"id_{name}", str(self.errors[name][0]))
            for name in self.fields
            if name in self.errors
        ]
        rows = [
            (f"id_companion-{row['index']}-full_name", str(row["errors"][0]))
            for row in self.companions
            if row["errors"]
        ]
        general = [] if rows else [("check-in", str(error)) for error in self.non_field_errors()]
        return fields + rows + general

    def page_context(self, entrance: Entrance, nonce: str) -> dict[str, Any]:
        """Return what the page shows: at least three rows for companions, and what was typed."""
        rows = self.companions
        free = [n for n in range(MOST_COMPANIONS) if n not in {row["index"] for row in rows}]
        blanks = [{"index": n, "full_name": "", "birth_year": ""} for n in free]
        return {
            "poster": entrance,
            "venue": entrance,
            "nonce": nonce,
            "form": self,
            "errors": self.error_summary() if self.is_bound else [],
            "companions": [*rows, *blanks[: max(3 - len(rows), 0)]],
            "companions_open": bool(rows),
            "companions_max": MOST_COMPANIONS,
            "residence_options": self.residences.options(self["commune"].value()),
        }

    def _companions_typed(self) -> list[dict[str, Any]]:
        name = re.compile(r"companion-([0-9]{1,3})-(?:full_name|birth_year)")
        numbers = sorted({int(m[1]) for m in map(name.fullmatch, self.data) if m})
        rows = [self._companion(number) for number in numbers]
        return [row for row in rows if row["full_name"] or row["birth_year"]]

    def _companion(self, number: int) -> dict[str, Any]:
        ticked = self.data.get(f"companion-{number}-has_no_marks") == "yes"
        row: dict[str, Any] = {"index": number, "errors": [], "has_no_marks": ticked}
        for name in ("full_name", "birth_year"):
            text = self.data.get(f"companion-{number}-{name}", "").strip()
            row[name] = shown(text)
            try:
                row[name] = self.fields[name].clean(text)
            except forms.ValidationError as error:
                row["errors"] += error.messages
        return row


for _form in (ReturnForm, CheckInForm):
    _form.base_fields = _Shared(_form.base_fields)
