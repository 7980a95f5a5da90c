"""Inviting officials: a link that works once, for seven days, and is kept as a hash only."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from forms.fields import EmailField
from forms.pages import form_page, form_page_only, sent

from . import limits
from .access import View, manager_required, official_of
from .mail import send
from .models import Account, EventKind, Invitation
from .officials import NewPasswordForm
from .people import PersonForm, may_give, person_name_field
from .sign_in_events import note
from .sources import is_led_by_another_site

LIFETIME = timedelta(days=7)
# The same is said of an account and of an invitation in an area one does not see.
_ELSEWHERE = _(
    "This address cannot be invited. If it is a colleague's, ask the administrator of the province."
)
_SHOWN_ONCE = "invitation_link"


class NotInvited(Exception):  # noqa: N818 - the sentence is the name
    """No invitation went out; has the sentence for the person, and perhaps whose account it is."""

    def __init__(self, sentence: str, account: Account | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.account = account


class LinkSpent(Exception):  # noqa: N818 - the sentence is the name
    """The link was used, withdrawn, replaced, or is too old; or never was one."""


class AddressTaken(Exception):  # noqa: N818 - the sentence is the name
    """The invited address got an account in another way meanwhile."""


class InvitationForm(PersonForm):
    email = EmailField(
        widget=forms.TextInput(
            attrs={"type": "email", "autocomplete": "off", "spellcheck": "false"}
        ),
        required_sentence=_("Enter the e-mail address of the person."),
        help_text=_("The link goes there. Later the person signs in with this address."),
    )
    field_order = ["email"]


class AcceptForm(NewPasswordForm):
    name = person_name_field()
    field_order = ["name"]


@never_cache
@form_page_only
@manager_required
def invite(request: HttpRequest) -> HttpResponse:
    account = official_of(request)
    form, person = InvitationForm(sent(request), account=account), None
    if form.is_valid():
        try:
            return _sent_page(request, *make_invitation(account, form.cleaned_data, timezone.now()))
        except NotInvited as refusal:
            form.add_error("email", refusal.sentence)
            person = refusal.account
    return form_page(request, "accounts/invite.html", form, {"found": person})


@never_cache
@require_safe
@manager_required
def invited(request: HttpRequest) -> HttpResponse:
    """Show the link of a new invitation once, to hand it over."""
    shown = None if is_led_by_another_site(request) else request.session.pop(_SHOWN_ONCE, None)
    if shown is None:
        return redirect("accounts:people")
    return render(request, "accounts/invited.html", shown)


def invitation_required(view: View) -> View:
    """Give the view the waiting invitation of its address, if the official could have sent it."""

    @manager_required
    @wraps(view)
    def guarded(request: HttpRequest, invitation: int) -> HttpResponseBase:
        account = official_of(request)
        waiting = Invitation.objects.waiting().visible_to(account)
        theirs = get_object_or_404(waiting.select_related("area__parent"), pk=invitation)
        if not may_give(account, theirs.role, theirs.area):
            raise Http404
        return view(request, theirs)

    return guarded


@never_cache
@require_POST
@invitation_required
def send_again(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Send an invitation with a new link; the one before works no more."""
    try:
        link = renew_link(invitation, official_of(request), timezone.now())
    except LinkSpent as error:
        raise Http404 from error
    return _sent_page(request, invitation, link)


