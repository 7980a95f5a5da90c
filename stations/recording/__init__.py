"""Taking what a station sent: who it was, which way, and what the door should do."""

from .answered import Answer, DoorCounts, Result, Taken
from .claims import Wanted
from .sent import Batch, Said, Sent, Way
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
