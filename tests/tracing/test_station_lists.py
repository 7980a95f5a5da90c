"""Lists for a commune's health station: everybody in follow-up there, of all cases."""

from datetime import timedelta

import pytest
from django.utils import timezone

from authority.disclosures import MOST_ALONE
from authority.looks import decide
from authority.models import Disclosure, Reveal
from declarations.models import Visitor
from districts.days import today
from districts.models import Unit
from tests import make, make_tracing
from tests.documents.sheet_reading import table_of
from tracing.models import Standing

from .test_lists import fetched, person, text

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def case(tree):
    return make_tracing.case(area=tree.here)


@pytest.fixture
def reader(page, tree):
    make.sealing_key()
    return make_tracing.unlocked(page, make_tracing.tracer(tree.here)).speaking("en")


def test_a_health_station_gets_everybody_in_follow_up_of_all_cases_once(reader, tree, case):
    other = make_tracing.case(make.visitor("Trần Văn Ca", "+84911"), area=tree.here)
    both = person(1, "Người Một")
    make_tracing.contact(case, both, follow_up_until=today() + 3 * DAY)
    make_tracing.contact(other, both)
    make_tracing.contact(other, person(2, "Người Hai"))
    make_tracing.contact(case, person(3), follow_up_until=today() - DAY)
    make_tracing.contact(case, person(4, residence=tree.commune_here))
    make_tracing.contact(case, person(5), standing=Standing.PROPOSED)
    lines = table_of(fetched(reader, "/tracing/communes/29239/contacts.csv"))
    cases = {line["Full name"]: line["Case"] for line in lines}
    assert cases == {"Người Một": f"{case.number}, {other.number}", "Người Hai": other.number}
    looks = Disclosure.objects.of_names().values_list("visitor", "case_number")
    assert set(looks) == {(both.key, other.number), (person(2, "Người Hai").key, other.number)}
    words = text(fetched(reader, "/tracing/communes/29239/contacts.pdf"))
    assert "TRẠM Y TẾ PHƯỜNG 1, THÀNH PHỐ TRÀ VINH" in words


def test_a_second_officer_confirms_a_list_over_several_cases_at_once(reader, tree, case):
    other = make_tracing.case(make.visitor("Trần Văn Ca", "+84911"), area=tree.here)
    for number in range(MOST_ALONE + 2):
        make_tracing.contact(case if number % 2 else other, person(number))
    address = "/tracing/communes/29239/contacts.csv"
    assert "52 people" in reader.get(address, 403)
    asked = Reveal.objects.get()
    assert (asked.case_number, asked.people) == (f"{case.number} +1", MOST_ALONE + 2)
    colleague = make_tracing.tracer(tree.here, "colleague@example.vn")
    decide(asked, colleague, timezone.now(), confirm=True)
    lines = table_of(fetched(reader, address))
    written = Disclosure.objects.of_names().values_list("case_number", flat=True)
    assert sorted(written) == sorted(line["Case"] for line in lines)


def test_the_page_of_stations_counts_each_person_once_and_leads_to_the_lists(reader, tree, case):
    other = make_tracing.case(make.visitor("Trần Văn Ca", "+84911"), area=tree.here)
    for one in (case, other):
        make_tracing.contact(one, person(1), due_on=today())
    make_tracing.contact(case, person(2))
    make_tracing.contact(case, person(3, residence=tree.commune_here))
    make_tracing.contact(case, person(4), follow_up_until=today() - DAY)
    screen = reader.get("/tracing/communes/")
    assert "Phường 1, Thành phố Trà Vinh 2 1" in screen
    assert "Xã Long Đức, Thành phố Trà Vinh 1 0" in screen
    assert "/tracing/communes/29239/contacts.pdf" in {a.get("href") for a in screen.root.iter("a")}


def test_after_a_reform_the_new_commune_has_the_list(reader, tree, case):
    make_tracing.contact(case, person(1), due_on=today())
    make_tracing.contact(case, person(2, residence=tree.commune_here))
    merged = make.unit("29300", "Phường Trà Vinh", tree.here, valid_from=today())
    old = [tree.ward_here.pk, tree.commune_here.pk]
    Unit.objects.filter(pk__in=old).update(valid_to=today(), successor=merged)
    assert "Phường Trà Vinh, Thành phố Trà Vinh 2 1" in reader.get("/tracing/communes/")
    lines = table_of(fetched(reader, "/tracing/communes/29300/contacts.csv"))
    assert len(lines) == 2


def test_no_station_of_the_district_next_door_is_shown(page, tree, case):
    make_tracing.contact(case, person(1))
    next_door = page.by(make_tracing.tracer(tree.next_door, "next@example.vn")).speaking("en")
    assert "Nobody is in follow-up today." in next_door.get("/tracing/communes/")


def test_whom_no_health_station_follows_up_is_on_a_list_of_their_own(reader, tree, case):
    elsewhere = make.unit("79", "Thành phố Hồ Chí Minh", None, kind="thành phố")
    nobody_knows, from_there = person(1, "Người Một"), person(2, "Người Hai", residence=elsewhere)
    Visitor.objects.filter(key=nobody_knows.key).update(residence=None)
    make_tracing.by_two(case)
    for who in (nobody_knows, from_there):
        who.refresh_from_db()
        make_tracing.contact(case, who, commune=None, due_on=today())
    make_tracing.contact(case, person(3, "Người Ba"))
    screen = reader.get("/tracing/communes/")
    assert "No health station here" in screen
    address = "/tracing/communes/elsewhere/contacts."
    assert f"{address}pdf" in {a.get("href") for a in screen.root.iter("a")}
    lines = table_of(fetched(reader, f"{address}csv"))
    places = {line["Full name"]: line["Commune"] for line in lines}
    assert places == {"Người Một": "residence not known", "Người Hai": "Thành phố Hồ Chí Minh"}
    words = text(fetched(reader, f"{address}pdf"))
    assert "CHƯA CÓ TRẠM Y TẾ" in words
    assert "chưa rõ nơi ở" in words
    listed = table_of(fetched(reader, f"/tracing/cases/{case.number}/contacts.csv"))
    assert {line["Commune"] for line in listed} >= {"residence not known"}


def test_everybody_in_follow_up_is_on_just_one_station_list(reader, tree, case):
    """Also of another district's communes, of which the officer gets the own cases' contacts."""
    homes = (tree.ward_here, tree.commune_here, tree.commune_next_door, None)
    for number, home in enumerate(homes, start=1):
        make_tracing.contact(case, person(number, f"Người {number}"), commune=home)
    links = [a.get("href") for a in reader.get("/tracing/communes/").root.iter("a")]
    names = [
        line["Full name"]
        for link in links if (link or "").endswith("contacts.csv")
        for line in table_of(fetched(reader, link))
    ]  # fmt: skip
    assert sorted(names) == [f"Người {number}" for number in range(1, 5)]


@pytest.mark.parametrize(
    "address", ["contacts/", "contacts/?standing=confirmed", "calls/", "contact"]
)
def test_where_nobody_knows_is_not_abroad(reader, tree, case, address):
    who = person(1)
    Visitor.objects.filter(key=who.key).update(residence=None)
    who.refresh_from_db()
    contact = make_tracing.contact(case, who, due_on=today())
    make_tracing.by_two(case)
    url = f"/tracing/cases/{case.number}/{address}"
    screen = reader.get(f"/tracing/contacts/{contact.pk}/" if address == "contact" else url)
    assert "residence not known" in screen
    assert "country" not in screen
