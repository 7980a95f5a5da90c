"""The owners' door: a phone, and the code that comes to it; whoever types it has the phone."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from forms.fields import CodeField, MobileField, PhoneField, ToldCodeField
from forms.pages import form_page, form_page_only, own_address, sent
from forms.phones import displayed

from .access import account_of
from .models import Account, EventKind
from .one_time_codes import (
    Asking,
    CodeCheck,
    CodeNotSent,
    CodePurpose,
    ensure_code,
    send_code,
    told_asking,
    try_code,
)
from .rebuffs import Rebuff, rebuff
from .sign_in_events import note
from .sources import source_of

_WAITING = "signing_in"
_REFUSALS = {
    CodeCheck.WRONG: _(
        "This is not the code that was sent for this page. If several messages came, try the others."
    ),
    CodeCheck.SPENT: _("This code no longer works. Ask for a new one."),
    CodeCheck.TOO_MANY: _("Too many tries. Wait 10 minutes, then try again."),
}


class NotAnOwner(Exception):  # noqa: N818 - the sentence is the name
    """The phone belongs to an official, or to an account that was closed."""


class PhoneForm(forms.Form):
    phone = MobileField(
        help_text=_("We send a code with 6 digits to this phone."),
        error_messages={
            "no_messages": _(
                "A code goes to Vietnamese mobile phones only. If this is the phone of your venue, "
                "take the way for landlines below."
            )
        },
    )


class CodeForm(forms.Form):
    code = CodeField(label=_("Code from the message"))

    def refuse(self, answer: CodeCheck) -> None:
        """Say beside the field why the digits do not open the door."""
        rebuff(Rebuff.LIMIT if answer is CodeCheck.TOO_MANY else Rebuff.WRONG_CODE)
        self.add_error("code", self.refusal(answer))

    def refusal(self, answer: CodeCheck) -> Any:
        return _REFUSALS[answer]


class LandlineForm(CodeForm):
    """A landline whose owner was told a code by an official."""

    phone = PhoneField(help_text=_("The number with which your venue is registered."))
    code = ToldCodeField(label=_("Code that the official told you"))

    field_order = ["phone", "code"]

    def refusal(self, answer: CodeCheck) -> Any:
        """Say the same whether a code is out or not: anybody can try any number here."""
        if answer is CodeCheck.TOO_MANY:
            return super().refusal(answer)
        return _("This is not the code, or it works no longer. Ask the official for a new one.")


@never_cache
@form_page_only
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the phone and send a code to it, whether it has an account or not."""
    if account_of(request):
        address = request.GET.get("next", "")
        return redirect(own_address(request, address, resolve_url("venues:listed")))
    form = PhoneForm(sent(request))
    if not form.is_valid():
        return form_page(request, "accounts/sign_in.html", form)
    phone = form.cleaned_data["phone"]
    try:
        ensure_code(Asking.of(request, phone, CodePurpose.SIGN_IN), timezone.now())
    except CodeNotSent as refusal:
        form.add_error(None, refusal.sentence)
        return refusal.on(render(request, "accounts/sign_in.html", {"form": form}))
    request.session[_WAITING] = {"phone": phone, "next": request.GET.get("next", "")}
    return redirect("accounts:sign_in_code")


@never_cache
@sensitive_post_parameters("code")
@form_page_only
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; the right one opens the own venues."""
    waiting = request.session.get(_WAITING)
    if not waiting or account_of(request):
        return redirect("accounts:sign_in")
    form = CodeForm(sent(request))
    if form.is_valid():
        asking = Asking.of(request, waiting["phone"], CodePurpose.SIGN_IN)
        answer = try_code(asking, form.cleaned_data["code"], timezone.now())
        if answer is CodeCheck.RIGHT:
            return _enter(request, form, waiting)
        form.refuse(answer)
    return _code_page(request, form, waiting)


@never_cache
@sensitive_post_parameters("code")
@form_page_only
def sign_in_landline(request: HttpRequest) -> HttpResponse:
    """Take the code of a landline, which an official told its owner: no message reaches it."""
    if account_of(request):
        return redirect("venues:listed")
    form = LandlineForm(sent(request))
    if form.is_valid():
        account = _owner_of_landline(request, form)
        if account is not None:
            sign_in_owner(request, account)
            return redirect("venues:listed")
    context = {"hotline": settings.HOTLINE}
    return form_page(request, "accounts/sign_in_landline.html", form, context)


@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    if waiting := request.session.get(_WAITING):
        send_again(request, waiting["phone"], CodePurpose.SIGN_IN)
    return redirect("accounts:sign_in_code")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("home")


def owner_with(phone: str) -> Account:
    """Return the owner of a confirmed phone, new or known; raises NotAnOwner."""
    account = Account.objects.owner_of(phone)
    if account.is_official or not account.is_active:
        raise NotAnOwner
    return account


def sign_in_owner(request: HttpRequest, account: Account) -> None:
    """Begin a session of the owner under a new session key, and write it down."""
    login(request, account, backend=settings.AUTHENTICATION_BACKENDS[0])
    note(account, EventKind.SIGNED_IN)


def send_again(request: HttpRequest, phone: str, purpose: CodePurpose) -> None:
    """Send another code, and say on the next page what came of it."""
    try:
        send_code(Asking.of(request, phone, purpose), timezone.now())
    except CodeNotSent as refusal:
        if refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
            rebuff(Rebuff.LIMIT)  # the answer leads on, so that nobody else counts it
        messages.warning(request, refusal.sentence)
    else:
        sentence = _("We sent a new code to %(phone)s. Only the newest code works.")
        messages.success(request, sentence % {"phone": displayed(phone)})


def _owner_of_landline(request: HttpRequest, form: LandlineForm) -> Account | None:
    """Return the owner whom the typed code lets in, or say in the form why it lets in nobody."""
    phone, code = form.cleaned_data["phone"], form.cleaned_data["code"]
    answer = try_code(told_asking(phone, source_of(request)), code, timezone.now())
    try:
        if answer is CodeCheck.RIGHT:
            return owner_with(phone)
        form.refuse(answer)
    except NotAnOwner:
        _refuse_phone(form)
    return None


def _enter(request: HttpRequest, form: CodeForm, waiting: dict[str, str]) -> HttpResponse:
    try:
        account = owner_with(waiting["phone"])
    except NotAnOwner:
        _refuse_phone(form)
        return _code_page(request, form, waiting)
    sign_in_owner(request, account)
    request.session.pop(_WAITING, None)
    return redirect(own_address(request, waiting["next"], resolve_url("venues:listed")))


def _refuse_phone(form: CodeForm) -> None:
    sentence = _("You cannot sign in with this phone. Please call %(hotline)s.")
    form.add_error(None, sentence % {"hotline": settings.HOTLINE})


def _code_page(request: HttpRequest, form: CodeForm, waiting: dict[str, str]) -> HttpResponse:
    context = {"phone": displayed(waiting["phone"])}
    return form_page(request, "accounts/sign_in_code.html", form, context)
