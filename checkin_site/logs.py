"""What the site's log may say: what happened and where in the code; no address, no value, nobody.

Nor may it say it without end: anybody can send what is worth a line, as often as they like.
"""

import logging
import traceback
from types import TracebackType
from typing import Any

# Of gunicorn: with the sender's address, or the address that was asked for.
_ABOUT_REQUESTS = ("Invalid request from", "Error handling request")
_LINES_A_MINUTE = 20  # of a kind and process


class Sparing(logging.Filter):
    """Lets so many lines of a kind through in a minute; the next says how many were left out.

    A kind is a place in the code, with the mistake or the reason that it tells of: there are few.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[Any, tuple[int, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Count a line, and leave it out where it is one too many."""
        mistake = record.exc_info[0] if record.exc_info else None
        kind = record.name, record.lineno, getattr(record, "kind", ""), mistake
        minute, (last, lines) = int(record.created // 60), self.lines.get(kind, (0, 0))
        if minute != last:
            record.left_out, lines = max(0, lines - _LINES_A_MINUTE), 0
        self.lines[kind] = minute, lines + 1
        return lines < _LINES_A_MINUTE


class Discreet(logging.Formatter):
    """Writes the kind of a mistake and its lines of code, and leaves out what it says.

    The message of an exception repeats what was sent: a row that a constraint refused, a text that
    is no number. The path of a request can be a key.
    """

    def formatException(  # noqa: N802 - logging's name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, ...]
    ) -> str:
        """Return the lines of code, from the first mistake to the last, without their messages."""
        mistake, parts = ei[1], []
        while isinstance(mistake, BaseException):
            lines = "".join(traceback.format_tb(mistake.__traceback__))
            parts.append(f"{lines}{type(mistake).__name__}")
            mistake = mistake.__cause__ or (
                None if mistake.__suppress_context__ else mistake.__context__
            )
        return "\n".join(reversed(parts))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Put the address's pattern in the place of a request's path."""
        record.message = _without_values(record)
        left_out = getattr(record, "left_out", 0)
        return super().formatMessage(record) + (f" (and {left_out} more)" if left_out else "")


def _without_values(record: logging.LogRecord) -> str:
    if isinstance(record.msg, BaseException):
        return type(record.msg).__name__
    for beginning in _ABOUT_REQUESTS:
        if str(record.msg).startswith(beginning):
            return beginning
    request = getattr(record, "request", None)
    if request is None:
        return record.message
    match = getattr(request, "resolver_match", None)
    route = f"/{match.route}" if match else "an unknown address"
    return f"{request.method} {route}: {getattr(record, 'status_code', record.levelname)}"
