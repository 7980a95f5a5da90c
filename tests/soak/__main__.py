"""Reads a million made-up texts as cards, and garbled addresses, on all processors."""

import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import django

MILLION = 1_000_000
VARIANTS = 40  # of every commune, writing and garbling


def main(strings: int = MILLION, variants: int = VARIANTS) -> int:
    """Run in parts with other seeds; a text that raises ends it with the text."""
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers, initializer=_ready) as pool:
        start = time.perf_counter()
        read = sum(pool.map(_read, [strings // workers + 1] * workers, range(workers)))
        seconds = time.perf_counter() - start
        print(
            f"cards: {read} texts, nothing raised, {seconds:.0f} s, {read / seconds:.0f} a second"
        )
        print("\nplaces: addresses as people write and garble them, in %\n")
        rows, good = _places(pool, variants)
        print(rows)
    return 0 if good else 1


def _places(pool: ProcessPoolExecutor, variants: int) -> tuple[str, bool]:
    from .places import Confusions, is_good, table

    counted = Confusions()
    for part in pool.map(_confuse, [1] * variants, range(variants)):
        counted += part
    return table(counted), is_good(counted)


def _ready() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "checkin_site.settings")
    django.setup()


def _read(strings: int, number: int) -> int:
    from .cards import fuzz

    return fuzz(strings, seed=2026 + number)


def _confuse(variants: int, number: int) -> Counter[tuple[str, str, str]]:
    from .places import confusions

    return confusions(variants, seed=2026 + number)


if __name__ == "__main__":
    _ready()
    sys.exit(main())
