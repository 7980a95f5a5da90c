"""Maps: circles where the units are, as large as they are, in steps that need no colour."""

import csv
from datetime import timedelta
from itertools import combinations
from math import hypot, sqrt

import pytest
from django.conf import settings
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from dashboards.drawing import HEIGHT, WIDTH, Spot, draw, round_below
from districts import days
from tests import make

SVG = "{http://www.w3.org/2000/svg}"
DATA = settings.BASE_DIR / "districts" / "data" / "tra_vinh_2021.csv"


def spot(name="Huyện Cầu Kè", latitude=9.87, longitude=106.06, size=100.0, **changes):
    told = {
        "code": name,
        "label": name,
        "href": f"/dashboard/{name}/",
        "measured": size,
        "shown": f"{size:g}",
    }
    return Spot(name=name, latitude=latitude, longitude=longitude, size=size, **told | changes)


def units(**wanted):
    with DATA.open(encoding="utf-8") as lines:
        rows = [
            row
            for row in csv.DictReader(lines)
            if all(row[key] == value for key, value in wanted.items())
        ]
    return tuple(
        spot(row["name"], float(row["latitude"]), float(row["longitude"]), int(row["inhabitants"]))
        for row in rows
    )


def at(drawing, name):
    return next(circle for circle in drawing.circles if circle.spot.name == name)


def overlapping(drawing):
    return sum(
        hypot(float(a.x) - float(b.x), float(a.y) - float(b.y)) < float(a.radius) + float(b.radius)
        for a, b in combinations(drawing.circles, 2)
    )


def test_north_is_up_and_east_is_right():
    drawing = draw(units(level="district"))
    north, south = at(drawing, "Huyện Càng Long"), at(drawing, "Thị xã Duyên Hải")
    assert float(north.y) < float(south.y)
    assert float(north.x) < float(south.x)


def test_a_kilometre_is_as_long_across_as_down():
    drawing = draw((spot("a", 60, 10), spot("b", 60, 10.2), spot("c", 60.1, 10)))
    a, b, c = (at(drawing, name) for name in "abc")
    assert float(b.x) - float(a.x) == pytest.approx(float(a.y) - float(c.y), abs=1)


def test_an_area_four_times_as_large_stands_for_four_times_as_many():
    drawing = draw((spot("a", 9, 106, 4000), spot("b", 10, 107, 1000)))
    assert float(at(drawing, "a").radius) == pytest.approx(
        2 * float(at(drawing, "b").radius), abs=0.2
    )


@pytest.mark.parametrize(
    ("wanted", "most"),
    [({"level": "district"}, 2), ({"parent_code": "844"}, 3), ({"level": "commune"}, 60)],
)
def test_circles_hardly_overlap_and_all_are_on_the_map(wanted, most):
    spots = units(**wanted)
    drawing = draw(tuple(spots))
    assert len(drawing.circles) == len(spots)
    assert overlapping(drawing) <= most
    for circle in drawing.circles:
        assert 0 < float(circle.x) < WIDTH
        assert 0 < float(circle.y) < HEIGHT


def test_small_circles_are_drawn_last_so_that_they_lie_on_top():
    radii = [float(circle.radius) for circle in draw(units(level="commune")).circles]
    assert radii == sorted(radii, reverse=True)


def test_units_are_in_fifths_and_the_highest_is_in_the_last():
    drawing = draw(units(level="commune"))
    assert [step.number for step in drawing.steps] == [1, 2, 3, 4, 5]
    assert {step.units for step in drawing.steps} <= {20, 21, 22}
    assert max(drawing.circles, key=lambda c: c.spot.measured).step == 5


@pytest.mark.parametrize(
    ("values", "steps"),
    [
        ([], []),
        ([0, 0, 0], [1]),
        ([7], [1]),
        ([1, 2], [1, 5]),
        ([0, 0, 0, 0, 9], [1, 5]),
        ([3, 1, 2], [1, 3, 5]),
    ],
)
def test_few_values_make_few_steps_from_the_first_to_the_last(values, steps):
    spots = [spot(str(n), 9 + n, 106, measured=value) for n, value in enumerate(values)]
    assert [step.number for step in draw(tuple(spots)).steps] == steps


