"""Who may sign in; and what the operator should know before the site opens."""

from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Let every sign-in be noted, whatever was imported before it."""
        from . import open_sessions  # noqa: F401


@register(Tags.security, deploy=True)
def messages_reach_phones(**_rest: Any) -> list[CheckMessage]:
    """Warn when one-time codes are printed or written to a file instead of being sent."""
    if settings.MESSAGE_GATEWAY == "http":
        return []
    hint = "Set MESSAGE_GATEWAY=http, MESSAGE_URL and MESSAGE_TOKEN."
    text = f"MESSAGE_GATEWAY is {settings.MESSAGE_GATEWAY}: one-time codes reach no phone."
    return [Caution(text, hint=hint, id="accounts.W001")]


@register(Tags.security)
def message_address_is_complete(**_rest: Any) -> list[CheckMessage]:
    """Refuse the HTTP gateway without an address it can post to."""
    if settings.MESSAGE_GATEWAY != "http":
        return []
    address = urlsplit(settings.MESSAGE_URL)
    if address.scheme in {"http", "https"} and address.hostname:
        return []
    return [Error("MESSAGE_URL is not an http or https address.", id="accounts.E001")]


@register(Tags.security, deploy=True)
def messages_travel_encrypted(**_rest: Any) -> list[CheckMessage]:
    """Warn when phone numbers and codes would cross a network that anybody may read."""
    address = urlsplit(settings.MESSAGE_URL)
    if address.scheme != "http" or address.hostname in {"localhost", "127.0.0.1", "::1"}:
        return []
    hint = "Name the gateway's https address in MESSAGE_URL."
    text = "MESSAGE_URL is http: phone numbers and one-time codes can be read on the way."
    return [Caution(text, hint=hint, id="accounts.W003")]


@register(Tags.security, deploy=True)
def mail_reaches_officials(**_rest: Any) -> list[CheckMessage]:
    """Warn when invitations and links for new passwords are printed instead of being sent."""
    if settings.EMAIL_URL:
        return []
    hint = "Set EMAIL_URL and EMAIL_FROM; until then hand links over yourself."
    text = "EMAIL_URL is not set: invitations and links for new passwords reach nobody."
    return [Caution(text, hint=hint, id="accounts.W002")]
