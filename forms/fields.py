"""Fields that know how people write texts, phone numbers, codes, days, addresses, passwords."""

import re
import unicodedata
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from districts.days import today

from . import phones

CODE_LENGTH = 6
TOLD_CODE_LENGTH = 10


# What shows nothing or may not stand in HTML and PostgreSQL: controls, line and paragraph marks,
# halves of characters, � itself, and numbers that are no characters. Marks, embeddings, overrides
# and isolates of direction make a reader see another order than the one stored. Zero-width spaces
# and joiners stay: Khmer and emoji are written with them.
_UNREADABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffd"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
    + "]"
)


def shown(text: str) -> str:
    """Return a text with � in place of every character that cannot be read."""
    return _UNREADABLE.sub("\ufffd", text)


class Readable(BoundField):
    """A field on its page: everything typed stands in it again, with � for what cannot be read."""

    def value(self) -> Any:
        value = super().value()
        return shown(value) if isinstance(value, str) else value


class ReadableForms(TemplatesSetting):
    """Writes forms by our templates, every field of them readable, whatever it takes."""

    bound_field_class = Readable


class PlainTextField(forms.CharField):
    """One line of text of any script, normalised (NFC) and without hidden characters."""

    default_error_messages = {
        "required": _("Fill in this field."),
        "too_long": _("Use at most %(limit)d characters."),
        "unreadable": _("Type this again without the characters shown as �."),
        "letterless": _("Use at least one letter or digit."),
    }

    def __init__(
        self,
        *,
        max_length: int,
        required_sentence: Any = None,
        needs_letter: bool = True,
        **rest: Any,
    ) -> None:
        self.longest = max_length
        self.needs_letter = needs_letter
        messages = {"required": required_sentence} if required_sentence else {}
        super().__init__(error_messages=messages | rest.pop("error_messages", {}), **rest)
        # Django's own check of NUL speaks before ours and less clearly.
        self.validators = []

    def to_python(self, value: Any) -> str:
        """Return the text as it will be stored, or say what to change."""
        text = str(super().to_python(value))
        # A letter may be typed as up to four characters: base, vowel mark, tone, joiner.
        if len(text) > self.longest * 4:
            raise self._fault("too_long", limit=self.longest)
        if _UNREADABLE.search(text):
            raise self._fault("unreadable")
        text = unicodedata.normalize("NFC", text)
        if len(text) > self.longest:
            raise self._fault("too_long", limit=self.longest)
        if text and self.needs_letter and not any(map(str.isalnum, text)):
            raise self._fault("letterless")
        return text

    def _fault(self, code: str, **params: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)


class PhoneField(PlainTextField):
    """A telephone number as people write it; gives the international form, +84…."""

    default_error_messages = {
        "required": _("Enter a phone number, for example 0912 345 678."),
        phones.NotAPhone.UNKNOWN: _("Enter a phone number, for example 0912 345 678."),
        phones.NotAPhone.LETTERS: _(
            "Write the phone number with digits only, for example 0912 345 678."
        ),
        phones.NotAPhone.HOTLINE: _(
            "This is the number of a service. Enter somebody’s own phone, for example 0912 345 678."
        ),
        phones.NotAPhone.OLD: _(
            "Numbers with 11 digits have changed; this one is now %(proposal)s. Type it so."
        ),
        phones.NotAPhone.OLD_AREA: _(
            "Area codes changed in 2017; this number is now %(proposal)s. Type it so."
        ),
        phones.NotAPhone.SEVERAL: _(
            "Enter one phone number and nothing else, for example %(proposal)s."
        ),
        phones.NotAPhone.FOREIGN: _(
            "If this number is from abroad, begin with “+” and the country: %(proposal)s."
        ),
    }

    def __init__(self, **rest: Any) -> None:
        attrs = {"type": "tel", "inputmode": "tel", "autocomplete": "tel", "class": "short"}
        usual: dict[str, Any] = {
            "max_length": 60,
            "label": _("Phone number"),
            "widget": forms.TextInput(attrs),
        }
        super().__init__(**usual | rest)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        meant = phones.understood(text) if text else phones.Understood()
        if meant.fault:
            raise self._fault(meant.fault, proposal=meant.proposal)
        return meant.phone


class MobileField(PhoneField):
    """A telephone number to which a message with a code can go."""

    default_error_messages = {
        "no_messages": _(
            "A code goes to Vietnamese mobile phones only. Enter a mobile number, for example "
            "0912 345 678."
        ),
    }

    def to_python(self, value: Any) -> str:
        phone = super().to_python(value)
        if phone and not phones.takes_messages(phone):
            raise self._fault("no_messages")
        return phone


class CodeField(PlainTextField):
    """The six digits of a message, in any script's digits, with or without spaces and dashes."""

    lengths = {CODE_LENGTH}

    default_error_messages = {
        "required": _("Enter the 6 digits from the message."),
        "not_a_code": _("Enter the 6 digits from the message."),
    }

    def __init__(self, **rest: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "short code"}
        usual: dict[str, Any] = {"max_length": 30, "widget": forms.TextInput(attrs)}
        super().__init__(**usual | rest)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        signs = [c for c in text if not c.isspace() and c not in "-.·"]
        digits = [unicodedata.decimal(c, -1) for c in signs]
        if text and (len(digits) not in self.lengths or -1 in digits):
            raise self._fault("not_a_code")
        return "".join(map(str, digits))


