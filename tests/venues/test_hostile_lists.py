"""Files that were made to cost are refused with a sentence, and nothing of them is brought in."""

import os
import resource
import subprocess
import sys
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import make
from tests.page import Reader
from venues.models import Import, ImportRow, ImportState, Venue
from venues.spreadsheets import unpacking

from .hostile_lists import LISTS, SLOW, elements

LONGEST = 25.0  # seconds of a core
TRIED = LISTS | (SLOW if "SLOW_LISTS" in os.environ else {})
UNLIMITED = "import sys; from venues.spreadsheets.files import tables_of; import io; [list(s.rows) for s in tables_of(io.BytesIO(sys.stdin.buffer.read())).sheets]"


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
        assert listed.state == ImportState.REFUSED or not listed.good
    else:
        assert screen.status == 422
        assert "Hãy sửa" in screen.text
    assert seconds_of_readers() - before < LONGEST
    assert not ImportRow.objects.exists()
    assert not Venue.objects.exists()


def test_as_a_control_without_limits_a_small_list_is_read_for_long() -> None:
    before, content = seconds_of_readers(), elements(3_000_000)
    subprocess.run([sys.executable, "-c", UNLIMITED], input=content, check=False)
    assert len(content) < 100_000
    assert seconds_of_readers() - before > 1


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
