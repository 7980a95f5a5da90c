"""How a message reaches a phone; which way is a setting, like Django's e-mail back ends."""

from importlib import import_module

from django.conf import settings

from database.apart import is_apart


class MessageNotSent(Exception):  # noqa: N818 - the sentence is the name
    """The gateway did not take the message; the text says why, for the operator's log."""


def send_message(phone: str, text: str) -> None:
    """Send a text to a phone, +84…; raises MessageNotSent, as always in an exercise."""
    if is_apart():
        raise MessageNotSent("an exercise sends nothing")
    import_module(f"{__name__}.{settings.MESSAGE_GATEWAY}").send(phone, text)
