"""The owner's page counts today's visits exactly, and shows no name."""

from datetime import timedelta

from dashboards.owner import figures
from declarations.nonces import word_of_the_day
from districts.days import today
from tests import make


def test_figures_are_those_of_today_and_of_this_venue(venue):
    noon, hour = make.moment("12:00"), timedelta(hours=1)
    make.visit(venue, noon - hour)
    make.visit(venue, noon - 2 * hour, stay=hour)
    make.visit(venue, make.moment("23:30", days_ago=1), stay=hour)
    make.visit(venue, make.moment("23:40", days_ago=1))
    make.visit(venue, make.moment("10:00", days_ago=2))
    make.visit(make.venue("Chợ khác"), noon - hour)
    assert figures(venue, noon) == {"entered": 2, "left": 2, "inside": 2}


def test_the_page_shows_figures_and_word_and_nobodys_name(page, venue):
    make.visit(venue)
    screen = page.by(venue.owner).get(f"/venues/{venue.poster.code}/")
    assert word_of_the_day(venue.pk, today()) in screen
    assert venue.poster.displayed_code in screen
    assert "Nguyễn Văn An" not in screen


def test_an_official_sees_the_page_without_the_owners_acts(page, venue, official_here):
    screen = page.by(official_here).get(f"/venues/{venue.poster.code}/")
    assert not [link for link in screen.links.values() if link.endswith(("/edit/", "/close/"))]
