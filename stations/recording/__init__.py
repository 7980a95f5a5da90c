"""Taking what a station sent: who it was, which way, and what the door should do."""

from .sent import Answer, Batch, DoorCounts, Result, Said, Sent, Taken, Wanted, Way
from .taking import take

__all__ = [
    "Answer",
    "Batch",
    "DoorCounts",
    "Result",
    "Said",
    "Sent",
    "Taken",
    "Wanted",
    "Way",
    "take",
]
