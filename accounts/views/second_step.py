"""Setting up the second step, showing it again, and the recovery codes."""

from urllib.parse import quote, urlencode

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.utils import decrypt, encrypt
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import second_factors, sessions
from accounts.access import (
    fresh_second_factor_required,
    missing_step,
    official_of,
    password_required,
    set_up_allowed,
)
from accounts.forms.factors import AppForm, NewPasskeyForm, PasskeyForm, SecondFactorForm
from accounts.models import EventKind
from accounts.second_factors import FactorRefused
from accounts.sign_in_events import note
from documents.qr import symbol_on_screen

_SECRET = "second_factor_secret"  # noqa: S105 - where a session keeps it, encrypted


@never_cache
@sensitive_post_parameters("code", "credential")
@require_http_methods(["GET", "HEAD", "POST"])
@password_required
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask somebody who is signed in for the second step, and lead on to where they were going."""
    account = official_of(request)
    if not second_factors.of(account).exists():
        return redirect("accounts:set_up")
    code = request.POST if "code" in request.POST else None
    answer = request.POST if request.method == "POST" and code is None else None
    forms = SecondFactorForm(code, user=account), PasskeyForm(answer, user=account)
    for form in forms:
        if form.is_valid():
            form.save()
            request.session.cycle_key()
            return redirect(_onward(request))
    question = second_factors.question_to(account)
    context = {"form": forms[0], "webauthn_form": forms[1], "question": question}
    status = 422 if request.method == "POST" else 200
    return render(request, "mfa/confirm.html", context, status=status)


@never_cache
@require_safe
@set_up_allowed
def set_up(request: HttpRequest) -> HttpResponse:
    """Let an official choose what the second step shall be."""
    context = {"is_first": not second_factors.of(official_of(request)).exists()}
    return render(request, "mfa/set_up.html", context)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@set_up_allowed
def set_up_app(request: HttpRequest) -> HttpResponse:
    """Show a secret to an authenticator, and believe it when it gives the right code."""
    secret = _secret(request)
    typed = request.POST if request.method == "POST" else None
    form = AppForm(typed, secret=secret, now=timezone.now())
    if form.is_valid():
        try:
            first = not sessions.is_full(request)
            kept = second_factors.add_app(official_of(request), secret, form.counter, first=first)
        except FactorRefused as refusal:
            return _too_late(request, refusal)
        return _added(request, kept)
    return _app_page(request, form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@set_up_allowed
def set_up_passkey(request: HttpRequest) -> HttpResponse:
    """Let a phone, computer or key make a passkey for this account."""
    account = official_of(request)
    typed = request.POST if request.method == "POST" else None
    form = NewPasskeyForm(typed)
    if form.is_valid():
        try:
            kept = second_factors.add_passkey(
                account, **form.cleaned_data, first=not sessions.is_full(request)
            )
        except FactorRefused as refusal:
            return _too_late(request, refusal)
        return _added(request, kept)
    context = {"form": form, "question": second_factors.question_to_new(account)}
    return render(request, "mfa/set_up_passkey.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@password_required
def codes(request: HttpRequest) -> HttpResponseBase:
    """Show new recovery codes until they are kept somewhere; later only how many are left."""
    account = official_of(request)
    if not sessions.is_full(request):
        return missing_step(request, account) or redirect("dashboards:home")
    if request.method == "POST":
        sessions.codes_are_kept(request)
        return redirect("dashboards:home")
    left = second_factors.recovery_codes(account)
    shown = left if sessions.has_codes_to_keep(request) else []
    return render(request, "mfa/codes.html", {"left": len(left), "codes": shown})


@never_cache
@require_safe
@password_required
def codes_text(request: HttpRequest) -> HttpResponse:
    """Give the recovery codes as a text, as long as they are shown."""
    if not (sessions.is_full(request) and sessions.has_codes_to_keep(request)):
        raise Http404
    account = official_of(request)
    context = {"account": account, "codes": second_factors.recovery_codes(account)}
    response = render(request, "mfa/codes.txt", context, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    return response


@never_cache
@require_POST
@fresh_second_factor_required
def new_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes and show them once."""
    account = official_of(request)
    second_factors.make_recovery_codes(account)
    note(account, EventKind.RECOVERY_CODES_MADE)
    sessions.show_codes(request)
    return redirect("accounts:codes")


def _secret(request: HttpRequest) -> str:
    """Return the secret on offer to this session, the same until it is used."""
    if _SECRET not in request.session:
        request.session[_SECRET] = encrypt(generate_totp_secret())
    return decrypt(request.session[_SECRET])


def _app_page(request: HttpRequest, form: AppForm) -> HttpResponse:
    issuer = settings.SITE_NAME or _("Health check-in")
    email = official_of(request).email or ""
    query = urlencode({"secret": form.secret, "issuer": issuer}, quote_via=quote)
    address = f"otpauth://totp/{quote(issuer)}:{quote(email)}?{query}"
    groups = [form.secret[at : at + 4] for at in range(0, len(form.secret), 4)]
    symbol = symbol_on_screen(address)
    context = {"form": form, "symbol": symbol, "groups": groups, "address": address}
    return render(request, "mfa/set_up_app.html", context, status=422 if form.is_bound else 200)


def _added(request: HttpRequest, kept: Authenticator) -> HttpResponse:
    """Go on with a session that has now shown a second factor."""
    account = official_of(request)
    request.session.pop(_SECRET, None)
    note(account, EventKind.FACTOR_ADDED, factor=second_factors.name_of(kept))
    if not sessions.is_full(request):
        record_authentication(request, account, "mfa", id=kept.pk, type=kept.type)
        request.session.cycle_key()
    if not second_factors.recovery_codes(account):
        second_factors.make_recovery_codes(account)
        sessions.show_codes(request)
        return redirect("accounts:codes")
    messages.success(request, _("The second step is set up."))
    return redirect("accounts:security")


def _too_late(request: HttpRequest, refusal: FactorRefused) -> HttpResponse:
    messages.warning(request, refusal.sentence)
    return redirect("accounts:confirm")


def _onward(request: HttpRequest) -> str:
    address = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure()):
        return address
    return resolve_url("dashboards:home")
