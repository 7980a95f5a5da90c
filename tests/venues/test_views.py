"""The owner's pages: what is kept, what is refused, and for whom they exist."""

from contextlib import ExitStack

import pytest

from accounts.models import Account
from accounts.turns import turn
from tests import make
from venues import views
from venues.models import Venue

ACTS = ("edit", "replace", "close")
PRINT_OUTS = ("poster.pdf", "poster.png", "poster.svg", "poster.pdf?paper=a5")


@pytest.fixture
def address(venue) -> str:
    return f"/venues/{venue.poster.code}/"


@pytest.fixture
def outsider(db) -> Account:
    return make.owner("+84987654321")


def test_the_list_shows_the_own_venues_open_ones_first(page, venue, outsider):
    make.venue("Chợ đóng", closed_at=make.moment())
    make.venue("Không phải của tôi", owner=outsider)
    text = page.by(venue.owner).get("/venues/").text
    assert text.index(venue.name) < text.index("Chợ đóng")
    assert "Không phải" not in text


def test_a_long_list_is_read_in_pages(page, owner, monkeypatch):
    monkeypatch.setattr(views, "_VENUES_PER_PAGE", 2)
    for number in range(3):
        make.venue(f"Quán {number}", owner=owner)
    reader = page.by(owner)
    assert [f"Quán {number}" in reader.get("/venues/") for number in range(3)] == [
        True,
        True,
        False,
    ]
    assert "Quán 2" in reader.get("/venues/?page=2")


def test_the_list_sends_officials_to_their_dashboard(page, official_here):
    assert page.by(official_here).get("/venues/", status=302).location == "/dashboard/"


@pytest.mark.parametrize("rest", ["", *ACTS, *PRINT_OUTS])
def test_a_venue_exists_for_its_owner_alone(page, venue, address, outsider, rest: str):
    rest = f"{rest}/" if rest in ACTS else rest
    page.by(venue.owner).get(address + rest)
    page.by(outsider).get(address + rest, status=404)
    asked = page.get(address + rest, status=302)
    assert asked.location.startswith("/accounts/sign-in/?next=/venues/")


@pytest.mark.parametrize("rest", ["", *PRINT_OUTS])
def test_officials_see_venues_of_their_area(
    page, venue, address, official_here, official_next_door, rest: str
):
    page.by(official_here).get(address + rest)
    page.by(official_next_door).get(address + rest, status=404)


@pytest.mark.parametrize("act", ACTS)
def test_only_the_owner_changes_a_venue(page, venue, address, official_here, outsider, act: str):
    code = venue.poster.code
    for account in (official_here, outsider):
        page.by(account).get(f"{address}{act}/", status=404)
        page.by(account).post(f"{address}{act}/", {}, status=404)
    page.post(f"{address}{act}/", {}, status=302)
    venue.refresh_from_db()
    assert (venue.closed_at, venue.poster.code) == (None, code)


@pytest.mark.parametrize("code", ["AAAAAAAA", "nothing", "\x00", "🍜", "a" * 500, "2222222O"])
def test_an_unknown_code_is_404(page, owner, code: str):
    page.by(owner).get(f"/venues/{code}/", status=404)


def test_a_code_is_understood_as_people_write_it(page, venue, address):
    for typed in (venue.poster.displayed_code, venue.poster.code.lower()):
        assert page.by(venue.owner).get(f"/venues/{typed}/", status=302).location == address


def test_replacing_the_poster_leads_from_the_old_code_to_the_new(page, venue, address):
    reader = page.by(venue.owner)
    old = venue.poster
    screen = reader.submit(reader.get(f"{address}replace/"))
    assert venue.poster.code != old.code
    assert screen.url == f"/venues/{venue.poster.code}/"
    assert reader.get(address, status=302).location == screen.url
    moved = reader.get(f"{address}poster.pdf?paper=a5", status=302).location
    assert moved == f"{screen.url}poster.pdf?paper=a5"
    reader.post(f"{address}replace/", {})
    assert venue.posters.count() == 2
    page.get(f"/v/{old.code}/", status=410)
    page.get(f"/v/{venue.poster.code}/")


def test_a_closed_venue_takes_no_visitors_and_no_changes(page, venue, address):
    reader = page.by(venue.owner)
    screen = reader.submit(reader.get(f"{address}close/"))
    assert not any("poster" in link for link in screen.links.values())
    page.get(f"/v/{venue.poster.code}/", status=410)
    for act in ACTS:
        assert reader.get(f"{address}{act}/", status=302).location == address


def test_details_can_be_changed(page, venue, address):
    reader = page.by(venue.owner)
    form = reader.get(f"{address}edit/")
    changes = {"address": "9 Lê Lợi", "responsible_name": "Sơn Thị Sà", "phone": "0987654321"}
    changes["responsible_phone"] = changes.pop("phone")
    screen = reader.submit(form, **changes)
    assert "9 Lê Lợi" in screen
    assert "0987 654 321" in screen
    venue.refresh_from_db()
    assert venue.name == "Chợ Trà Vinh"


@pytest.mark.parametrize("field", ["address", "responsible_name", "responsible_phone"])
@pytest.mark.parametrize("bad", ["", "\x00", "a\u202eb", "🍜", "x" * 100_000, "a\tb", "---"])
def test_bad_details_are_refused_and_nothing_is_lost(page, venue, address, field: str, bad: str):
    filled = {
        "address": "9 Lê Lợi",
        "responsible_name": "Sơn Thị Sà",
        "responsible_phone": "0987654321",
    }
    screen = page.by(venue.owner).post(f"{address}edit/", filled | {field: bad}, status=422)
    assert list(screen.errors) == [f"id_{field}"]
    kept = {name: values[0] for name, values in screen.form().values.items()}
    assert {**kept, field: bad}.items() >= {**filled, field: bad}.items()
    assert Venue.objects.get().address == "12 Bạch Đằng"


@pytest.mark.parametrize("print_out", PRINT_OUTS)
def test_posters_to_print_take_turns_and_the_one_that_is_shown_does_not(
    page, venue, address, print_out
):
    places = [("posters", 2)] * 2 + [("posters-waiting", 4)] * 4
    with ExitStack() as taken:
        for work, most in places:
            taken.enter_context(turn(work, most, 0))
        expected = 200 if "svg" in print_out else 503
        page.by(venue.owner).get(f"{address}{print_out}", expected)


def test_one_owner_leaves_turns_to_others(page, venue, outsider):
    other = make.venue("Chợ khác", owner=outsider)
    own = f"posters-of-{venue.owner.pk}"
    with turn(own, 1, 0), turn(f"{own}-waiting", 1, 0):
        page.by(venue.owner).get(f"/venues/{venue.poster.code}/poster.png", 503)
        assert page.by(outsider).client.get(f"/venues/{other.poster.code}/poster.png").content
