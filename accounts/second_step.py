"""The second step: setting it up, showing it, and the recovery codes."""

from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.utils import decrypt, encrypt
from allauth.mfa.webauthn.internal import auth
from cryptography.exceptions import InvalidSignature
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from documents.qr import symbol_on_screen
from documents.responses import file_response
from forms.fields import CodeField, CredentialField, FactorCodeField, PlainTextField
from forms.pages import form_page, form_page_only, own_address, sent

from . import second_factors
from .access import (
    Steps,
    fresh_second_factor_required,
    missing_step,
    official_of,
    password_required,
    set_up_allowed,
)
from .known_browsers import known_browser, login_of
from .models import Account, EventKind
from .open_sessions import end_others
from .rebuffs import Rebuff, rebuff
from .second_factors import FactorRefused
from .sign_in_events import note

_SECRET = "second_factor_secret"  # noqa: S105 - where a session keeps it, encrypted
# What a made-up answer of a passkey makes the library stumble over.
_MADE_UP = (ValueError, TypeError, KeyError, AttributeError, IndexError, InvalidSignature)


class _Shown(forms.Form):
    authenticator: Authenticator

    def __init__(self, *args: Any, user: Account, **rest: Any) -> None:
        self.user = user
        super().__init__(*args, **rest)

    @property
    def browser(self) -> str:
        """The known browser's name; nothing where it is none."""
        return known_browser(context.request, login_of(self.user))

    def accepted(self, authenticator: Authenticator) -> None:
        """Keep what was shown until the form is saved."""
        authenticator.user = self.user
        self.authenticator = authenticator

    def save(self) -> None:
        """Let the session know."""
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
            self.accepted(second_factors.try_code(self.user, code, timezone.now(), self.browser))
        except FactorRefused as refusal:
            rebuff(Rebuff.WRONG_FACTOR)
            note(self.user, EventKind.FACTOR_REFUSED)
            raise forms.ValidationError(refusal.sentence) from refusal
        return code


