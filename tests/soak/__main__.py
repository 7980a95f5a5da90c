"""Long runs: made-up texts, garbled cards and addresses, people in many orders, hostile texts.

`python -m tests.soak places stays` runs some of them, no word all; each prints what it counted and
fails where that is worse than promised.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import django

MILLION = 1_000_000
VARIANTS = 40  # of every commune, writing and garbling
STAYS = "2000"
HOSTILE_EACH = "12"  # texts for each field, so that each kind has its turn


def cards(pool: ProcessPoolExecutor, workers: int) -> bool:
    """Read a million made-up texts; one that raises ends it with the text."""
    read = sum(pool.map(_read, [MILLION // workers + 1] * workers, range(workers)))
    print(f"{read} texts, nothing raised")
    return True


def garbled(pool: ProcessPoolExecutor, workers: int) -> bool:
    """Read cards as keyboards and code pages garble them, as in docs/cards.md."""
    print(pool.submit(_garbled).result())
    return True


def places(pool: ProcessPoolExecutor, workers: int) -> bool:
    """Read addresses as people write and garble them, in %, as in docs/recognition.md."""
    from .places import Confusions, is_good, table

    counted = Confusions()
    for part in pool.map(_confuse, [1] * VARIANTS, range(VARIANTS)):
        counted += part
    print(table(counted))
    return is_good(counted)


def stays(pool: ProcessPoolExecutor, workers: int) -> bool:
    """Tell of many people in three orders each, through the database, as the tests do with few."""
    chosen = "any_order or taken_back or claimed"
    test = [sys.executable, "-m", "pytest", "-q", "tests/stations/test_stays.py", "-k", chosen]
    ended = subprocess.run(test, env=os.environ | {"STAYS_EXAMPLES": STAYS}, check=False)
    return ended.returncode == 0


def overlaps(pool: ProcessPoolExecutor, workers: int) -> bool:
    """Reckon by another library whom a case met among a hundred thousand random visits."""
    test = [sys.executable, "-m", "pytest", "-q", "tests/tracing/test_overlaps.py", "-k", "random"]
    wanted = {"OVERLAPS": "100000"}
    return subprocess.run(test, env=os.environ | wanted, check=False).returncode == 0


def strangers(pool: ProcessPoolExecutor, workers: int) -> bool:
    """Walk with a station's key over 1,008 people of known status, over HTTP."""
    test = [sys.executable, "-m", "pytest", "-q", "tests/stations/test_strangers.py", "-k", "walk"]
    told_apart = 0
    for first in ("1", "1001", "2001"):
        wanted = {"STRANGERS_EACH": "42", "STRANGERS_FROM": first}
        told_apart += bool(subprocess.run(test, env=os.environ | wanted, check=False).returncode)
    return told_apart == 0


def guessing(pool: ProcessPoolExecutor, workers: int) -> bool:
    """Measure how fast phone numbers, names and passphrases are guessed, as in docs/security.md."""
    print(pool.submit(_guessed).result())
    return True


def hostile(pool: ProcessPoolExecutor, workers: int) -> bool:
    """Put 2,000 hostile texts into every field, header, file and address of a served site."""
    tests = ("tests/house/test_hostile.py", "tests/house/test_hostile_stored.py")
    run = [sys.executable, "-m", "pytest", "-q", "-s", "--no-header", *tests]
    ended = subprocess.run(run, env=os.environ | {"HOSTILE_EACH": HOSTILE_EACH}, check=False)
    return ended.returncode == 0


def costs(pool: ProcessPoolExecutor, workers: int) -> bool:
    """Ask for what costs most at every address, signed in too, and read lists of gigabytes."""
    files = ["tests/checkin_site/test_costs.py", "tests/venues/test_hostile_lists.py"]
    test = [sys.executable, "-m", "pytest", "-q", "-s", *files]
    wanted = {"COSTS_LONG": "yes", "SLOW_LISTS": "yes"}
    return subprocess.run(test, env=os.environ | wanted, check=False).returncode == 0


RUNS = {
    run.__name__: run
    for run in (cards, garbled, places, stays, overlaps, strangers, guessing, hostile, costs)
}


def main(names: list[str]) -> int:
    """Run what is named, or everything; return 1 where something is not good."""
    workers, bad = os.cpu_count() or 1, []
    with ProcessPoolExecutor(workers, initializer=_ready) as pool:
        for name in names or RUNS:
            print(f"{name}: {RUNS[name].__doc__}")
            start = time.perf_counter()
            if not RUNS[name](pool, workers):
                bad.append(name)
            print(f"{name}: {time.perf_counter() - start:.0f} s\n", flush=True)
    return 1 if bad else 0


def _ready() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "checkin_site.settings")
    django.setup()


def _read(strings: int, number: int) -> int:
    from .cards import fuzz

    return fuzz(strings, seed=2026 + number)


def _garbled() -> str:
    from .garbling import table

    return table()


def _guessed() -> str:
    from .guessing import lines

    return "\n".join(lines())


def _confuse(variants: int, number: int) -> Counter[tuple[str, str, str]]:
    from .places import confusions

    return confusions(variants, seed=2026 + number)


if __name__ == "__main__":
    _ready()
    sys.exit(main(sys.argv[1:]))
