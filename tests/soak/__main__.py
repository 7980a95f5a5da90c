"""Reads a million made-up texts as cards, on all processors; then garbles cards and counts."""

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import django

MILLION = 1_000_000


def main(strings: int = MILLION) -> int:
    """Run in parts with other seeds; a text that raises ends it with the text."""
    workers = os.cpu_count() or 1
    start = time.perf_counter()
    with ProcessPoolExecutor(workers, initializer=_ready) as pool:
        read = sum(pool.map(_part, [strings // workers + 1] * workers, range(workers)))
    seconds = time.perf_counter() - start
    print(f"cards: {read} texts, nothing raised, {seconds:.0f} s, {read / seconds:.0f} a second")
    _ready()
    from .garbling import table

    print("garbled cards, as in docs/cards.md:", table(), sep="\n")
    return 0


def _ready() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "checkin_site.settings")
    django.setup()


def _part(strings: int, number: int) -> int:
    from .cards import fuzz

    return fuzz(strings, seed=2026 + number)


if __name__ == "__main__":
    sys.exit(main())
