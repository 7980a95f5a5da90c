"""What officials show as their second step, and set up for it."""

from datetime import datetime
from typing import Any

from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from cryptography.exceptions import InvalidSignature
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import second_factors
from accounts.models import Account, EventKind
from accounts.second_factors import FactorRefused
from accounts.sign_in_events import note
from forms.fields import CodeField, CredentialField, FactorCodeField
from forms.texts import PlainTextField

# What a made-up answer of a passkey makes the library stumble over.
_MADE_UP = (ValueError, TypeError, KeyError, AttributeError, IndexError, InvalidSignature)


def _name_field() -> PlainTextField:
    return PlainTextField(
        max_length=40,
        label=_("Name of the passkey"),
        help_text=_("So that you know it again, for example: my phone, the office computer."),
        required_sentence=_("Enter a name, for example: my phone."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class _Shown(forms.Form):
    """A second factor that is shown."""

    authenticator: Authenticator

    def __init__(self, *args: Any, user: Account, **rest: Any) -> None:
        self.user = user
        super().__init__(*args, **rest)

    def accepted(self, authenticator: Authenticator) -> None:
        """Keep what was shown until the form is saved."""
        authenticator.user = self.user
        self.authenticator = authenticator

    def save(self) -> None:
        """Let the session know."""
        from allauth.core import context

        post_authentication(context.request, self.authenticator)
        if self.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            note(self.user, EventKind.RECOVERY_CODE_USED)


class SecondFactorForm(_Shown):
    """The digits of an official's authenticator, or a recovery code."""

    code = FactorCodeField(label=_("Code from the app, or a recovery code"))

    def clean_code(self) -> str:
        """Refuse a wrong code, and tell the account's owner."""
        code: str = self.cleaned_data["code"]
        try:
            self.accepted(second_factors.try_code(self.user, code, timezone.now()))
        except FactorRefused as refusal:
            note(self.user, EventKind.FACTOR_REFUSED)
            raise forms.ValidationError(refusal.sentence) from refusal
        return code


class PasskeyForm(_Shown):
    """What a passkey answered."""

    credential = CredentialField()

    def clean_credential(self) -> Any:
        """Refuse an answer that is not of a passkey of this account."""
        credential = self.cleaned_data["credential"]
        try:
            auth.parse_authentication_response(credential)
            self.accepted(auth.complete_authentication(self.user, credential))
        except (forms.ValidationError, *_MADE_UP) as error:
            note(self.user, EventKind.FACTOR_REFUSED)
            raise forms.ValidationError("refused") from error
        return credential

    def clean(self) -> dict[str, Any]:
        """Say it of the whole form: nobody sees the field."""
        if self.errors.pop("credential", None):
            self.add_error(None, _("This passkey was not accepted. Try again."))
        return self.cleaned_data


class AppForm(forms.Form):
    """The first code of an authenticator that has just read the secret."""

    code = CodeField(
        label=_("Code that the app shows now"),
        error_messages={
            "required": _("Enter the 6 digits that the app shows now."),
            "not_a_code": _("Enter the 6 digits that the app shows now."),
        },
    )

    def __init__(self, *args: Any, secret: str, now: datetime, **rest: Any) -> None:
        self.secret, self.now = secret, now
        self.counter = 0
        super().__init__(*args, **rest)

    def clean_code(self) -> str:
        """Refuse digits that this secret does not give about now."""
        code: str = self.cleaned_data["code"]
        counter = second_factors.counter_of(self.secret, code, self.now)
        if counter is None:
            sentence = _(
                "This is not the code for this square. Look again, and check that the clock of "
                "the phone is right."
            )
            raise forms.ValidationError(sentence)
        self.counter = counter
        return code


class PasskeyNameForm(forms.Form):
    """Another name for a passkey."""

    name = _name_field()


class NewPasskeyForm(forms.Form):
    """A passkey that a phone, computer or key has just made."""

    name = _name_field()
    credential = CredentialField()

    def clean_credential(self) -> Any:
        """Refuse an answer to another question than ours."""
        credential = self.cleaned_data["credential"]
        try:
            auth.parse_registration_response(credential)
            auth.complete_registration(credential)
        except (forms.ValidationError, *_MADE_UP) as error:
            raise forms.ValidationError("refused") from error
        return credential

    def clean(self) -> dict[str, Any]:
        """Say it of the whole form: nobody sees the field."""
        if self.errors.pop("credential", None):
            self.add_error(None, _("The passkey was not made. Try again."))
        return self.cleaned_data
