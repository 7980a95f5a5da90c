"""Which side something runs on: what is real, or an exercise with invented people."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_apart: ContextVar[bool] = ContextVar("apart", default=False)


def is_apart() -> bool:
    """Whether what runs now works on an exercise's tables."""
    return _apart.get()


@contextmanager
def marked_apart() -> Iterator[None]:
    """Let everything within know that it is an exercise."""
    before = _apart.set(True)
    try:
        yield
    finally:
        _apart.reset(before)
