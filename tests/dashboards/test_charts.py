"""Bars are as high as their values, on a scale of round numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.charts import HEIGHT, BarChart, round_step


def test_the_highest_bar_is_marked_and_reaches_its_share_of_the_scale():
    chart = BarChart.of([50, 100, 0])
    assert [bar.is_highest for bar in chart.bars] == [False, True, False]
    assert [value for value, _y in chart.grid] == [0, 50, 100]
    assert [float(bar.height) for bar in chart.bars] == [HEIGHT / 2, HEIGHT, 0]
    assert [float(bar.top) for bar in chart.bars] == [HEIGHT / 2, 0, HEIGHT]


@pytest.mark.parametrize(
    ("highest", "step"),
    [(0, 1), (1, 1), (3, 1), (4, 1), (5, 2), (9, 5), (40, 10), (14_876, 5000), (311_000, 100_000)],
)
def test_grid_lines_stand_for_round_numbers(highest, step):
    assert round_step(highest) == step


def test_days_without_anybody_give_a_scale_and_flat_bars():
    chart = BarChart.of([0, 0])
    assert [value for value, _y in chart.grid] == [0, 1]
    assert not any(bar.is_highest for bar in chart.bars)
    assert {bar.height for bar in chart.bars} == {"0"}


def test_no_day_at_all_is_an_empty_chart():
    assert BarChart.of([]).bars == []


def test_numbers_are_written_with_a_point_whatever_the_language():
    assert BarChart.of([1] * 14).bars[1].x == "8.14%"


@given(st.lists(st.integers(0, 50_000_000), min_size=1, max_size=60))
def test_bars_stay_inside_the_chart_and_in_order(values):
    chart = BarChart.of(values)
    lefts = [float(bar.x[:-1]) for bar in chart.bars]
    assert lefts == sorted(lefts)
    assert lefts[-1] + float(chart.bars[-1].width[:-1]) <= 100
    assert all(0 <= float(bar.top) <= HEIGHT for bar in chart.bars)
    assert 2 <= len(chart.grid) <= 6
    assert chart.grid[-1][0] >= max(values)


def test_what_nobody_came_to_before_draws_no_line():
    bars = BarChart.of([3, 4], [0, 2]).bars
    assert [bool(bar.before_line) for bar in bars] == [False, True]
    assert bars[1].box == 'x="57%" y="0" width="36%" height="300"'
