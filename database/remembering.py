"""Answers remembered for a moment, for questions that every request asks of the database."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Generic, ParamSpec, TypeVar, cast

from .apart import is_apart

P = ParamSpec("P")
R = TypeVar("R")


class Remembering(Generic[P, R]):
    """A function that answers again what it answered lately; the interface of functools.cache."""

    def __init__(self, function: Callable[P, R], seconds: float, most: int) -> None:
        wraps(function)(self)
        self.function, self.seconds, self.most = function, seconds, most
        self.answers: dict[object, tuple[float, R]] = {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if is_apart():  # what a drill finds is told to nobody else
            return self.function(*args, **kwargs)
        question, now = (args, tuple(kwargs.items())), time.monotonic()
        until, answer = self.answers.get(question, (0.0, None))
        if until > now:
            return cast("R", answer)
        if len(self.answers) >= self.most:
            self.answers.clear()
        answer = self.function(*args, **kwargs)
        self.answers[question] = (now + self.seconds, answer)
        return answer

    def cache_clear(self) -> None:
        """Forget every answer, as after the database changed."""
        self.answers.clear()


def remembered(
    *, seconds: float, most: int = 4096
) -> Callable[[Callable[P, R]], Remembering[P, R]]:
    """Remember a function's answers for so many seconds, in this process."""
    return lambda function: Remembering(function, seconds, most)
