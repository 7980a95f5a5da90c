"""A database that is away is a page that is asked for again, wherever it was noticed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.utils import ConnectionHandler
from django.test import Client

from tests.page import Reader

AGAIN = "Hệ thống đang bận"


@contextmanager
def kept_from_others(table: str, mode: str) -> Iterator[None]:
    """Keep a table for oneself, so that using it fails as a lost connection does."""
    other = ConnectionHandler({"default": connection.settings_dict})["default"]
    try:
        with other.cursor() as cursor, connection.cursor() as waiting:
            cursor.execute(f"BEGIN; LOCK TABLE {table} IN {mode} MODE")
            waiting.execute("SET lock_timeout = '50ms'")
            yield
            waiting.execute("SET lock_timeout = 0")
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("table", "mode"),
    [
        ("django_session", "ACCESS EXCLUSIVE"),
        ("django_session", "SHARE"),  # it can be read and not saved
        ("accounts_account", "ACCESS EXCLUSIVE"),
        ("accounts_opensession", "ACCESS EXCLUSIVE"),
    ],
)
def test_a_lost_database_is_asked_again(page: Reader, owner, table: str, mode: str):
    client: Client = page.by(owner).client
    client.raise_request_exception = False
    session = client.session
    session["open_session"] |= {"used": time.time() - 3600}
    session.save()
    with kept_from_others(table, mode):
        answer = client.get("/venues/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert AGAIN in answer.content.decode()
    assert client.get("/venues/").status_code == 200
