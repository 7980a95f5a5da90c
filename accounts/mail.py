"""Messages by e-mail: a subject and a text, each a template."""

import logging
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext

from database.apart import is_apart

logger = logging.getLogger(__name__)


def send(name: str, to: str, context: dict[str, Any]) -> bool:
    """Send `<name>_message.txt` to an address in the language of the page; say whether it went.

    An exercise sends nothing.
    """
    if is_apart():
        return False
    words = {"site_name": settings.SITE_NAME or gettext("Health check-in")} | context
    subject, text = (
        render_to_string(f"{name}_{part}.txt", words).strip() for part in ("subject", "message")
    )
    message = EmailMessage(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [to])
    try:
        message.send()
    except (OSError, SMTPException) as error:
        logger.error("e-mail not sent: %s", type(error).__name__)  # noqa: TRY400 - no address in logs
        return False
    return True
