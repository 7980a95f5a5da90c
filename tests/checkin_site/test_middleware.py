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
def nobody_may_use(table: str) -> Iterator[None]:
    """Keep a table for oneself, so that asking it fails as a lost connection does."""
    other = ConnectionHandler({"default": connection.settings_dict})["default"]
    try:
        with other.cursor() as cursor, connection.cursor() as waiting:
            cursor.execute(f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            waiting.execute("SET lock_timeout = '50ms'")
            yield
            waiting.execute("SET lock_timeout = 0")
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["django_session", "accounts_account", "accounts_opensession"])
def test_a_lost_database_is_asked_again(page: Reader, owner, table: str):
    client: Client = page.by(owner).client
    client.raise_request_exception = False
    session = client.session
    session["open_session"] |= {"used": time.time() - 3600}
    session.save()
    with nobody_may_use(table):
        answer = client.get("/venues/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert AGAIN in answer.content.decode()
    assert client.get("/venues/").status_code == 200
