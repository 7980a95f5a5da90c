"""The officials' door: e-mail address, password, and room for a second factor."""

from typing import Any

from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from allauth.mfa.base.views import AuthenticateView
from django.forms import BaseForm
from django.http import HttpResponse

from .access import official_required
from .forms import OfficialForm, PasswordForm, SecondFactorForm


class SignIn(LoginView):
    form_class = OfficialForm

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class PasswordChange(PasswordChangeView):
    form_class = PasswordForm

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class SecondFactor(AuthenticateView):
    form_class = SecondFactorForm

    def form_invalid(self, form: Any) -> HttpResponse:  # noqa: ARG002
        return self.render_to_response(self.get_context_data(), status=422)


login = SignIn.as_view()
logout = LogoutView.as_view()
password_change = official_required(PasswordChange.as_view())
second_factor = SecondFactor.as_view()
