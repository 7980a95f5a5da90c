"""Counting what a source did: exact under load, and forgetful."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts.limits import count

from .test_one_time_codes import at_once

NOW, HOUR = datetime(2021, 10, 10, 3, 0, tzinfo=UTC), timedelta(hours=1)


@pytest.mark.django_db
def test_a_period_begins_anew_when_it_is_over():
    assert [count("act", "a", HOUR, NOW) for _time in range(3)] == [1, 2, 3]
    assert count("act", "b", HOUR, NOW) == 1
    assert count("another act", "a", HOUR, NOW) == 1
    assert count("act", "a", HOUR, NOW + 2 * HOUR) == 1


@pytest.mark.django_db(transaction=True)
def test_two_hundred_at_once_are_two_hundred():
    numbers = at_once(200, lambda: count("act", "a", HOUR, NOW))
    assert sorted(numbers) == list(range(1, 201))


@pytest.mark.django_db
def test_old_counts_are_swept_and_hold_no_address():
    for number in range(15):
        count("act", f"203.0.113.{number}", HOUR, NOW)
    for _time in range(2):
        count("act", "203.0.113.99", HOUR, NOW + 2 * HOUR)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM accounts_limit")
        names = [bytes(name) for (name,) in cursor.fetchall()]
    assert len(names) == 1
    assert b"203" not in names[0]
