"""The chain of transmission: what is linked, and a drawing that can be read."""

from datetime import timedelta
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from accounts.models import Account
from districts import days
from tests import make, make_tracing
from tests.page import Reader
from tracing.chain.drawing import BOX_HEIGHT, BOX_WIDTH, chain_svg, drawing_of
from tracing.chain.links import MOST_CASES, chain_of
from tracing.models import Case, Status

LONG = "Cửa hàng vật liệu xây dựng và trang trí nội thất Nguyễn Thị Minh Khai số 2 ហាងកាហ្វេភ្នំពេញថ្មី"


@pytest.fixture
def tracer(tree) -> Account:
    return make_tracing.tracer()


def ill(number: int, days_ago: int = 1, **changes) -> Case:
    who = make.visitor(f"Người Bệnh {number}", f"+8490000{number:04d}")
    onset = days.today() - timedelta(days=days_ago)
    return make_tracing.case(who, onset_on=onset, **changes)


def stayed(case: Case, venue, clock: str, minutes: int = 60) -> None:
    start = make.moment(clock, days_ago=3)
    make_tracing.told_stay(case, venue, start, start + timedelta(minutes=minutes))


def fell_ill(earlier: Case, later: Case) -> None:
    who = make.visitor(f"Tiếp Xúc {later.pk}", f"+8491000{later.pk:04d}")
    make_tracing.contact(earlier, who, became=later)


def linked(case: Case) -> set[tuple[str, str, bool]]:
    found = chain_of(case, Case.objects.all())
    return {(link.earlier.number, link.later.number, link.is_known) for link in found.links}


def test_the_whole_chain_is_found_from_any_of_its_cases(tree, venue):
    first, second, third, apart = ill(1, 9), ill(2, 5), ill(3, 2), ill(4, 2)
    fell_ill(first, second)
    stayed(second, venue, "08:00")
    stayed(third, venue, "08:30")
    stayed(apart, venue, "09:30")
    wanted = {(first.number, second.number, True), (second.number, third.number, False)}
    assert all(linked(case) == wanted for case in (first, second, third))
    assert linked(apart) == set()


def test_an_excluded_case_and_one_next_door_are_not_in_it(tree, venue, page: Reader):
    mine = ill(1, area=tree.here)
    not_ill = ill(2, area=tree.here, status=Status.EXCLUDED)
    theirs = ill(3, area=tree.next_door)
    Case.objects.filter(pk=theirs.pk).update(residence=tree.commune_next_door)
    for case in (mine, not_ill, theirs):
        stayed(case, venue, "08:00")
    reader = page.by(make_tracing.tracer(tree.here, "here@example.vn"))
    text = reader.get(f"/tracing/cases/{mine.number}/chain/").text
    assert theirs.number not in text
    assert not_ill.number not in text


def test_a_known_link_stands_for_the_possible_one_and_a_circle_ends(tree, venue):
    first, second = ill(1, 5), ill(2, 3)
    stayed(first, venue, "08:00")
    stayed(second, venue, "08:00")
    fell_ill(first, second)
    fell_ill(second, first)
    assert len(chain_of(first, Case.objects.all()).cases) == 2
    assert all(is_known for _one, _other, is_known in linked(first))


def test_a_very_long_chain_is_cut(tree, venue):
    cases = [ill(number, 1 + number % 9) for number in range(MOST_CASES + 1)]
    for case in cases:
        stayed(case, venue, "08:00")
    found = chain_of(cases[0], Case.objects.all())
    assert (len(found.cases), found.is_cut) == (MOST_CASES, True)


@pytest.mark.parametrize("number", [1, 2, 9, 40])
def test_no_box_covers_another_and_lines_end_at_boxes(number: int, tree):
    venue = make.venue(LONG)
    cases = [ill(n, 1 + n * 7 % 11) for n in range(number)]
    for case in cases:
        stayed(case, venue, "08:00")
    drawing = drawing_of(chain_of(cases[0], Case.objects.all()))
    assert len(drawing.boxes) == number
    for a, b in combinations(drawing.boxes, 2):
        assert abs(a.x - b.x) >= BOX_WIDTH or abs(a.y - b.y) >= BOX_HEIGHT
    sides = {s for box in drawing.boxes for s in (box.left, box.right, box.foot, box.head)}
    assert all({edge.start, edge.end} <= sides for edge in drawing.edges)
    assert all(box.x + BOX_WIDTH <= drawing.width for box in drawing.boxes)


def test_the_drawing_is_xml_with_every_case_and_the_whole_name_on_asking(tree):
    venue = make.venue(f"{LONG} <b>&")
    first, second = ill(1, 5), ill(2, 2)
    stayed(first, venue, "08:10")
    stayed(second, venue, "08:10", minutes=30)
    chain = chain_of(first, Case.objects.all())
    drawn = ET.fromstring(chain_svg(chain, {}))
    text = " ".join(drawn.itertext())
    assert first.number in text
    assert second.number in text
    assert f"{LONG} <b>&" in text
    assert "08:10–08:40" in text
    assert not drawn.findall(".//*[@style]")


def test_the_file_stands_alone_and_names_nobody(tree, tracer: Account, page: Reader):
    case = ill(1)
    answer = page.by(tracer).client.get(f"/tracing/cases/{case.number}/chain.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    drawn = ET.fromstring(answer.content)
    assert drawn.find(".//{*}rect").get("stroke")
    assert "href" not in answer.content.decode()
    assert "Người Bệnh" not in answer.content.decode()
