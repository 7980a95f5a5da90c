"""Files that were made to cost are refused with a sentence, and nothing of them is brought in."""

import os
import resource
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import make
from tests.page import Reader
from venues.models import Import, ImportState, Venue
from venues.spreadsheets import unpacking

from .hostile_lists import LISTS, SLOW, elements
from .lists import as_xlsx, row

pytestmark = pytest.mark.django_db(transaction=True)  # a worker sees what was given
LONGEST = 25.0  # seconds of a core
TRIED = LISTS | (SLOW if "SLOW_LISTS" in os.environ else {})
READER = "import sys, venues.spreadsheets.unpacking as u; {}; u.read_within_limits(sys.argv[1])"
UNLIMITED = "u.resource.setrlimit = lambda *_limit: None"
# Each with a limit that it goes beyond; in force are twenty seconds and 400 MB.
BEYOND = {
    "seconds": (lambda: elements(4_000_000), "u._MOST_SECONDS = 1"),
    "memory": (LISTS["merged cells"], "u._MOST_MEMORY = 70 * 1024**2"),
    "output": (lambda: as_xlsx([row()] * 300), "u._MOST_WRITTEN = 10_000"),
}


def seconds_of_readers() -> float:
    """Return how many seconds of a core the processes have used that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("name", TRIED)
def test_a_costly_list_is_refused_and_nothing_is_brought_in(
    page: Reader, official_here, name: str
) -> None:
    file = SimpleUploadedFile("list.xlsx", TRIED[name]())
    before = seconds_of_readers()
    screen = page.by(official_here).post("/dashboard/842/import/", {"file": file}, None)
    if screen.status == 302:
        make.work_off()
        listed = Import.objects.get()
        # Garbage may stand below a good row.
        assert (listed.state, listed.good) in [(ImportState.REFUSED, 0), (ImportState.CHECKED, 1)]
        assert listed.rows.count() <= 21
    else:
        assert screen.status == 422
        assert "Hãy sửa" in screen.text
    assert seconds_of_readers() - before < LONGEST
    assert not Venue.objects.exists()


def test_a_reader_that_stands_still_is_waited_for_no_longer_than_its_time(
    page: Reader, official_here, monkeypatch
) -> None:
    stopped = "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"
    monkeypatch.setattr(unpacking, "_PROGRAM", stopped)
    monkeypatch.setattr(unpacking, "_GLANCE_SECONDS", 0.5)
    file = SimpleUploadedFile("list.csv", b"a list")
    begun = time.monotonic()
    screen = page.by(official_here).post("/dashboard/842/import/", {"file": file}, 422)
    assert time.monotonic() - begun < 10
    assert "Hãy sửa" in screen.text


@pytest.mark.parametrize("limit", BEYOND)
def test_a_reader_ends_at_its_limits_and_without_them_reads_on(
    page: Reader, official_here, monkeypatch, limit: str
) -> None:
    monkeypatch.setenv("RUST_BACKTRACE", "1")  # as where somebody looks for a mistake
    content, limited = BEYOND[limit]
    ends = []
    for change in (limited, UNLIMITED):
        monkeypatch.setattr(unpacking, "_PROGRAM", READER.format(change))
        file = SimpleUploadedFile("list", content())
        page.by(official_here).post("/dashboard/842/import/", {"file": file}, None)
        make.work_off()
        ends.append((Import.objects.latest("pk").refusal or [""])[0])
        Import.objects.all().delete()
    assert ends[0] == "too_large_inside" != ends[1]
