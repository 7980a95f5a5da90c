"""How a message reaches a phone; which way is a setting, like Django's e-mail back ends."""

import json
import os
import sys
from http.client import HTTPException
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.utils import timezone

from database.apart import is_apart
from forms.phones import displayed

_PATIENCE = 8  # seconds; somebody waits in front of the page


class MessageNotSent(Exception):  # noqa: N818 - the sentence is the name
    """The gateway did not take the message; the text says why, for the operator's log."""


def send_message(phone: str, text: str) -> None:
    """Send a text to a phone, +84…; raises MessageNotSent, as always in an exercise."""
    if is_apart():
        raise MessageNotSent("an exercise sends nothing")
    _WAYS[settings.MESSAGE_GATEWAY](phone, text)


def _to_console(phone: str, text: str) -> None:
    """Print a message where the server prints its errors."""
    print(f"Message to {displayed(phone)}: {text}", file=sys.stderr, flush=True)  # noqa: T201


def _to_file(phone: str, text: str) -> None:
    """Append a message to MESSAGE_FILE, whole even when several processes write at once."""
    message = {"to": phone, "text": text, "at": timezone.now().isoformat()}
    line = json.dumps(message, ensure_ascii=False).encode() + b"\n"
    try:
        settings.MESSAGE_FILE.parent.mkdir(parents=True, exist_ok=True)
        place = os.open(settings.MESSAGE_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(place, line)
        finally:
            os.close(place)
    except OSError as error:
        raise MessageNotSent(str(error)) from error


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would carry the phone number and the token to another place."""

    def redirect_request(self, *args: object) -> None:
        return None


def _to_provider(phone: str, text: str) -> None:
    """Post {"to", "text"} to MESSAGE_URL with MESSAGE_TOKEN; any answer but 2xx is a failure."""
    request = Request(  # noqa: S310 - the scheme is checked when the site starts
        settings.MESSAGE_URL,
        data=json.dumps({"to": phone, "text": text}, ensure_ascii=False).encode(),
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "Authorization": f"Bearer {settings.MESSAGE_TOKEN}",
        },
        method="POST",
    )
    try:
        with build_opener(_NoRedirect).open(request, timeout=_PATIENCE):
            pass
    except (OSError, HTTPException, ValueError) as error:
        raise MessageNotSent(f"{type(error).__name__}: {error}") from error


_WAYS = {"console": _to_console, "file": _to_file, "http": _to_provider}
