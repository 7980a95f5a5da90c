"""What came to people's phones during a test."""

import json
import re

from django.conf import settings


def received(phone: str = "") -> list[str]:
    """Return the texts sent to a phone (+84…), or to all, oldest first."""
    if not settings.MESSAGE_FILE.exists():
        return []
    sent = [json.loads(line) for line in settings.MESSAGE_FILE.read_text().splitlines()]
    return [message["text"] for message in sent if phone in ("", message["to"])]


def newest_code(phone: str = "") -> str:
    """Return the six digits of the newest message."""
    return re.search(r"\b\d{6}\b", received(phone)[-1])[0]


def wrong_code(phone: str = "") -> str:
    """Return six digits that are not those of the newest message."""
    return f"{(int(newest_code(phone)) + 1) % 10**6:06}"
