"""What people type to sign in."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.mfa.base.forms import AuthenticateForm
from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from .fields import CodeField, EmailField, PasswordField, PhoneField
from .one_time_codes import Answer

_REFUSALS = {
    Answer.WRONG: _("This is not the code we sent. Look at the message again."),
    Answer.SPENT: _("This code no longer works. Ask for a new one."),
}


def _password_rules() -> str:
    return " ".join(password_validators_help_texts())


class PhoneForm(forms.Form):
    """The phone an owner signs in with."""

    phone = PhoneField(help_text=_("We send a code with 6 digits to this phone."))


class CodeForm(forms.Form):
    """The six digits that came to the phone."""

    code = CodeField(label=_("Code from the message"))

    def refuse(self, answer: Answer) -> None:
        """Say beside the field why the digits do not open the door."""
        self.add_error("code", _REFUSALS[answer])


class OfficialForm(LoginForm):
    """An official's e-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {"login": EmailField(), "password": PasswordField()}


class PasswordForm(ChangePasswordForm):
    """A new password in place of the present one."""

    oldpassword = PasswordField(label=_("Present password"))
    password1 = PasswordField(
        label=_("New password"),
        autocomplete="new-password",
        help_text=lazy(_password_rules, str)(),
        required_sentence=_("Enter a new password."),
    )
    password2 = PasswordField(
        label=_("New password once more"),
        autocomplete="new-password",
        required_sentence=_("Enter the new password once more."),
    )

    def clean_password1(self) -> str:
        """Refuse passwords that are quickly guessed."""
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        """Refuse two passwords that differ."""
        typed = self.cleaned_data
        new = typed.get("password1"), typed.get("password2")
        if all(new) and new[0] != new[1]:
            self.add_error("password2", _("Type the same new password twice."))
        return typed


class SecondFactorForm(AuthenticateForm):
    """The digits of an official's second factor."""

    code = CodeField(label=_("Code from your authenticator"))

    def clean_code(self) -> str:
        """Refuse a wrong code in our own words: the library has none in our languages."""
        try:
            return str(super().clean_code())
        except forms.ValidationError as error:
            if error.code != "incorrect_code":
                raise
            sentence = _("This is not the right code. Look at it again.")
            raise forms.ValidationError(sentence, code=error.code) from error
