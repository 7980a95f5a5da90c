"""What owners type to sign in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.one_time_codes import Answer
from forms.fields import CodeField, MobileField, PhoneField

_REFUSALS = {
    Answer.WRONG: _("This is not the code we sent. Look at the message again."),
    Answer.SPENT: _("This code no longer works. Ask for a new one."),
}


class PhoneForm(forms.Form):
    """The phone an owner signs in with."""

    phone = MobileField(
        help_text=_("We send a code with 6 digits to this phone."),
        error_messages={
            "no_messages": _(
                "A code goes to mobile phones only. If this is the phone of your venue, take the "
                "way for landlines below."
            )
        },
    )


class CodeForm(forms.Form):
    """The six digits that came to the phone."""

    code = CodeField(label=_("Code from the message"))

    def refuse(self, answer: Answer) -> None:
        """Say beside the field why the digits do not open the door."""
        self.add_error("code", _REFUSALS[answer])


class LandlineForm(CodeForm):
    """A landline whose owner was told a code by an official."""

    phone = PhoneField(help_text=_("The number with which your venue is registered."))

    field_order = ["phone", "code"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code that the official told you")