@never_cache
@require_POST
@invitation_required
def withdraw(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    kept = Invitation.objects.waiting().filter(pk=invitation.pk)
    kept.update(withdrawn_at=timezone.now())
    messages.success(
        request, _("The invitation of %(person)s is withdrawn.") % {"person": invitation.name}
    )
    return redirect("accounts:people")


@never_cache
@sensitive_post_parameters("password1", "password2")
@form_page_only
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever has the link choose a password; the second step comes next."""
    now = timezone.now()
    try:
        invitation = opened_by(token, now)
        invited_as = Account(email=invitation.email, name=invitation.name, area=invitation.area)
        form = AcceptForm(sent(request), initial={"name": invitation.name}, user=invited_as)
        if form.is_valid():
            name, password = form.cleaned_data["name"], form.cleaned_data["password1"]
            return _enter(request, join(token, name, password, now))
    except LinkSpent:
        return render(request, "accounts/link_spent.html", status=410)
    except AddressTaken:
        form.add_error(None, _("This address has an account already. Sign in instead."))
    return form_page(request, "accounts/accept.html", form, {"sent": invitation})


def make_invitation(
    account: Account, details: dict[str, Any], now: datetime
) -> tuple[Invitation, str]:
    """Invite somebody; return the invitation and its link. Raises NotInvited."""
    # A whole province may be invited on its first day.
    if limits.count("invitation", str(account.pk), timedelta(days=1), now) > 100:
        raise NotInvited(gettext("You sent too many invitations today. Go on tomorrow."))
    _refuse_who_is_here(account, details["email"], now)
    link, kept = _new_link()
    times = {"sent_at": now, "expires_at": now + LIFETIME}
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                invited_by=account, link_hash=kept, **details, **times
            )
    except IntegrityError as error:
        raise NotInvited(str(_ELSEWHERE)) from error
    return invitation, link


def renew_link(invitation: Invitation, account: Account, now: datetime) -> str:
    """Make a new link; the one before is dead. Raises LinkSpent."""
    link, kept = _new_link()
    renewed = Invitation.objects.waiting().filter(pk=invitation.pk)
    changes = {"link_hash": kept, "sent_at": now, "expires_at": now + LIFETIME}
    if not renewed.update(invited_by=account, **changes):
        raise LinkSpent
    return link


def opened_by(token: str, now: datetime, *, lock: bool = False) -> Invitation:
    """Return the invitation a link opens; raises LinkSpent."""
    waiting = Invitation.objects.waiting().select_related("area__parent", "invited_by__area")
    if lock:
        waiting = waiting.select_for_update(of=("self",))
    invitation = waiting.filter(link_hash=_hash(token)).first()
    if invitation is None or invitation.is_old(now):
        raise LinkSpent
    # Who was closed, or moved, or is no administrator any more, makes no accounts.
    if not may_give(invitation.invited_by, invitation.role, invitation.area):
        raise LinkSpent
    return invitation


@transaction.atomic
def join(token: str, name: str, password: str, now: datetime) -> Account:
    """Make the account of whoever has the link; raises LinkSpent, AddressTaken."""
    invitation = opened_by(token, now, lock=True)
    details = {"role": invitation.role, "area": invitation.area, "name": name}
    try:
        with transaction.atomic():
            account = Account.objects.create_official(invitation.email, password, **details)
    except IntegrityError as error:
        raise AddressTaken from error
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    note(account, EventKind.JOINED, by=invitation.invited_by)
    return account


def _refuse_who_is_here(account: Account, email: str, now: datetime) -> None:
    """Refuse an address that has an account or invitation; say whose only within the own area."""
    if person := Account.objects.visible_to(account).filter(email=email).first():
        raise NotInvited(gettext("%(person)s has an account already.") % {"person": person}, person)
    if Account.objects.filter(email=email).exists():
        raise NotInvited(str(_ELSEWHERE))
    waiting = Invitation.objects.waiting().filter(email=email)
    waiting.filter(expires_at__lte=now).update(withdrawn_at=now)
    if waiting.visible_to(account).exists():
        raise NotInvited(gettext("This address is invited already. Send that invitation again."))


def _new_link() -> tuple[str, bytes]:
    token = secrets.token_urlsafe(32)
    return f"{settings.SITE_ADDRESS}{resolve_url('accounts:accept', token=token)}", _hash(token)


def _hash(token: str) -> bytes:
    message = f"invitation|{token}".encode(errors="replace")
    return hmac.digest(settings.HASH_KEY.encode(), message, hashlib.sha256)


def _sent_page(request: HttpRequest, invitation: Invitation, link: str) -> HttpResponse:
    context = {"sent": invitation, "link": link}
    went = send("accounts/mail/invitation", invitation.email, context)
    shown = {"link": link, "name": invitation.name, "email": invitation.email, "went": went}
    request.session[_SHOWN_ONCE] = shown
    return redirect("accounts:invited")


def _enter(request: HttpRequest, account: Account) -> HttpResponse:
    """Sign the new official in as far as the password goes."""
    login(request, account, backend=settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, account, "password", email=account.email)
    return redirect("accounts:set_up")
