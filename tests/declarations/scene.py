"""What a visitor of these tests types, and the ways in which it reaches the site."""

from typing import Any

from declarations.check_in import CheckIn
from declarations.identities import Person
from declarations.nonces import Nonce
from declarations.outcomes import Answers
from tests.page import Reader, Screen
from venues.models import Venue

HEALTHY = Answers(
    symptoms=0, travelled=False, case_contact=False, area_contact=False, symptomatic_contact=False
)
PERSON = Person("Nguyễn Thị Ánh", 1975, "+84912345678", "female", "", "12 Lê Lợi")
TYPED: dict[str, Any] = {
    "full_name": "Nguyễn Thị Ánh",
    "phone": "0912 345 678",
    "birth_year": "1975",
    "gender": "female",
    "commune": "29239",
    "address": "12 Lê Lợi",
    "case_contact": "no",
    "symptomatic_contact": "no",
    "area_contact": "no",
    "travelled": "no",
    "consent": "yes",
}


def address_of(venue: Venue) -> str:
    """The address a venue's poster leads to."""
    poster = venue.poster
    assert poster
    return f"/v/{poster.code}/"


def check_in(venue: Venue, nonce: Nonce, *people: Person, **changes: Any) -> CheckIn:
    """A form of healthy people, by default of one."""
    details = {"people": list(people) or [PERSON], "answers": HEALTHY}
    return CheckIn(venue.pk, nonce, **details | changes)


def declare(page: Reader, venue: Venue, **changes: Any) -> Screen:
    """Open the poster's page, fill it in and send it; return the receipt."""
    return page.submit(page.get(address_of(venue)), TYPED | changes)


def filled_in(screen: Screen) -> dict[str, str]:
    """What the check-in form of a page already holds; ticked boxes count, empty fields do not."""
    values = screen.form("check-in").values
    return {name: sent[0] for name, sent in values.items() if sent[0]}
