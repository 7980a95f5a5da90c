"""A list of 50,000 venues, checked and brought in by the command: how long, and in how much memory."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .site import ROOT

ROWS = 50_000
MOST_MEGABYTES = 400
_KINDS = ("Chợ", "Quán ăn", "cửa hàng tạp hóa", "Trường học")


def measured() -> bool:
    """Print time and memory of a first and of a second import; return whether it is too much."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "list.xlsx")
        path.write_bytes(_list())
        late = [_row("import of 50,000 rows", path), _row("… the same once more", path)]
    return any(late)


def _list() -> bytes:
    from districts.models import Unit
    from tests.venues.lists import as_xlsx, row

    communes = list(Unit.objects.communes().select_related("parent").order_by("code"))
    return as_xlsx(
        row(
            name=f"Cửa hàng thử nghiệm số {number}",
            kind=_KINDS[number % len(_KINDS)],
            address=f"{number} Nguyễn Thị Minh Khai, khóm 4",
            commune=communes[number % len(communes)].name,
            district=communes[number % len(communes)].parent.name,
            phone=f"0{920_000_000 + number}",
        )
        for number in range(ROWS)
    )


def _row(name: str, path: Path) -> bool:
    command = [
        sys.executable,
        "manage.py",
        "import_venues",
        str(path),
        "--unit",
        "84",
        "--good-rows",
    ]
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    elapsed, megabytes = time.monotonic() - started, used.ru_maxrss / 1024
    print(
        f"{name:24} {elapsed:5.0f} s, {used.ru_utime:.0f} s of it computing, {megabytes:.0f} MB"
        f" (at most {MOST_MEGABYTES} MB)"
    )
    return megabytes > MOST_MEGABYTES or process.returncode != 0
