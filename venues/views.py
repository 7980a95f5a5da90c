"""The owner's pages: registering a venue, its poster, and what may be changed later."""

from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import account_of, owner_required
from accounts.one_time_codes import CodeCheck, CodeNotSent, ensure_code, try_code
from accounts.owners import CodeForm, NotAnOwner, owner_with, send_again, sign_in_owner
from accounts.sources import source_of
from forms.phones import displayed

from .access import open_venue_of_owner_required, venue_required
from .forms import DetailsForm, RegistrationForm
from .models import Poster, Venue
from .print_outs import print_out
from .register import CommuneGone, close_venue, make_venue, registered, replace_poster
from .registrations import Registration

_KEPT = "registration"  # waits in the session for its code
_NONCE = "registration_nonce"
page = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@page
def register(request: HttpRequest) -> HttpResponse:
    """Take what a venue is, and send a code to its phone; an owner's own phone needs none."""
    kept, account = Registration.kept(request.session.get(_KEPT)), account_of(request)
    if request.method != "POST":
        if account:
            request.session[_NONCE] = uuid4().hex
        form = RegistrationForm(initial=RegistrationForm.shown(kept, account))
        return render(request, "venues/register.html", {"form": form})
    form = RegistrationForm(request.POST)
    if not form.is_valid():
        return render(request, "venues/register.html", {"form": form}, status=422)
    nonce = kept.nonce if kept else request.session.get(_NONCE, "")
    registration = Registration.of(form.cleaned_data, nonce)
    if account and not account.is_official and account.phone == registration.phone:
        return _made(request, make_venue(registration, account, timezone.now()))
    return _to_confirm(request, form, registration)


@never_cache
@sensitive_post_parameters("code")
@page
def confirm(request: HttpRequest) -> HttpResponse:
    """Take the code; the right one makes the venue and signs its owner in."""
    kept = Registration.kept(request.session.get(_KEPT))
    if kept is None:
        return _nothing_to_confirm(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (venue := _confirmed(form, kept)):
        sign_in_owner(request, venue.owner)
        return _made(request, venue)
    context = {"form": form, "registration": kept, "phone": displayed(kept.phone)}
    return render(request, "venues/confirm.html", context, status=422 if form.errors else 200)


@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    """Send another code to the phone of the registration."""
    if kept := Registration.kept(request.session.get(_KEPT)):
        send_again(request, kept.phone)
    return redirect("venues:confirm")


@never_cache
@require_safe
@owner_required
def listed(request: HttpRequest) -> HttpResponse:
    """Show the owner's venues, open ones first."""
    account = account_of(request)
    assert account is not None  # noqa: S101 - owner_required saw to it
    newest_first = Prefetch("posters", Poster.objects.order_by("-number"))
    own = Venue.objects.visible_to(account).select_related("commune__parent")
    venues = own.prefetch_related(newest_first).order_by("-closed_at", "name", "pk")
    return render(request, "venues/listed.html", {"venues": venues})


@require_safe
@venue_required
def poster(request: HttpRequest, venue: Venue, poster: Poster, suffix: str) -> HttpResponseBase:
    """Hand out the poster for printing."""
    return print_out(request, venue, poster, suffix)


@never_cache
@page
@open_venue_of_owner_required
def edit(request: HttpRequest, venue: Venue, poster: Poster) -> HttpResponse:
    """Change the address and whom to call."""
    data = request.POST if request.method == "POST" else None
    form = DetailsForm(data, initial=DetailsForm.shown(venue))
    if form.is_valid():
        form.save(venue)
        messages.success(request, _("Your changes are saved."))
        return redirect("venues:venue", code=poster.code)
    context = {"form": form, "venue": venue, "poster": poster}
    return render(request, "venues/edit.html", context, status=422 if form.is_bound else 200)


@never_cache
@page
@open_venue_of_owner_required
def replace(request: HttpRequest, venue: Venue, poster: Poster) -> HttpResponse:
    """Say what a new poster means, then issue it."""
    if request.method == "POST":
        issued = replace_poster(poster, timezone.now())
        messages.success(request, _("Here is your new poster. Print it and take the old one down."))
        return redirect("venues:venue", code=issued.code)
    return render(request, "venues/replace.html", {"venue": venue, "poster": poster})


@never_cache
@page
@open_venue_of_owner_required
def close(request: HttpRequest, venue: Venue, poster: Poster) -> HttpResponse:
    """Say what closing means, then close the venue."""
    if request.method == "POST":
        close_venue(venue, timezone.now())
        messages.success(request, _("The venue is closed. You can take the poster down."))
        return redirect("venues:venue", code=poster.code)
    return render(request, "venues/close.html", {"venue": venue, "poster": poster})


def _to_confirm(
    request: HttpRequest, form: RegistrationForm, registration: Registration
) -> HttpResponse:
    try:
        ensure_code(registration.phone, source_of(request), timezone.now())
    except CodeNotSent as refusal:
        form.add_error(None, refusal.sentence)
        return refusal.on(render(request, "venues/register.html", {"form": form}))
    request.session[_KEPT] = registration.stored()
    return redirect("venues:confirm")


def _nothing_to_confirm(request: HttpRequest) -> HttpResponse:
    """Lead on: the form was sent twice and the first time counted, or there never was one."""
    if account_of(request):
        return redirect("venues:listed")
    if request.method != "POST":
        return redirect("venues:register")
    messages.info(request, _("Is your venue registered already? Sign in with its phone."))
    return redirect("accounts:sign_in")


def _confirmed(form: CodeForm, kept: Registration) -> Venue | None:
    """Return the venue if the code is right, or was right when the form was sent before."""
    now = timezone.now()
    try:
        with transaction.atomic():
            answer = try_code(kept.phone, form.cleaned_data["code"], now)
            if answer is CodeCheck.RIGHT:
                return make_venue(kept, owner_with(kept.phone), now)
    except NotAnOwner:
        sentence = _("You cannot register with this phone. Please call %(hotline)s.")
        form.add_error(None, sentence % {"hotline": settings.HOTLINE})
        return None
    except CommuneGone:
        form.add_error(
            None, _("The communes have changed. Go back to the form and choose yours again.")
        )
        return None
    if answer is CodeCheck.SPENT and (venue := registered(kept)):
        return venue
    form.refuse(answer)
    return None


def _made(request: HttpRequest, venue: Venue) -> HttpResponse:
    request.session.pop(_KEPT, None)
    messages.success(request, _("Your venue is registered. Print the poster and put it up."))
    return redirect("venues:venue", code=venue.posters.latest("number").code)
