"""Messages as lines of JSON in a file that its owner alone can read."""

import json
import os

from django.conf import settings
from django.utils import timezone

from . import MessageNotSent


def send(phone: str, text: str) -> None:
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
