"""The officials' door: e-mail address, password, second step; and a password that was forgotten."""

from typing import Any

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
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url

from accounts import second_factors
from accounts.access import official_required
from accounts.forms.factors import PasskeyForm, SecondFactorForm
from accounts.forms.officials import ForgottenForm, NewPasswordForm, OfficialForm, PasswordForm


class _Refusing:
    """Shows a form again with what to correct, as 422."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)  # type: ignore[attr-defined]


class SignIn(_Refusing, LoginView):
    form_class = OfficialForm


class PasswordChange(_Refusing, PasswordChangeView):
    form_class = PasswordForm


class Forgotten(_Refusing, PasswordResetView):
    form_class = ForgottenForm


class NewPassword(_Refusing, PasswordResetFromKeyView):
    form_class = NewPasswordForm


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
forgotten = Forgotten.as_view()
forgotten_sent = PasswordResetDoneView.as_view()
new_password = NewPassword.as_view()
new_password_done = PasswordResetFromKeyDoneView.as_view()
