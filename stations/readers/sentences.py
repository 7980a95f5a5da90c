"""What the person on duty does about a code that says nothing of anybody."""

from .cards import Refusal


def sentence(refusal: Refusal) -> str:
    """Say what to do."""
    return str(refusal)