class ToldCodeField(CodeField):
    """The ten digits that an official told."""

    lengths = {TOLD_CODE_LENGTH}
    default_error_messages = dict.fromkeys(
        ("required", "not_a_code"), _("Enter the 10 digits that the official told you.")
    )


class FactorCodeField(CodeField):
    """The six digits of an authenticator, or the eight of a recovery code."""

    lengths = {CODE_LENGTH, 8}
    default_error_messages = {
        "required": _("Enter the 6 digits that the app shows now."),
        "not_a_code": _("Enter the 6 digits of the app, or the 8 digits of a recovery code."),
    }


class CredentialField(forms.JSONField):
    """What a browser says a passkey answered; never shown back."""

    default_error_messages = {
        "required": _("This passkey was not accepted. Try again."),
        "invalid": _("This passkey was not accepted. Try again."),
    }

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput)

    def to_python(self, value: Any) -> Any:
        sentence = self.error_messages["invalid"]
        try:
            answer = super().to_python(value) if len(value or "") <= 20_000 else None
        except (RecursionError, ValueError) as error:  # too deep, or a number too long
            raise ValidationError(sentence, code="invalid") from error
        if not isinstance(answer, dict):
            raise ValidationError(sentence, code="invalid")
        return answer

    def bound_data(self, data: Any, initial: Any) -> str:  # noqa: ARG002
        return ""

    def prepare_value(self, value: Any) -> str:  # noqa: ARG002
        return ""


class DayField(forms.DateField):
    """A day, as the browser sends it or as people write it: 24/11/2021."""

    default_error_messages = {
        "required": _("Enter a date, for example 24/11/2021."),
        "invalid": _("Enter a date, for example 24/11/2021."),
        "impossible": _("Enter a date between 2020 and 2099."),
    }

    def __init__(self, **rest: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")
        formats = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]
        usual: dict[str, Any] = {"widget": widget, "input_formats": formats}
        super().__init__(**usual | rest)

    def clean(self, value: Any) -> Any:
        """Refuse days of other centuries, which are slips."""
        day = super().clean(value)
        if day and not date(2020, 1, 1) <= day <= date(2099, 12, 31):
            raise ValidationError(self.error_messages["impossible"], code="impossible")
        return day


class EmailField(PlainTextField):
    """An e-mail address, in lower case."""

    default_error_messages = {
        "required": _("Enter your e-mail address."),
        "not_an_email": _("Enter an e-mail address, for example lan@travinh.gov.vn."),
    }

    def __init__(self, **rest: Any) -> None:
        attrs = {"type": "email", "autocomplete": "username", "spellcheck": "false"}
        usual: dict[str, Any] = {
            "max_length": 254,
            "label": _("E-mail address"),
            "widget": forms.TextInput(attrs),
        }
        super().__init__(**usual | rest)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value).lower()
        try:
            if text:
                validate_email(text)
        except ValidationError as error:
            raise self._fault("not_an_email") from error
        return text


class PasswordField(PlainTextField):
    """A password, normalised: phones and computers send Vietnamese letters differently."""

    default_error_messages = {"required": _("Enter your password.")}

    def __init__(self, *, autocomplete: str = "current-password", **rest: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        usual: dict[str, Any] = {"max_length": 200, "label": _("Password"), "widget": widget}
        super().__init__(**usual | {"strip": False, "needs_letter": False} | rest)


class NonceForm(forms.Form):
    """A form that counts once, however often it is sent."""

    nonce = forms.UUIDField(
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("Open this page again and fill in the form once more.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nonce"].initial = uuid4

    def clean_nonce(self) -> UUID:
        """Return the form's own key, or a new one where it was left out."""
        return self.cleaned_data["nonce"] or uuid4()


class ChosenField(forms.ChoiceField):
    """One of a list; none, or another, is refused with the sentence that says what to choose."""

    def __init__(self, sentence: Any, **rest: Any) -> None:
        wrong = dict.fromkeys(["required", "invalid_choice"], sentence)
        super().__init__(error_messages=wrong, **rest)


class BirthYearField(PlainTextField):
    """A year of birth of somebody who may live, in four digits of any script; gives a number."""

    def __init__(self) -> None:
        self.sentence = _("Enter the year of birth with four digits, for example 1975.")
        super().__init__(max_length=20, required_sentence=self.sentence)

    def clean(self, value: Any) -> int:
        text = super().clean(value)
        if not re.fullmatch(r"\d{4}", text):
            raise ValidationError(self.sentence)
        year, this_year = int(text), today().year
        if not 1900 <= year <= this_year:
            sentence = _("The year of birth lies between 1900 and %(now)s.")
            raise ValidationError(sentence, params={"now": this_year})
        return year


class DocumentField(PlainTextField):
    """The number of an ID card or passport, in capitals and without spaces; may be left out."""

    def __init__(self) -> None:
        super().__init__(max_length=60, required=False)

    def clean(self, value: Any) -> str:
        number = "".join(super().clean(value).split()).upper()
        if number and not re.fullmatch(r"[0-9A-Z]{6,20}", number):
            raise ValidationError(
                _("An ID card or passport number has 6 to 20 letters and digits.")
            )
        return number
