"""Text as people type it: kept as typed, unless it hides something from whoever reads it."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REPLACEMENT = "\ufffd"

# Marks, embeddings, overrides and isolates of direction make a reader see another order than the
# one stored. Zero-width spaces and joiners stay: Khmer and emoji are written with them.
_DIRECTION = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_HIDDEN_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}
# A letter may be typed as up to four characters: base, vowel mark, tone, joiner.
_LONGEST_LETTER = 4


def is_readable(character: str) -> bool:
    """Whether a character shows what it is, and may stand in HTML and in PostgreSQL."""
    number = ord(character)
    return not (
        character == REPLACEMENT
        or number in _DIRECTION
        or number & 0xFFFE == 0xFFFE
        or 0xFDD0 <= number <= 0xFDEF
        or unicodedata.category(character) in _HIDDEN_CATEGORIES
    )


def shown(text: str) -> str:
    """Return a text with � in place of every character that cannot be read."""
    return "".join(c if is_readable(c) else REPLACEMENT for c in text)


def has_letter(text: str) -> bool:
    """Whether a text has a letter or digit of any script."""
    return any(character.isalnum() for character in text)


class PlainTextField(forms.CharField):
    """One line of text of any script, normalised (NFC) and without hidden characters.

    What cannot be read is shown back as �, so that people see where it is.
    """

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
        if len(text) > self.longest * _LONGEST_LETTER:
            raise self._fault("too_long", limit=self.longest)
        if not all(map(is_readable, text)):
            raise self._fault("unreadable")
        text = unicodedata.normalize("NFC", text)
        if len(text) > self.longest:
            raise self._fault("too_long", limit=self.longest)
        if text and self.needs_letter and not has_letter(text):
            raise self._fault("letterless")
        return text

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return what the page shows again: everything typed, with the unreadable made visible."""
        value = super().bound_data(data, initial)
        return shown(value) if isinstance(value, str) else value

    def _fault(self, code: str, **params: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)
