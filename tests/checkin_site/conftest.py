"""Embedded servers of the tests' own, and a program that uses one."""

import shutil
import tempfile
from pathlib import Path

import pytest

from checkin_site.database.server import EmbeddedServer
from tests import make
from tests.declarations.scene import address_of


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


@pytest.fixture
def poster_path(transactional_db) -> str:
    """A poster's address, on a database that several processes see."""
    make.sealing_key()
    return address_of(make.venue())
