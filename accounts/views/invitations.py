"""Inviting officials, and the page where they accept."""

from collections.abc import Callable
from functools import wraps

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import invitations
from accounts.access import manager_required, official_of
from accounts.forms.people import AcceptForm, InvitationForm
from accounts.invitations import AddressTaken, LinkSpent, NotInvited
from accounts.models import Account, Invitation
from accounts.people import may_give

_SHOWN_ONCE = "invitation_link"
View = Callable[..., HttpResponseBase]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody to become an official of the own area."""
    account = official_of(request)
    typed = request.POST if request.method == "POST" else None
    form, found = InvitationForm(typed, account=account), None
    if form.is_valid():
        try:
            return _sent(request, *invitations.invite(account, form.cleaned_data, timezone.now()))
        except NotInvited as refusal:
            form.add_error("email", refusal.sentence)
            found = refusal.account
    context = {"form": form, "found": found}
    return render(request, "accounts/invite.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_safe
@manager_required
def invited(request: HttpRequest) -> HttpResponse:
    """Show the link of a new invitation once, to hand it over."""
    shown = request.session.pop(_SHOWN_ONCE, None)
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
        found = waiting.select_related("area__parent").filter(pk=invitation).first()
        if found is None or not may_give(account, found.role, found.area):
            raise Http404
        return view(request, found)

    return guarded


@never_cache
@require_POST
@invitation_required
def send_again(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Send an invitation with a new link; the one before works no more."""
    try:
        link = invitations.send_again(invitation, official_of(request), timezone.now())
    except LinkSpent as error:
        raise Http404 from error
    return _sent(request, invitation, link)


@never_cache
@require_POST
@invitation_required
def withdraw(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Let the link of an invitation work no more."""
    invitations.withdraw(invitation, timezone.now())
    messages.success(
        request, _("The invitation of %(person)s is withdrawn.") % {"person": invitation.name}
    )
    return redirect("accounts:people")


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever has the link choose a password; the second step comes next."""
    now, typed = timezone.now(), request.POST if request.method == "POST" else None
    try:
        invitation = invitations.behind(token, now)
        form = AcceptForm(typed, initial={"name": invitation.name})
        if form.is_valid():
            name, password = form.cleaned_data["name"], form.cleaned_data["password1"]
            return _enter(request, invitations.accept(token, name, password, now))
    except LinkSpent:
        return render(request, "accounts/link_spent.html", status=410)
    except AddressTaken:
        form.add_error(None, _("This address has an account already. Sign in instead."))
    context = {"form": form, "sent": invitation}
    return render(request, "accounts/accept.html", context, status=422 if form.is_bound else 200)


def _sent(request: HttpRequest, invitation: Invitation, link: str) -> HttpResponse:
    went = invitations.send_link(invitation, link)
    shown = {"link": link, "name": invitation.name, "email": invitation.email, "went": went}
    request.session[_SHOWN_ONCE] = shown
    return redirect("accounts:invited")


def _enter(request: HttpRequest, account: Account) -> HttpResponse:
    """Sign the new official in as far as the password goes."""
    login(request, account, backend=settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, account, "password", email=account.email)
    return redirect("accounts:set_up")
