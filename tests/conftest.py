"""What every test stands on: the database with its days, a small cast, and the page helper."""

import sys
from collections.abc import Callable
from datetime import timedelta
from functools import cache as remembered

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, TransactionTestCase

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
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        with connection.cursor() as cursor:
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        make.parts(days.today() - timedelta(days=40), days.today() + timedelta(days=10))
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty_every_table)
        yield


def _empty_every_table(_test: TransactionTestCase) -> None:
    """Delete what a test stored; Django's own way truncates, which takes a hundred times as long."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    made_by_migrations = {"django_content_type", "auth_permission"}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger refuses
        for table in sorted(set(tables) - made_by_migrations):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


@pytest.fixture(autouse=True)
def _each_test_begins_anew(settings, tmp_path, request: pytest.FixtureRequest) -> None:
    """Forget what the process remembers of the database; catch messages to phones in a file."""
    settings.MESSAGE_GATEWAY = "file"
    settings.MESSAGE_FILE = tmp_path / "messages.txt"
    settings.TURNS_DIR = tmp_path / "turns"
    settings.PASSWORD_HASHERS = ["tests.make.QuickScrypt"]
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


# Fonts and shapes, which others import under their names, and lists that ship.
_NEVER_CHANGES = ("documents.", "venues.posters.", "accounts.passwords")


def _forget_what_modules_remember() -> None:
    for name in tuple(sys.modules):
        for forget in _kept_by(name):
            forget()


@remembered
def _kept_by(name: str) -> list[Callable[[], None]]:
    """Return what empties the caches of a module of ours."""
    if name.split(".", maxsplit=1)[0] not in FLOORS or name.startswith(_NEVER_CHANGES):
        return []
    kept = [value for value in vars(sys.modules[name]).values() if not isinstance(value, type)]
    kept = [value for value in kept if not _module_of(value).startswith(_NEVER_CHANGES)]
    return [value.cache_clear for value in kept if callable(getattr(value, "cache_clear", None))]


def _module_of(value: object) -> str:
    return str(getattr(value, "__module__", ""))
