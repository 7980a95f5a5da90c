"""The square that an authenticator reads a secret from, as one SVG path."""

from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote, urlencode

import qrcode


@dataclass(frozen=True)
class Square:
    """How many modules wide, and its dark ones as a path of one run a piece."""

    modules: int
    path: str


def square(text: str) -> Square:
    """Return the QR code of a text as it is; case matters to authenticators."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    runs = (_run(y, row) for y, row in enumerate(code.modules))
    return Square(len(code.modules), "".join(runs))


def authenticator_address(issuer: str, label: str, secret: str) -> str:
    """Return what authenticators read: whose secret, for which site."""
    query = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(label)}?{query}"


def _run(y: int, row: list[bool | None]) -> str:
    path, x = "", 0
    for is_dark, modules in groupby(row, key=bool):
        length = len(list(modules))
        path += f"M{x} {y}h{length}v1h-{length}z" if is_dark else ""
        x += length
    return path
