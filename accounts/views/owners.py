"""The owners' door: a phone, and the code that comes to it."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import account_of
from accounts.forms import CodeForm, LandlineForm, PhoneForm
from accounts.models import Account
from accounts.one_time_codes import Answer, CodeNotSent, ensure_code, try_code
from accounts.sign_in import NotAnOwner, owner_with, send_again, sign_in_owner
from accounts.sources import source_of
from forms.phones import displayed

_WAITING = "signing_in"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the phone and send a code to it, whether it has an account or not."""
    if account_of(request):
        return redirect(_onward(request, request.GET.get("next", "")))
    form = PhoneForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "accounts/sign_in.html", {"form": form}, status=status)
    phone = form.cleaned_data["phone"]
    try:
        ensure_code(phone, source_of(request), timezone.now())
    except CodeNotSent as refusal:
        form.add_error(None, refusal.sentence)
        return refusal.on(render(request, "accounts/sign_in.html", {"form": form}))
    request.session[_WAITING] = {"phone": phone, "next": request.GET.get("next", "")}
    return redirect("accounts:sign_in_code")


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; the right one opens the own venues."""
    waiting = request.session.get(_WAITING)
    if not waiting or account_of(request):
        return redirect("accounts:sign_in")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        answer = try_code(waiting["phone"], form.cleaned_data["code"], timezone.now())
        if answer is Answer.RIGHT:
            return _enter(request, form, waiting)
        form.refuse(answer)
    return _code_page(request, form, waiting)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_landline(request: HttpRequest) -> HttpResponse:
    """Take the code of a landline, which an official told its owner: no message reaches it."""
    if account_of(request):
        return redirect("venues:listed")
    form = LandlineForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        account = _owner_of_landline(form)
        if account is not None:
            sign_in_owner(request, account)
            return redirect("venues:listed")
    context = {"form": form, "hotline": settings.HOTLINE}
    status = 422 if form.errors else 200
    return render(request, "accounts/sign_in_landline.html", context, status=status)


@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    """Send another code to the same phone."""
    if waiting := request.session.get(_WAITING):
        send_again(request, waiting["phone"])
    return redirect("accounts:sign_in_code")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("home")


def _owner_of_landline(form: LandlineForm) -> Account | None:
    """Return the owner whom the typed code lets in, or say in the form why it lets in nobody."""
    phone, code = form.cleaned_data["phone"], form.cleaned_data["code"]
    answer = try_code(phone, code, timezone.now())
    try:
        if answer is Answer.RIGHT:
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
    return redirect(_onward(request, waiting["next"]))


def _refuse_phone(form: CodeForm) -> None:
    sentence = _("You cannot sign in with this phone. Please call %(hotline)s.")
    form.add_error(None, sentence % {"hotline": settings.HOTLINE})


def _code_page(request: HttpRequest, form: CodeForm, waiting: dict[str, str]) -> HttpResponse:
    context = {"form": form, "phone": displayed(waiting["phone"])}
    status = 422 if form.errors else 200
    return render(request, "accounts/sign_in_code.html", context, status=status)


def _onward(request: HttpRequest, address: str) -> str:
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure()):
        return address
    return resolve_url("venues:listed")
