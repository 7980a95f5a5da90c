"""Messages by a provider's plain HTTP interface: one JSON POST for each."""

import json
from http.client import HTTPException
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings

from . import MessageNotSent

_PATIENCE = 8  # seconds; somebody waits in front of the page


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would carry the phone number and the token to another place."""

    def redirect_request(self, *args: object) -> None:
        return None


def send(phone: str, text: str) -> None:
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
