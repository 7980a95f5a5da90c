"""Posters for a full register: 12,650 of them as a worker makes them, and what that takes."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_MEGABYTES = 400
_PROGRAM = """
import resource, time
from django.core.management import call_command
began = time.monotonic()
call_command("work", "--until-empty")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{time.monotonic() - began:.0f} s {peak:.0f} MB")
"""


def measured() -> bool:
    """Print the peak memory and the time of a worker; return whether it needs too much."""
    from django.utils import timezone

    from accounts.models import Account
    from jobs.asking import Wish, ask
    from jobs.models import JobState
    from venues.posters.words import PosterSize
    from venues.printing import KIND, Choice

    official = Account.objects.get(email="official-84@example.vn")
    wish = Wish(KIND, official, official.area, Choice(PosterSize.A4).parameters)
    job = ask(wish, timezone.now())
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", _PROGRAM]
    said = subprocess.run(
        command, cwd=ROOT, env=os.environ, check=True, capture_output=True, text=True
    ).stdout
    job.refresh_from_db()
    found = re.search(r"(\d+) s (\d+) MB", said)
    assert job.state == JobState.DONE, job.sentence
    assert found, said
    seconds, megabytes = map(int, found.groups())
    print(
        f"{job.total:,} posters of A4      {megabytes:5} MB at most (at most {MOST_MEGABYTES})"
        f"  {seconds} s, {job.total / seconds:.0f}/s, {job.results.count()} files"
    )
    return megabytes > MOST_MEGABYTES
