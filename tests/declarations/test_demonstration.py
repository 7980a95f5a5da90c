"""The parts a demonstration is made of."""

from random import Random

import pytest

from declarations.demonstration import names
from declarations.demonstration.kinds import HABITS
from declarations.demonstration.people import drawn
from venues.kinds import Kind


@pytest.mark.parametrize("size", [1, 2, 3, 4, 10, 97, 100])
def test_a_draw_gives_every_number_once(size):
    for chance in range(20):
        draw = drawn(Random(chance), size)
        assert sorted(draw.next() for _ in range(size)) == list(range(size))
        assert draw.next() is None


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_habits_that_fill_a_day(kind):
    habit = HABITS[kind]
    assert len(habit.by_hour) == 24
    assert habit.by_hour == sorted(habit.by_hour)
    assert habit.by_hour[-1] > 0
    assert not habit.is_open(0)
    assert sum(habit.is_open(hour) for hour in range(24)) == len(habit.arrivals)


def test_three_people_in_ten_have_khmer_names():
    rng = Random(1)
    drawn_names = [names.person(rng, male=rng.random() < 0.5) for _ in range(3000)]
    families = {"Thạch", "Sơn", "Kim", "Lâm", "Kiên", "Châu", "Danh"}
    khmer = [n for n in drawn_names if n.split()[0] in families or "\u1780" <= n[0] <= "\u17ff"]
    assert 0.27 < len(khmer) / len(drawn_names) < 0.33
    assert all("_" not in name and name == name.strip() for name in drawn_names)
