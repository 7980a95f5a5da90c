"""The officials' door: e-mail address, password, second step; and a password that was forgotten."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from allauth.account.internal.stagekit import clear_login
from allauth.account.views import (
    LoginView,
    LogoutView,
    PasswordChangeView,
    PasswordResetDoneView,
    PasswordResetFromKeyDoneView,
    PasswordResetFromKeyView,
    PasswordResetView,
)
from allauth.mfa.base.views import AuthenticateView
from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from forms.fields import EmailField, PasswordField

from . import resets, second_factors
from .access import official_required
from .known_browsers import remember_browser
from .limits import Limit
from .models import Account
from .rebuffs import Rebuff, rebuff
from .second_step import PasskeyForm, SecondFactorForm

_PRESENT_PASSWORDS = Limit("present password", 5, timedelta(minutes=5))


class OfficialForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {"login": EmailField(), "password": PasswordField()}


class NewPasswordForm(forms.Form):
    """A password, typed twice."""

    password1 = PasswordField(
        label=_("New password"),
        autocomplete="new-password",
        help_text=lazy(lambda: " ".join(password_validators_help_texts()), str)(),
        required_sentence=_("Enter a new password."),
    )
    password2 = PasswordField(
        label=_("New password once more"),
        autocomplete="new-password",
        required_sentence=_("Enter the new password once more."),
    )

    def __init__(self, *args: Any, user: Account | None = None, **rest: Any) -> None:
        rest.pop("temp_key", None)  # the library's; its view has checked it
        self.user = user
        super().__init__(*args, **rest)

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        new = cleaned.get("password1"), cleaned.get("password2")
        if all(new) and new[0] != new[1]:
            self.add_error("password2", _("Type the same new password twice."))
        return cleaned

    def save(self) -> None:
        get_adapter().set_password(self.user, self.cleaned_data["password1"])


class PasswordForm(NewPasswordForm):
    """A new password in place of the present one."""

    oldpassword = PasswordField(label=_("Present password"))
    field_order = ["oldpassword", "password1", "password2"]

    def clean_oldpassword(self) -> str:
        """Refuse a wrong password, and many of them: the session may be in somebody else's hands."""
        password: str = self.cleaned_data["oldpassword"]
        account = str(self.user.pk if self.user else "")
        if not _PRESENT_PASSWORDS.take(account, timezone.now()):
            rebuff(Rebuff.LIMIT)
            raise forms.ValidationError(_("Too many tries. Wait 5 minutes, then try again."))
        with _PRESENT_PASSWORDS.given_back_when_busy(account):
            is_right = self.user is not None and self.user.check_password(password)
        if not is_right:
            rebuff(Rebuff.WRONG_PASSWORD)
            raise forms.ValidationError(_("This is not your present password."))
        _PRESENT_PASSWORDS.give_back(account)
        return password


class ForgottenForm(forms.Form):
    """The address to which a link for a new password goes; the page tells nothing of who exists."""

    email = EmailField()

    def save(self, request: HttpRequest) -> None:
        """Have a link sent; where too many were asked for, the view looks for the error."""
        if not resets.ask_for_link(request, self.cleaned_data["email"]):
            sentence = _(
                "Too many links were asked for. Try again in an hour, or ask your administrator."
            )
            self.add_error(None, sentence)


class _Refusing:
    """Shows a form again with what to correct, as 422."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)  # type: ignore[attr-defined]


class SignIn(_Refusing, LoginView):
    form_class = OfficialForm


class PasswordChange(_Refusing, PasswordChangeView):
    form_class = PasswordForm


class ForgottenPassword(_Refusing, PasswordResetView):
    form_class = ForgottenForm

    def form_valid(self, form: Any) -> HttpResponse:
        """Say the same to everybody: that a link is on its way, or that it is too many."""
        response: HttpResponse = super().form_valid(form)
        if not form.errors:
            return response
        response = self.form_invalid(form)
        response.status_code, response["Retry-After"] = HTTPStatus.TOO_MANY_REQUESTS, "3600"
        return response


class NewPassword(_Refusing, PasswordResetFromKeyView):
    form_class = NewPasswordForm

    def dispatch(self, request: HttpRequest, *args: Any, **rest: Any) -> HttpResponseBase:
        """Keep the link in a session of a new key: whoever planted the former one has no part in it."""
        response: HttpResponseBase = super().dispatch(request, *args, **rest)
        if request.method == "GET" and response.status_code == HTTPStatus.FOUND:
            request.session.cycle_key()
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        """Let the browser be known to which the link led: wrong passwords elsewhere lock it out no more."""
        response: HttpResponse = super().form_valid(form)
        remember_browser(self.request, response, self.reset_user)
        return response


class SecondStep(AuthenticateView):
    form_class = SecondFactorForm
    webauthn_form_class = PasskeyForm

    def dispatch(self, request: HttpRequest, *args: Any, **rest: Any) -> HttpResponseBase:
        """Begin anew when the second factors were taken away while somebody was at this step."""
        response: HttpResponseBase = super().dispatch(request, *args, **rest)
        if response.headers.get("Location") == resolve_url("account_login"):
            clear_login(request)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:  # noqa: ARG002
        return self.render_to_response(self.get_context_data(), status=422)

    def get_context_data(self, **rest: Any) -> dict[str, Any]:
        """Ask for the passkey in JSON, which our script reads from the form."""
        context: dict[str, Any] = super().get_context_data(**rest)
        return context | {"question": second_factors.question_to(self.stage.login.user)}


login = SignIn.as_view()
logout = LogoutView.as_view()
password_change = official_required(PasswordChange.as_view())
second_step = SecondStep.as_view()
forgotten = ForgottenPassword.as_view()
forgotten_sent = PasswordResetDoneView.as_view()
new_password = NewPassword.as_view()
new_password_done = PasswordResetFromKeyDoneView.as_view()
