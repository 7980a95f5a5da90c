"""Looking leaves a trace: what is written down of searches, visits and cases, and who reads it."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from authority import disclosures
from authority.models import Disclosure, Seen
from declarations import identities
from tests import make, make_tracing
from tests.declarations.scene import declare
from tests.page import Reader
from tracing.models import Case

pytestmark = pytest.mark.django_db
PHONE = "0912 345 678"


@pytest.fixture
def reader(page, tree) -> Reader:
    return page.by(make_tracing.tracer(tree.here)).speaking("en")


def find(reader: Reader, text: str, purpose: str = "reported"):
    screen = reader.get("/tracing/find/")
    return reader.submit(screen, {"text": text, "purpose": purpose}, form="find")


def written() -> list[tuple[str, str, str]]:
    rows = Disclosure.objects.order_by("number")
    return [(row.fields[0], row.purpose, row.case_number) for row in rows]


def test_a_search_is_written_down_with_its_purpose_for_everybody_it_shows(reader, venue):
    people = [make.visitor(birth_year=year) for year in (1970, 1971)]
    find(reader, "0987 654 321", "met")
    assert written() == [("search", "met", "")] * 2
    assert set(Disclosure.objects.values_list("visitor", flat=True)) == {p.key for p in people}


@pytest.mark.parametrize("text", ["0911 222 333", "084075001234", "Nguyễn Thị Không", "ABCD-EFGH"])
def test_a_search_that_finds_nobody_is_written_down_and_keeps_nothing_typed(reader, tree, text):
    assert "Nobody was found." in find(reader, text)
    row = Disclosure.objects.values("visitor", "mask", "case_number").get()
    assert (row["mask"], row["case_number"]) == ("***", "")
    hashes = {identities.phone_hash("+84911222333"), identities.document_hash(text)}
    assert row["visitor"] not in hashes  # nobody of the database is found by it


def test_nobody_is_looked_for_without_a_purpose(reader, tree):
    make.visitor()
    screen = reader.post("/tracing/find/", {"text": "0987 654 321"}, 422)
    assert "says why" in screen.errors["id_text"]
    assert screen.form("find").values["text"] == ["0987 654 321"]
    assert not Disclosure.objects.exists()


def test_typing_a_person_in_is_a_search_of_their_phone(reader, tree):
    make_tracing.rule()
    other = make.visitor("Thạch Thị Sa", "+84911222333", 1985)
    typed = {
        "full_name": "Thạch Sô Phal", "phone": "0911 222 333", "birth_year": "1960",
        "commune": "29239", "onset_on": f"{make.moment(days_ago=1):%Y-%m-%d}",
    }  # fmt: skip
    screen = reader.submit(reader.get("/tracing/open/"), typed, form="open", status=422)
    assert other.mask in screen
    assert Disclosure.objects.filter(visitor=other.key, fields=[Seen.SEARCH]).exists()


def test_loading_again_back_and_the_next_page_are_one_look_and_two_tracers_are_two(
    reader, page, tree, monkeypatch
):
    case = make_tracing.case(area=tree.here)
    for address in ("", "", "chain/", "contacts/", "contacts/?page=2", "calls/", ""):
        reader.get(f"/tracing/cases/{case.number}/{address}")
    expected = [("visits", "trace", case.number), ("contacts", "trace", case.number)]
    assert written() == expected
    colleague = page.by(make_tracing.tracer(tree.here, "colleague@example.vn"))
    colleague.get(f"/tracing/cases/{case.number}/")
    assert written() == [*expected, expected[0]]
    monkeypatch.setattr(disclosures, "SAME_FOR", timedelta())
    reader.get(f"/tracing/cases/{case.number}/")
    assert written() == [*expected, expected[0], expected[0]]


@pytest.mark.django_db(transaction=True)
def test_one_look_of_several_requests_at_once_is_written_down_once(reader, tree):
    case = make_tracing.case(area=tree.here)

    def look() -> None:
        reader.client.get(f"/tracing/cases/{case.number}/")
        connection.close()

    threads = [Thread(target=look) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(written()) == 1
    assert disclosures.first_broken() is None


def test_an_opened_case_is_written_down_with_it(reader, tree):
    make_tracing.rule()
    who = make.visitor()
    screen = reader.get(f"/tracing/open/?purpose=asked&person={who.key}")
    onset = make.moment(days_ago=1).date()
    reader.post("/tracing/open/", screen.form("open").filled({"onset_on": onset}), 303)
    number = Case.objects.get().number
    assert written() == [("search", "asked", ""), ("visits", "trace", number)]


def test_a_link_of_another_site_writes_nothing_in_an_officers_name(reader, tree):
    case = make_tracing.case()
    for place in ("", "calls/", "chain/"):
        led = reader.get(f"/tracing/cases/{case.number}/{place}", sec_fetch_site="cross-site")
        assert "Open the page" in led
    assert written() == []
    reader.get(f"/tracing/cases/{case.number}/", sec_fetch_site="same-origin")
    assert written() != []  # the control


def test_were_nothing_written_down_the_same_pages_would_leave_no_trace(reader, tree, monkeypatch):
    """The control of this file: it is the writing that its tests see, and nothing else."""
    for name in ("access", "cases.finding"):
        monkeypatch.setattr(f"tracing.{name}.write_down", lambda *_look: None)
    case = make_tracing.case(area=tree.here)
    assert case.mask in find(reader, "0987 654 321")
    assert case.mask in reader.get(f"/tracing/cases/{case.number}/")
    assert not Disclosure.objects.exists()


def test_the_person_reads_who_searched_and_who_looked_at_their_visits(page, venue, tree):
    make.sealing_key()
    declare(page, venue)
    make_tracing.rule()
    tracer = make_tracing.tracer(tree.here, name="Cán bộ Tò Mò")
    screen = find(page.by(tracer).speaking("en"), PHONE, "asked")
    assert screen.response.context["found"].people
    visitor = screen.response.context["found"].people[0].visitor
    case = make_tracing.case(visitor, area=tree.here)
    page.by(tracer).get(f"/tracing/cases/{case.number}/")
    text = page.speaking("en").get("/me/").text
    assert "searched for you, as the person asked for it" in text
    assert f"looked at your visits, to trace whom a case met · case {case.number}" in text
    assert text.count("Cán bộ Tò Mò") == 2
    impostor = page.by(None)
    declare(impostor, venue)
    assert "Tò Mò" not in impostor.get("/me/")


def test_the_log_counts_searches_of_each_officer_and_lists_what_is_asked_for(reader, page, tree):
    for year in (1970, 1971):
        make.visitor(birth_year=year)
    find(reader, "0987 654 321")
    find(reader, "0911 222 333")
    case = make_tracing.case(area=tree.here)
    colleague = make_tracing.tracer(tree.ward_here, "colleague@example.vn")
    page.by(colleague).get(f"/tracing/cases/{case.number}/")
    screen = reader.get("/tracing/log/")
    rows = screen.response.context["officers"]
    assert [(row["searches"], row["cases"], row["names"]) for row in rows] == [(2, 0, 0), (0, 1, 0)]
    for asked, number in {"": 4, "seen=search": 3, "seen=visits": 1, "seen=x": 4, "seen=names": 0,
                          f"officer={colleague.pk}": 1}.items():  # fmt: skip
        listed = reader.get(f"/tracing/log/?{asked}").response.context["page"]
        assert listed.paginator.count == number, asked


def test_looks_of_next_door_are_in_no_log_here(reader, page, tree):
    find(reader, "0911 222 333")
    next_door = page.by(make_tracing.tracer(tree.next_door, "next@example.vn"))
    context = next_door.get("/tracing/log/").response.context
    assert (len(context["officers"]), context["page"].paginator.count) == (0, 0)
