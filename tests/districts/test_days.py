"""The local day is the province's, whatever clock a moment was written with."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from districts.days import day_period, day_start, local_day


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2021, 10, 9, 16, 59, 59, 999_999, tzinfo=UTC), date(2021, 10, 9)),
        (datetime(2021, 10, 9, 17, 0, tzinfo=UTC), date(2021, 10, 10)),
        (datetime(2021, 12, 31, 23, 30, tzinfo=UTC), date(2022, 1, 1)),
        (datetime(2021, 10, 9, 7, 0, tzinfo=timezone(timedelta(hours=-10))), date(2021, 10, 10)),
    ],
)
def test_the_day_changes_at_midnight_in_the_province(moment, day):
    assert local_day(moment) == day


def test_a_day_is_a_half_open_period_of_24_hours():
    start, end = day_period(date(2021, 10, 10))
    assert start == day_start(date(2021, 10, 10)) == datetime(2021, 10, 9, 17, tzinfo=UTC)
    assert end - start == timedelta(hours=24)
    assert local_day(start) == date(2021, 10, 10)
    assert local_day(end) == date(2021, 10, 11)
    assert local_day(end - timedelta(microseconds=1)) == date(2021, 10, 10)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        local_day(datetime(2021, 10, 10, 12, 0))  # noqa: DTZ001 (the mistake itself)