class PasskeyForm(_Shown):
    credential = CredentialField()

    def clean_credential(self) -> Any:
        """Refuse an answer that is not of a passkey of this account."""
        credential = self.cleaned_data["credential"]
        try:
            second_factors.count_try(self.user, self.browser, timezone.now())
            auth.parse_authentication_response(credential)
            self.accepted(auth.complete_authentication(self.user, credential))
        except (FactorRefused, forms.ValidationError, *_MADE_UP) as error:
            rebuff(Rebuff.WRONG_FACTOR)
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
        error_messages=dict.fromkeys(
            ("required", "not_a_code"), _("Enter the 6 digits that the app shows now.")
        ),
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
    name = PlainTextField(
        max_length=40,
        label=_("Name of the passkey"),
        help_text=_("So that you know it again, for example: my phone, the office computer."),
        required_sentence=_("Enter a name, for example: my phone."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class NewPasskeyForm(PasskeyNameForm):
    """A passkey that a phone, computer or key has just made."""

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


@never_cache
@sensitive_post_parameters("code", "credential")
@form_page_only
@password_required
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask somebody who is signed in for the second step, and lead on to where they were going."""
    account = official_of(request)
    if not account.second_factors().exists():
        return redirect("accounts:set_up")
    code = request.POST if "code" in request.POST else None
    answer = request.POST if request.method == "POST" and code is None else None
    forms = SecondFactorForm(code, user=account), PasskeyForm(answer, user=account)
    for form in forms:
        if form.is_valid():
            form.save()
            request.session.cycle_key()
            address = request.GET.get("next", "")
            return redirect(own_address(request, address, resolve_url("dashboards:home")))
    question = second_factors.question_to(account)
    context = {"form": forms[0], "webauthn_form": forms[1], "question": question}
    status = 422 if request.method == "POST" else 200
    return render(request, "mfa/confirm.html", context, status=status)


@never_cache
@require_safe
@set_up_allowed
def set_up(request: HttpRequest) -> HttpResponse:
    """Let an official choose what the second step shall be."""
    context = {"is_first": not official_of(request).second_factors().exists()}
    return render(request, "mfa/set_up.html", context)


@never_cache
@sensitive_post_parameters("code")
@form_page_only
@set_up_allowed
def set_up_app(request: HttpRequest) -> HttpResponse:
    """Show a secret to an authenticator, and believe it when it gives the right code."""
    secret = _secret(request)
    form = AppForm(sent(request), secret=secret, now=timezone.now())
    if form.is_valid():
        try:
            first = not Steps(request).are_complete
            kept = second_factors.add_app(official_of(request), secret, form.counter, first=first)
        except FactorRefused as refusal:
            return _too_late(request, refusal)
        return _added(request, kept)
    return _app_page(request, form)


@never_cache
@form_page_only
@set_up_allowed
def set_up_passkey(request: HttpRequest) -> HttpResponse:
    """Let a phone, computer or key make a passkey for this account."""
    account = official_of(request)
    form = NewPasskeyForm(sent(request))
    if form.is_valid():
        try:
            kept = second_factors.add_passkey(
                account, **form.cleaned_data, first=not Steps(request).are_complete
            )
        except FactorRefused as refusal:
            return _too_late(request, refusal)
        return _added(request, kept)
    context = {"question": second_factors.question_to_new(account)}
    return form_page(request, "mfa/set_up_passkey.html", form, context)


@never_cache
@form_page_only
@password_required
def codes(request: HttpRequest) -> HttpResponseBase:
    """Show new recovery codes until they are kept somewhere; later only how many are left."""
    steps = Steps(request)
    if not steps.are_complete:
        return missing_step(request) or redirect("dashboards:home")
    if request.method == "POST":
        steps.codes_are_kept()
        return redirect("dashboards:home")
    left = second_factors.recovery_codes(official_of(request))
    shown = left if steps.has_codes_to_keep else []
    return render(request, "mfa/codes.html", {"left": len(left), "codes": shown})


@never_cache
@require_safe
@password_required
def codes_text(request: HttpRequest) -> HttpResponse:
    """Give the recovery codes as a text, as long as they are shown."""
    steps = Steps(request)
    if not (steps.are_complete and steps.has_codes_to_keep):
        raise Http404
    account = official_of(request)
    context = {"account": account, "codes": second_factors.recovery_codes(account)}
    text = render_to_string("mfa/codes.txt", context, request)
    return file_response(text, "text/plain; charset=utf-8", "recovery-codes.txt")


@never_cache
@require_POST
@fresh_second_factor_required
def new_codes(request: HttpRequest) -> HttpResponse:
    account = official_of(request)
    second_factors.make_recovery_codes(account)
    note(account, EventKind.RECOVERY_CODES_MADE)
    end_others(request, account)
    Steps(request).show_codes()
    return redirect("accounts:codes")


def _secret(request: HttpRequest) -> str:
    """Return the secret on offer to this session, the same until it is used."""
    if _SECRET not in request.session:
        request.session[_SECRET] = encrypt(generate_totp_secret())
    return decrypt(request.session[_SECRET])


def _app_page(request: HttpRequest, form: AppForm) -> HttpResponse:
    issuer = settings.SITE_NAME or gettext("Health check-in")
    email = official_of(request).email or ""
    query = urlencode({"secret": form.secret, "issuer": issuer}, quote_via=quote)
    address = f"otpauth://totp/{quote(issuer)}:{quote(email)}?{query}"
    groups = [form.secret[at : at + 4] for at in range(0, len(form.secret), 4)]
    context = {"symbol": symbol_on_screen(address), "groups": groups, "address": address}
    return form_page(request, "mfa/set_up_app.html", form, context)


def _added(request: HttpRequest, kept: Authenticator) -> HttpResponse:
    """Go on with a session that has now shown a second factor; another one ends all other sessions."""
    account = official_of(request)
    request.session.pop(_SECRET, None)
    note(account, EventKind.FACTOR_ADDED, factor=second_factors.name_of(kept))
    steps = Steps(request)
    if steps.are_complete:
        end_others(request, account)
    else:
        record_authentication(request, account, "mfa", id=kept.pk, type=kept.type)
        request.session.cycle_key()
    if not second_factors.recovery_codes(account):
        second_factors.make_recovery_codes(account)
        steps.show_codes()
        return redirect("accounts:codes")
    messages.success(request, _("The second step is set up."))
    return redirect("accounts:security")


def _too_late(request: HttpRequest, refusal: FactorRefused) -> HttpResponse:
    messages.warning(request, refusal.sentence)
    return redirect("accounts:confirm")
