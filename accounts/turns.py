"""Dear work takes turns: a few at once on this machine, whichever process is asked for it."""

import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator
from functools import wraps
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .rebuffs import Rebuff, rebuff

_PAUSE = 0.02  # seconds between two looks for a free place
_FILES_PATIENCE = 10  # seconds
BUSY = _("Many people want this just now. Wait a few seconds, then try again.")
RETRY_AFTER = 3  # seconds


class BusyError(ValidationError):
    """All places are taken, and enough people wait for one; a form says so beside the field."""

    def __init__(self) -> None:
        super().__init__(BUSY)


class TooSlowError(BusyError):
    """The work was begun in its turn, and given up after a time; whoever asked has had a try."""


@contextlib.contextmanager
def turn(work: str, places: int, patience: float, waiting: int = 2) -> Iterator[None]:
    """Hold one of the places for a kind of work; raise BusyError where none gets free in time.

    A place is a lock on a file, which ends with its process, however that ends. Few may wait for
    one, `patience` seconds at most; all others are told at once: who waits holds a thread.
    """
    with contextlib.ExitStack() as held:
        if not (place := _taken(work, places)):
            if chair := _taken(f"{work}-waiting", waiting):
                held.enter_context(chair)
                place = _waited_for(work, places, time.monotonic() + patience)
            if place is None:
                rebuff(Rebuff.BUSY)
                raise BusyError
        held.enter_context(place)
        yield


@contextlib.contextmanager
def file_turn(line: str, whose: object, places: int) -> Iterator[None]:
    """Hold a place for making a file; one account has one file made and one waiting.

    So nobody keeps all others from theirs.
    """
    own = turn(f"{line}-of-{whose}", 1, _FILES_PATIENCE, waiting=1)
    with own, turn(line, places, _FILES_PATIENCE, waiting=4):
        yield


def making_files(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let an official who makes a file to take away wait for a turn."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **rest: Any) -> Any:
        with file_turn("files", request.user.pk, places=1):
            return view(request, *args, **rest)

    return guarded


def _waited_for(work: str, places: int, until: float) -> IO[bytes] | None:
    while time.monotonic() < until:
        time.sleep(_PAUSE)
        if place := _taken(work, places):
            return place
    return None


def _taken(work: str, places: int) -> IO[bytes] | None:
    """Return a free place, which is held until it is closed."""
    folder = settings.TURNS_DIR
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in range(places):
        file = (folder / f"{work}-{number}").open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
        else:
            return file
    return None
