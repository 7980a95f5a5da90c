"""Reads a million made-up texts as cards, on all processors; tells of people in many orders."""

import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import django

MILLION = 1_000_000
STAYS = "2000"


def main(strings: int = MILLION) -> int:
    """Run in parts with other seeds; a text that raises ends it with the text."""
    workers = os.cpu_count() or 1
    start = time.perf_counter()
    with ProcessPoolExecutor(workers, initializer=_ready) as pool:
        read = sum(pool.map(_part, [strings // workers + 1] * workers, range(workers)))
    seconds = time.perf_counter() - start
    print(f"cards: {read} texts, nothing raised, {seconds:.0f} s, {read / seconds:.0f} a second")
    return _stays()


def _stays() -> int:
    """Try many people's sightings in many orders, through the database, as the tests do with few."""
    chosen = "any_order or taken_back or claimed"
    test = [sys.executable, "-m", "pytest", "-q", "tests/stations/test_stays.py", "-k", chosen]
    start = time.perf_counter()
    ended = subprocess.run(test, env=os.environ | {"STAYS_EXAMPLES": STAYS}, check=False)
    print(f"stays: {STAYS} people in three orders each, {time.perf_counter() - start:.0f} s")
    return ended.returncode


def _ready() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "checkin_site.settings")
    django.setup()


def _part(strings: int, number: int) -> int:
    from .cards import fuzz

    return fuzz(strings, seed=2026 + number)


if __name__ == "__main__":
    sys.exit(main())