def test_like_values_are_in_one_step():
    drawing = draw(tuple([spot(str(n), 9 + n / 10, 106, measured=5.0 + n // 4) for n in range(12)]))
    assert all(len({c.step for c in drawing.circles if c.spot.measured == v}) == 1 for v in (5, 6))


def test_what_is_not_known_has_no_step_and_no_point_is_named_below():
    drawing = draw((spot("a", measured=None), spot("b", None, None)))
    assert [circle.step for circle in drawing.circles] == [0]
    assert [missing.name for missing in drawing.missing] == ["b"]
    assert drawing.has_unknown


def test_names_hide_neither_each_other_nor_leave_the_map():
    labels = [c.label for c in draw(units(level="district")).circles]
    assert sum(label is not None for label in labels) >= 7
    crowded = [
        c.label for c in draw(tuple([spot(f"Xã {n}", 9.9, 106.3, 5) for n in range(20)])).circles
    ]
    assert sum(label is not None for label in crowded) < 20


@pytest.mark.parametrize(
    ("number", "expected"), [(0, 0), (0.5, 0), (1, 1), (4, 2), (99, 50), (311_000, 200_000)]
)
def test_the_legend_has_round_sizes(number, expected):
    assert round_below(number) == expected


@limits(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.floats(-89, 89), st.floats(-180, 180), st.floats(0, 1e9), st.floats(-1e9, 1e9)
        ),
        max_size=12,
    )
)
def test_whatever_the_numbers_the_map_can_be_drawn(rows):
    spots = [spot("a", lat, lon, size, measured=value) for lat, lon, size, value in rows]
    for circle in draw(tuple(spots)).circles:
        assert 0 <= float(circle.x) <= WIDTH
        assert 0 <= float(circle.y) <= HEIGHT
        assert 4 <= float(circle.radius) <= 34 + sqrt(1)


@pytest.fixture
def drawn(tree):
    """The small province with points and inhabitants, and a venue used in one of its districts."""
    for unit, place in ((tree.here, (9.95, 106.33)), (tree.next_door, (9.63, 106.49))):
        unit.latitude, unit.longitude = place
        unit.inhabitants = 2000
        unit.save()
    make.visit(make.venue(), timezone.now())
    return tree


def links(screen, begin):
    """Return the links whose ids begin so, in the page and in its drawings."""
    found = [one for one in screen.root.iter() if str(one.tag) in ("a", f"{SVG}a")]
    return [link for link in found if link.get("id", "").startswith(begin)]


def names(screen):
    return [text.text for text in screen.root.iter(f"{SVG}text")]


def test_a_province_is_a_map_of_its_districts_that_leads_into_them(page, drawn, official):
    screen = page.by(official).get("/dashboard/84/")
    circles = {link.get("aria-label"): link.get("href") for link in links(screen, "circle-")}
    assert circles == {
        "Thành phố Trà Vinh: 100,0%": "../842/",
        "Thị xã Duyên Hải: –": "../851/",
    }
    assert "Bản đồ: tỷ lệ địa điểm có lượt vào trong 7 ngày" in screen.text


@pytest.mark.parametrize(
    ("measure", "shown"),
    [("used", "100,0%"), ("silent", "0"), ("in", "1"), ("rate", "0,5"), ("worry", "–"),
     ("x", "100,0%"), ("", "100,0%")],
)  # fmt: skip
def test_a_measure_is_chosen_by_a_link_and_kept_on_the_way_down(
    page, drawn, official, measure, shown
):
    screen = page.by(official).get(f"/dashboard/84/?map={measure}&sort=-in")
    here = next(link for link in links(screen, "circle-") if link.get("id") == "circle-842")
    assert here.get("aria-label") == f"Thành phố Trà Vinh: {shown}"
    kept = f"?map={measure}" if measure in ("silent", "in", "rate", "worry") else ""
    assert here.get("href") == f"../842/{kept}"
    choices = [link.get("href") for link in links(screen, "measure-")]
    assert choices[1] == "?map=silent&sort=-in#map"
    (current,) = [link for link in links(screen, "measure-") if link.get("aria-current")]
    assert current.get("id") == f"measure-{measure if shown != '100,0%' else 'used'}"


def test_units_without_a_point_are_named_and_no_point_at_all_is_no_map(page, drawn, official):
    drawn.next_door.latitude = drawn.next_door.longitude = None
    drawn.next_door.save()
    screen = page.by(official).get("/dashboard/84/")
    assert [link.get("href") for link in links(screen, "missing-")] == ["../851/"]
    for unit in (drawn.here, drawn.ward_here):
        assert "Bản đồ" not in page.by(official).get(f"/dashboard/{unit.code}/").text


def test_units_of_one_name_are_told_apart_by_their_kind(page, drawn, official):
    make.unit("850", "Huyện Duyên Hải", drawn.province, kind="huyện", latitude=9.7, longitude=106.4)
    screen = page.by(official).get("/dashboard/84/")
    for name in ("Thị xã Duyên Hải", "Huyện Duyên Hải"):
        assert name in names(screen)
    assert "Trà Vinh" in names(screen)


def test_a_province_of_two_tiers_is_a_map_of_its_communes(page, official):
    province = make.unit("86", "Tỉnh Vĩnh Long", kind="tỉnh")
    for number in range(3):
        make.unit(
            f"29{number}", f"Phường {number}", province, kind="phường", level="commune",
            latitude=10 + number / 10, longitude=106,
        )  # fmt: skip
    screen = page.by(make.official(province)).get("/dashboard/86/")
    assert len(links(screen, "circle-")) == 3


def test_an_ended_unit_is_reached_by_its_list(page, drawn, official):
    make.unit("850", "Huyện Cũ", drawn.province, kind="huyện", latitude=9.7, longitude=106.4,
              valid_to=days.today() + timedelta(days=9))  # fmt: skip
    screen = page.by(official).get("/dashboard/84/?map=in")
    hrefs = [link.get("href") for link in links(screen, "circle-850")]
    assert hrefs == ["../850/?map=in&list=2004-01-01"]
