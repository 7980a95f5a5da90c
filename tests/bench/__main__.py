"""`make bench`: the product's rates as ratios to bare views of the same server in the same run."""

import re
import statistics
import sys
import tempfile
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from urllib.parse import urlencode

from . import door, imports, posters, province, tracing
from .load import Line, get, post, rate
from .site import running_site

ROUNDS = 5
REQUESTS = 800
PHONES = 400

ANSWERS = {
    "gender": "female",
    "commune": "29242",
    "address": "12 Lê Lợi",
    "case_contact": "no",
    "symptomatic_contact": "no",
    "area_contact": "no",
    "travelled": "no",
    "consent": "yes",
}


class Visitors:
    """People at the bench's venue, each with a form of their own."""

    def __init__(self, port: int, code: str) -> None:
        self.port, self.path, self.number = port, f"/v/{code}/", 0
        self.line = Line(port)
        self.cookies = cycle([self._remembering_phone() for _ in range(PHONES)])

    def nonce(self) -> str:
        try:
            page = self.line.ask(get(self.path, "identity")).body.decode()
        except ConnectionError:  # kept idle for too long while another round was measured
            self.line = Line(self.port)
            return self.nonce()
        found = re.search(r'name="nonce"[^>]*value="([^"]+)"', page)
        assert found, page
        return found[1]

    def first(self) -> bytes:
        """The first form of the day of somebody new."""
        return post(self.path, self._form())

    def again(self) -> bytes:
        """One tap of somebody who declared before."""
        return post(
            self.path, urlencode({"again": "yes", "nonce": self.nonce()}), next(self.cookies)
        )

    def bare(self) -> bytes:
        """The same form for the view that only stores three fields."""
        return post("/bench/insert/", self._form())

    def _form(self) -> str:
        self.number += 1
        who = {
            "full_name": f"Nguyễn Thị Thử {self.number}",
            "phone": f"091{self.number:07d}",
            "birth_year": "1975",
        }
        return urlencode(who | ANSWERS | {"nonce": self.nonce()})

    def _remembering_phone(self) -> str:
        answer = self.line.ask(self.first())
        assert answer.status == 303, answer.body.decode()
        found = re.search(r"Set-Cookie: (memory=[^;]+)", answer.headers, re.IGNORECASE)
        assert found, answer.headers
        return f"Cookie: {found[1]}"


def main() -> int:
    """Measure and print; return 1 when a ratio falls short."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        with running_site(Path(folder)) as port:
            return _measured(port)


def _measured(port: int) -> int:
    from .venue import code_of_a_venue

    code = code_of_a_venue()
    late = province.measured(port)
    large = posters.measured()
    visitors = Visitors(port, code)
    page = visitors.line.ask(get(visitors.path, "identity"))
    asked = get(f"/bench/constant/{len(page.body)}/")
    short = [
        _row("GET check-in page", 0.6, port, 200, (lambda: get(visitors.path), lambda: asked)),
        _row("POST first of the day", 0.5, port, 303, (visitors.first, visitors.bare)),
        _row("POST return visit", 0.7, port, 303, (visitors.again, visitors.bare)),
    ]
    short += [door.measured(port, visitors.first)]
    short += [imports.measured(), tracing.measured()]
    return 1 if late or large or any(short) else 0


def _row(
    name: str,
    least: float,
    port: int,
    status: int,
    kinds: tuple[Callable[[], bytes], Callable[[], bytes]],
) -> bool:
    """Print the median of interleaved rounds; return whether it is less than it should be."""
    rates: list[tuple[float, float]] = []
    for turn in range(ROUNDS + 1):
        ours, bare = ([make() for _ in range(REQUESTS)] for make in kinds)
        pair = rate(port, ours, status), rate(port, bare, status)
        if turn:  # the first round warms up
            rates.append(pair)
    ratios = sorted(ours / bare for ours, bare in rates)
    middle = statistics.median(ratios)
    ours, bare = (statistics.median(column) for column in zip(*rates, strict=True))
    print(
        f"{name:24} {middle:5.2f} of bare (to reach {least})  range {ratios[0]:.2f}-{ratios[-1]:.2f}"
        f"  median {ours:.0f}/s against {bare:.0f}/s"
    )
    return middle < least


if __name__ == "__main__":
    sys.exit(main())
