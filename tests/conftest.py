"""What every test stands on: the database with its days, a small cast, and the page helper."""

import sys
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts.models import Account
from checkin_site.preparing import compile_catalogues
from districts import days
from venues.models import Venue

from . import make
from .page import Reader

pytest_plugins = ["tests.browser", "tests.processes"]

FLOORS = (
    "checkin_site",
    "dashboards",
    "tracing",
    "stations",
    "demonstration",
    "declarations",
    "authority",
    "venues",
    "jobs",
    "accounts",
    "documents",
    "forms",
    "districts",
    "database",
)


def pytest_configure() -> None:
    """Let tests read the translations as they now are."""
    compile_catalogues()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """Give the partitioned tables the days that tests write to; let tests empty every table."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE declarations_disclosure DISABLE TRIGGER disclosure_is_never_emptied"
            )
        make.parts(days.today() - timedelta(days=40), days.today() + timedelta(days=10))


@pytest.fixture(autouse=True)
def _each_test_begins_anew(settings, tmp_path, request: pytest.FixtureRequest) -> None:
    """Forget what the process remembers of the database; catch messages to phones in a file."""
    settings.MESSAGE_GATEWAY = "file"
    settings.MESSAGE_FILE = tmp_path / "messages.txt"
    settings.TURNS_DIR = tmp_path / "turns"
    _forget_what_modules_remember()
    for database in ("transactional_db", "db"):
        if database in request.fixturenames:
            request.getfixturevalue(database)
            cache.clear()
            with connection.cursor() as cursor:  # no model's table, so that nothing else empties it
                cursor.execute("DELETE FROM accounts_limit")
            break


@pytest.fixture
def tree(db) -> make.Tree:
    return make.tree()


@pytest.fixture
def official_here(tree: make.Tree) -> Account:
    """Signs in for the district in which `venue` stands."""
    return make.official(tree.here)


@pytest.fixture
def official_next_door(tree: make.Tree) -> Account:
    """Signs in for the other district."""
    return make.official(tree.next_door)


@pytest.fixture
def owner(db) -> Account:
    """Owns `venue`."""
    return make.owner()


@pytest.fixture
def venue(owner: Account, tree: make.Tree) -> Venue:
    """A market in Phường 1 here, with its poster."""
    return make.venue(owner=owner, commune=tree.ward_here)


@pytest.fixture
def page(db) -> Reader:
    """Fetches pages as somebody who is not signed in, and checks each; see tests/page.py."""
    return Reader(Client())


_PAPER = ("documents.", "venues.posters.")


def _forget_what_modules_remember() -> None:
    """Empty every cache of our modules, but for the fonts and shapes of paper."""
    for module in [module for name, module in sys.modules.items() if _is_ours(name)]:
        for remembering in vars(module).values():
            clear = getattr(remembering, "cache_clear", None)
            # Others import a font under its name.
            is_paper = getattr(remembering, "__module__", "").startswith(_PAPER)
            if callable(clear) and not isinstance(remembering, type) and not is_paper:
                clear()


def _is_ours(name: str) -> bool:
    return name.split(".", maxsplit=1)[0] in FLOORS and not name.startswith(_PAPER)
