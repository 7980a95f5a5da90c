"""A door's batches of a hundred scans, against single forms of the same server."""

import json
import statistics
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from uuid import uuid4

from .load import Line, post, rate

BATCH = 100
BATCHES = 48
FORMS = 400
ROUNDS = 5
TO_REACH = 10
_people = count(1)
# As people are called: many share their words. A number in a name would be refused as garbled.
_NAMES = (
    "An Bảo Chi Dung Giang Hà Hạnh Hoa Hương Khánh Lan Linh Mai Minh Ngọc Nhi Phương Quý Thảo Yến"
)


def measured(port: int, form: Callable[[], bytes]) -> bool:
    """Print how many visits a second batches store for one of single forms; tell if it is short.

    People are new in both: each is sealed and stored with the visit.
    """
    from .venue import keys_of_stations

    keys = cycle(keys_of_stations(8))
    ratios, visits = [], []
    taken = Line(port).ask(_batch(next(keys))).body.decode()
    assert "refused" not in taken, taken
    for turn in range(ROUNDS + 1):
        forms = [form() for _ in range(FORMS)]
        batches = [_batch(next(keys)) for _ in range(BATCHES)]
        single = rate(port, forms, 303)
        many = rate(port, batches, 200) * BATCH
        if turn:  # the first round warms up
            ratios.append(many / single)
            visits.append(many)
    middle = statistics.median(ratios)
    print(
        f"{'door, batches of 100':24} {middle:5.1f} x single forms (to reach {TO_REACH})  "
        f"range {min(ratios):.1f}-{max(ratios):.1f}  median {statistics.median(visits):.0f} visits/s"
    )
    return middle < TO_REACH


def _batch(key: str) -> bytes:
    now = datetime.now(UTC)
    scans = [
        {"id": str(uuid4()), "at": (now - timedelta(seconds=n)).isoformat(), "text": _card()}
        for n in range(BATCH)
    ]
    body = json.dumps({"sent_at": now.isoformat(), "scans": scans})
    return post(f"/s/{key}/scans/", body, "Content-Type: application/json")


def _card() -> str:
    number = next(_people)
    names = _NAMES.split()
    name = " ".join(["Nguyễn Thị", *(names[number // 20**n % 20] for n in range(3))])
    return (
        f"0841{number % 100:02d}{number % 1_000_000:06d}||{name}|"
        f"010119{number % 100:02d}|Nữ|12 Lê Lợi, Phường 1, Thành phố Trà Vinh, Trà Vinh|01052021"
    )
