"""Text as people type it: kept as typed, unless it hides something from whoever reads it."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

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

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return what the page shows again: everything typed, with the unreadable made visible."""
        value = super().bound_data(data, initial)
        return shown(value) if isinstance(value, str) else value

    def _fault(self, code: str, **params: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)
