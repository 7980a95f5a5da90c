"""The name of a case: shown to who unlocked a key, and never before the look is written down."""

import pytest

from authority.models import Disclosure
from tests import make, make_tracing

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(tree):
    return make_tracing.case(area=tree.here)


@pytest.fixture
def tracer(tree):
    return make_tracing.tracer(tree.here)


def address(case):
    return f"/tracing/cases/{case.number}/"


def test_a_name_is_shown_after_the_look_is_written_down(page, case, tracer):
    reader = make_tracing.unlocked(page, tracer).speaking("en")
    screen = reader.get(address(case))
    assert "Nguyễn Văn An" not in screen
    assert not Disclosure.objects.of_names().exists()
    screen = reader.submit(screen, form="name")
    assert "Nguyễn Văn An" in screen
    assert screen.links["0987 654 321"] == "tel:+84987654321"
    look = Disclosure.objects.of_names().get()
    assert (look.officer, look.case_number, look.purpose) == (tracer, case.number, "recognise")


def test_a_locked_key_leads_to_unlocking_and_back_to_the_case(page, case, tracer):
    screen = page.by(tracer).post(f"{address(case)}name/", {})
    assert "/tracing/key/unlock/?next=" in screen.location
    assert case.number in screen.location
    assert not Disclosure.objects.of_names().exists()


def test_a_box_that_was_moved_shows_nothing_and_says_so(page, case, tracer):
    case.sealed_row = make.visitor("Lê Văn Bình").key
    case.visitors = [case.sealed_row]
    case.save()
    reader = make_tracing.unlocked(page, tracer).speaking("en")
    screen = reader.submit(reader.get(address(case)), form="name")
    assert "cannot be opened with your key" in screen
    assert Disclosure.objects.of_names().count() == 1


def test_the_first_page_says_until_when_the_key_is_unlocked(page, case, tracer):
    assert "your key is locked" in page.by(tracer).speaking("en").get("/tracing/")
    reader = make_tracing.unlocked(page, tracer).speaking("en")
    assert "your key is unlocked until" in reader.get("/tracing/")


def test_names_of_next_door_cannot_be_looked_at(page, case, tree):
    reader = make_tracing.unlocked(page, make_tracing.tracer(tree.next_door, "next@example.vn"))
    reader.post(f"{address(case)}name/", {}, 404)
    assert not Disclosure.objects.of_names().exists()
