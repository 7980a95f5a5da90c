"""What tracers type about their keys."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from authority.keyholders import is_fingerprint, is_too_short, tells_who
from authority.models import Keyholder
from forms.fields import PasswordField
from forms.texts import PlainTextField

_NOT_THE_PASSWORD = _(
    "At least 12 characters, for example five words. Not the password you sign in with. Nobody can "
    "reset it: whoever forgets it sets up a new one and is admitted again."
)


class UnlockForm(forms.Form):
    """The passphrase that opens the tracer's own key."""

    passphrase = PasswordField(
        label=_("Your passphrase"), required_sentence=_("Enter your passphrase.")
    )


class SetUpForm(forms.Form):
    """A new passphrase, typed twice."""

    passphrase1 = PasswordField(
        label=_("New passphrase"),
        autocomplete="new-password",
        help_text=_NOT_THE_PASSWORD,
        required_sentence=_("Enter a new passphrase."),
    )
    passphrase2 = PasswordField(
        label=_("New passphrase once more"),
        autocomplete="new-password",
        required_sentence=_("Enter the new passphrase once more."),
    )

    def __init__(self, *args: Any, account: Account, **rest: Any) -> None:
        self.account = account
        super().__init__(*args, **rest)

    def clean_passphrase1(self) -> str:
        """Refuse what is short, what tells who it is, and the password."""
        typed: str = self.cleaned_data["passphrase1"]
        if is_too_short(typed):
            raise ValidationError(_("This passphrase is too short. Use at least 12 characters."))
        if tells_who(typed, self.account):
            raise ValidationError(_("Leave your name and e-mail address out of the passphrase."))
        if self.account.check_password(typed):
            raise ValidationError(_("This is the password you sign in with. Choose another."))
        return typed

    def clean(self) -> dict[str, Any]:
        """Refuse two passphrases that differ."""
        typed = self.cleaned_data
        new = typed.get("passphrase1"), typed.get("passphrase2")
        if all(new) and new[0] != new[1]:
            self.add_error("passphrase2", _("Type the same new passphrase twice."))
        return typed


class ChangeForm(SetUpForm):
    """A new passphrase in place of the present one."""

    present = PasswordField(
        label=_("Present passphrase"), required_sentence=_("Enter your present passphrase.")
    )
    field_order = ["present", "passphrase1", "passphrase2"]


class AdmitForm(forms.Form):
    """The digits that the tracer who waits reads out."""

    fingerprint = PlainTextField(
        max_length=40,
        label=_("The 12 digits on the other tracer's screen"),
        help_text=_("Ask for them face to face or on the phone, and type what you hear."),
        required_sentence=_("Enter the 12 digits."),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}
        ),
    )

    def __init__(self, *args: Any, keyholder: Keyholder, **rest: Any) -> None:
        self.keyholder = keyholder
        super().__init__(*args, **rest)

    def clean_fingerprint(self) -> str:
        """Refuse other digits: somebody may have put another key in the tracer's place."""
        typed: str = self.cleaned_data["fingerprint"]
        if not is_fingerprint(self.keyholder, typed):
            raise ValidationError(
                _(
                    "These are other digits. Compare once more; if they stay different, admit nobody."
                )
            )
        return typed


class RecoveryForm(forms.Form):
    """The code of the recovery sheet."""

    code = PlainTextField(
        max_length=200,
        label=_("The code on the recovery sheet"),
        help_text=_("13 groups of 5 characters; capitals, dashes and spaces do not matter."),
        required_sentence=_("Enter the code of the recovery sheet."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )
