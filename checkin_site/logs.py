"""What the site's log may say: what happened and where in the code; no address, no value, nobody."""

import logging
import traceback
from types import TracebackType

# Of gunicorn: with the sender's address, or the address that was asked for.
_ABOUT_REQUESTS = ("Invalid request from", "Error handling request")


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
        return super().formatMessage(record)


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
