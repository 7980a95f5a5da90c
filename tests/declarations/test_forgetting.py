"""Forgetting whole days, and nothing else."""

import hashlib
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from declarations.forgetting import forget_day, forget_old_days, prepare_days
from declarations.models import Declaration, DeletionRecord, Visit, Visitor
from declarations.partitions import DailyTable
from districts.days import today
from tests import make
from venues.models import Venue


@pytest.fixture
def retention(settings) -> int:
    settings.RETENTION_DAYS = 21
    return 21


def test_the_last_day_of_the_retention_stays_and_the_day_before_goes(
    venue: Venue, retention: int
) -> None:
    kept = make.visit(venue, make.moment("00:00", days_ago=retention))
    gone = make.visit(venue, make.moment("23:59", days_ago=retention + 1))
    records = forget_old_days(timezone.now())
    assert [visit.id for visit in Visit.objects.all()] == [kept.id]
    record = records[-1]
    assert record.day == today() - timedelta(days=retention + 1)
    assert record.visits == 1
    assert bytes(record.checksum) == hashlib.sha256(gone.id.bytes).digest()


def test_a_visitor_is_forgotten_with_the_last_visit(venue: Venue, retention: int) -> None:
    day = today() - timedelta(days=30)
    old = make.visitor("Người Cũ", "+84900000011", seen_on=day)
    regular = make.visitor("Người Quen", "+84900000012", seen_on=day)
    for who in (old, regular):
        make.visit(venue, make.moment("09:00", days_ago=30), visitor=who)
        make.declaration(venue, make.moment("09:00", days_ago=30), visitor=who)
    make.visit(venue, make.moment("09:00", days_ago=3), visitor=regular)
    forget_old_days(timezone.now())
    assert list(Visitor.objects.all()) == [regular]
    assert Declaration.objects.count() == 0
    assert DeletionRecord.objects.get(day=day).visitors == 1


def test_forgetting_a_day_twice_keeps_the_first_record(venue: Venue) -> None:
    make.visit(venue, make.moment("09:00", days_ago=30))
    day = today() - timedelta(days=30)
    first = forget_day(day, timezone.now())
    second = forget_day(day, timezone.now() + timedelta(hours=1))
    assert (second.visits, second.deleted_at) == (1, first.deleted_at)


def test_days_are_prepared_ahead_and_once(db) -> None:
    now = timezone.now() + timedelta(days=3)
    made = prepare_days(now)
    assert made
    assert prepare_days(now) == []
    assert today() + timedelta(days=17) in DailyTable("declarations_visit").days()


def test_the_two_tables_have_one_part_a_local_day(db) -> None:
    bounds = "SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = %s"
    with connection.cursor() as cursor:
        cursor.execute(bounds, [DailyTable("declarations_visit").part(today())])
        (text,) = cursor.fetchone()
    start, end = make.moment("00:00"), make.moment("00:00", days_ago=-1)
    assert start.astimezone(timezone.get_fixed_timezone(0)).strftime("%Y-%m-%d %H:%M") in text
    assert end.astimezone(timezone.get_fixed_timezone(0)).strftime("%Y-%m-%d %H:%M") in text


def test_housekeeping_says_what_it_did_and_a_second_time_does_nothing(
    venue: Venue, capsys: pytest.CaptureFixture[str]
) -> None:
    make.visit(venue, make.moment("05:00", days_ago=1))
    call_command("housekeeping")
    assert "1 visits ended" in capsys.readouterr().out
    call_command("housekeeping")
    assert "0 days prepared, 0 visits ended." in capsys.readouterr().out


def test_parts_are_named_by_their_day() -> None:
    assert DailyTable("declarations_visit").part(date(2026, 1, 2)).endswith("_20260102")
