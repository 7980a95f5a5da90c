"""Messages on the terminal, for trying the site out."""

import sys

from forms.phones import displayed


def send(phone: str, text: str) -> None:
    """Print a message where the server prints its errors."""
    print(f"Message to {displayed(phone)}: {text}", file=sys.stderr, flush=True)  # noqa: T201
