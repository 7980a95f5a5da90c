"""Embedded servers of the tests' own, and a program that uses one."""

import shutil
import tempfile
from pathlib import Path

import pytest

from checkin_site.database.server import EmbeddedServer


@pytest.fixture
def folder() -> Path:
    """An empty folder that every user can reach, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="embedded "))
    path.chmod(0o755)
    yield path
    for data in path.rglob("data"):
        EmbeddedServer(data.parent).stop()
    for link in (link for link in path.rglob("*") if link.is_symlink()):
        shutil.rmtree(link.resolve(), ignore_errors=True)
    shutil.rmtree(path)


@pytest.fixture
def server(folder: Path) -> EmbeddedServer:
    return EmbeddedServer(folder / "postgres")
