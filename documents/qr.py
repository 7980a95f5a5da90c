"""QR codes: squares of modules that a camera reads, as outlines, pictures and letters."""

from dataclasses import dataclass
from io import StringIO

import qrcode
from PIL import Image

QUIET_MODULES = 4
# Enough for an address of 67 characters. A shorter one is not drawn with fewer, larger modules:
# the quiet zone, four of them wide, would take the room of the words beside the code.
LEAST_VERSION = 4
LEAST_MODULES = 33  # of that version
# Choosing the best mask for each code takes most of its time, and readers read every one. This
# one has the fewest penalties over many addresses of ours.
_MASK = 6

_Point = tuple[int, int]


@dataclass(frozen=True)
class Symbol:
    """A QR code: how many modules wide, and the outline of its dark ones as one SVG path."""

    modules: int
    outline: str


def symbol(text: str, least_version: int = LEAST_VERSION, mask: int | None = _MASK) -> Symbol:
    """Return the code of a text, readable with a quarter of it lost; None takes the best mask.

    In upper case it needs a third less room, digits alone still less.
    """
    code = qrcode.QRCode(least_version, qrcode.ERROR_CORRECT_Q, border=0, mask_pattern=mask)
    return _outlined(code, text)


def symbol_on_screen(text: str) -> Symbol:
    """Return the smallest code of a text as it is, for a screen, which no dirt covers."""
    return _outlined(qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0), text)


def picture(address: str) -> Image.Image:
    """Return a small code in black and white, eight dots to a module."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0, mask_pattern=3)
    code.add_data(address)
    code.make(fit=True)
    side = len(code.modules)
    image = Image.new("1", (side, side), 1)
    image.putdata([0 if dark else 1 for line in code.modules for dark in line])
    return image.resize((side * 8, side * 8), Image.Resampling.NEAREST)


def in_letters(address: str) -> str:
    """Return a code as lines of half blocks, light where a dark terminal shows them."""
    code, lines = qrcode.QRCode(border=2), StringIO()
    code.add_data(address)
    code.print_ascii(lines, invert=True)
    return lines.getvalue()


def _outlined(code: qrcode.QRCode, text: str) -> Symbol:
    code.add_data(text)
    code.make(fit=True)
    rows = [[bool(dark) for dark in row] for row in code.modules]
    return Symbol(len(rows), "".join(_subpath(ring) for ring in _rings(rows)))


def _rings(rows: list[list[bool]]) -> list[list[_Point]]:
    """Return the closed borders between dark and light; round a hole they run the other way."""
    onward = _border_steps(rows)
    rings = []
    while onward:
        point = start = next(iter(onward))
        ring: list[_Point] = []
        while not ring or point != start:
            ring.append(point)
            following = onward[point].pop()
            if not onward[point]:
                del onward[point]
            point = following
        rings.append(ring)
    return rings


def _border_steps(rows: list[list[bool]]) -> dict[_Point, list[_Point]]:
    """Return from each corner of the grid those reached along an edge with the dark at its right."""
    onward: dict[_Point, list[_Point]] = {}
    dark = {(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark}
    for x, y in sorted(dark):
        edges = (
            ((x, y - 1), (x, y), (x + 1, y)),
            ((x + 1, y), (x + 1, y), (x + 1, y + 1)),
            ((x, y + 1), (x + 1, y + 1), (x, y + 1)),
            ((x - 1, y), (x, y + 1), (x, y)),
        )
        for neighbour, start, end in edges:
            if neighbour not in dark:
                onward.setdefault(start, []).append(end)
    return onward


def _subpath(ring: list[_Point]) -> str:
    """Return one ring as an SVG subpath of its corners only."""
    around = zip([ring[-1], *ring], ring, [*ring[1:], ring[0]], strict=False)
    corners = [
        at for before, at, after in around if before[0] != after[0] and before[1] != after[1]
    ]
    (x, y), *others = corners
    return f"M{x} {y}" + "".join(f"L{x} {y}" for x, y in others) + "Z"
