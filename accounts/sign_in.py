"""Signing an owner in: a code goes to the phone, and whoever types it has the phone."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from forms.phones import displayed

from .models import Account
from .one_time_codes import CodeNotSent, send_code
from .sources import source_of


class NotAnOwner(Exception):  # noqa: N818 - the sentence is the name
    """The phone belongs to an official, or to an account that was closed."""


def owner_with(phone: str) -> Account:
    """Return the owner of a confirmed phone, new or known; raises NotAnOwner."""
    account = Account.objects.owner_of(phone)
    if account.is_official or not account.is_active:
        raise NotAnOwner
    return account


def sign_in_owner(request: HttpRequest, account: Account) -> None:
    """Begin a session of the owner under a new session key."""
    login(request, account, backend=settings.AUTHENTICATION_BACKENDS[0])


def send_again(request: HttpRequest, phone: str) -> None:
    """Send another code, and say on the next page what came of it."""
    try:
        send_code(phone, source_of(request), timezone.now())
    except CodeNotSent as refusal:
        messages.warning(request, refusal.sentence)
    else:
        sentence = _("We sent a new code to %(phone)s. Only the newest code works.")
        messages.success(request, sentence % {"phone": displayed(phone)})
