"""A link for a new password: asked for by anybody, sent by a worker to whoever has an account.

The page does the same for every address, in the same time: it counts, and puts a job into the queue.
"""

from datetime import timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from procrastinate.contrib.django import app

from .known_browsers import known_browser
from .limits import Limit
from .mail import send
from .models import Account, EventKind, SignInEvent
from .sources import device_of, network_of, source_of

TASK = "send_reset_link"
_HOUR = timedelta(hours=1)
# Mail to an address is limited also where it has no account: nobody is flooded through us.
_OF_AN_ADDRESS, _OF_A_SOURCE = Limit("reset of", 3, _HOUR), Limit("reset from", 20, _HOUR)


def ask_for_link(request: HttpRequest, email: str) -> bool:
    """Have a link sent if there is an account; False where too many were asked for."""
    now, source = timezone.now(), source_of(request)
    browser = known_browser(request, email)
    if not browser and not _OF_A_SOURCE.take(source, now):
        return False
    if not _OF_AN_ADDRESS.take(f"{email}|{browser}", now):
        return False
    # Somebody waits for it, and the worker does one job after another.
    app.configure_task(TASK, priority=1).defer(
        email=email,
        language=translation.get_language() or "vi",
        device=device_of(request.headers.get("User-Agent", "")),
        network=network_of(request),
    )
    return True


@app.task(name=TASK)
def send_reset_link(**asked: str) -> None:
    """Answer what was asked for, in the worker."""
    try:
        answer(**asked)
    finally:
        connection.close()


def answer(email: str, language: str, device: str, network: str) -> None:
    """Send the link, or say that there is no account; both to the address that was typed."""
    with translation.override(language):
        account = Account.objects.officials().filter(email=email, is_active=True).first()
        if account is None:
            send("accounts/mail/unknown", email, {})
            return
        send_link(account)
        SignInEvent.objects.create(
            account=account,
            kind=EventKind.RESET_ASKED,
            at=timezone.now(),
            device=device,
            network=network,
        )


def send_link(account: Account) -> None:
    """Send an account a link that lets it choose a new password: once, within an hour."""
    key, token = user_pk_to_url_str(account), default_token_generator.make_token(account)
    path = resolve_url("account_reset_password_from_key", uidb36=key, key=token)
    context = {"password_reset_url": f"{settings.SITE_ADDRESS}{path}"}
    send("account/email/password_reset_key", account.email or "", context)
