"""A venue from its registration: once, however often and however fast the form is sent."""

from datetime import UTC, datetime

import pytest

from accounts.models import Account
from tests import make
from tests.accounts.test_one_time_codes import at_once
from venues.models import Poster, Venue
from venues.registering import Registration, make_venue, registered
from venues.views import close_venue, replace_poster

NOW = datetime(2026, 10, 10, 3, 0, tzinfo=UTC)


def registration(**changes) -> Registration:
    filled = {
        "name": "Quán Cô Ba",
        "kind": "restaurant",
        "commune": "29239",
        "address": "1 Lê Lợi",
        "responsible_name": "Trần Thị Ba",
        "phone": "+84912345678",
        "nonce": "0" * 32,
    }
    return Registration(**filled | changes)


@pytest.mark.django_db(transaction=True)
def test_the_same_registration_sent_fifty_times_at_once_is_one_venue(owner, tree):
    made = at_once(50, lambda: make_venue(registration(), owner, NOW).pk)
    assert list(made.values()) == [50]
    assert (Venue.objects.count(), Poster.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_new_phone_registering_twice_at_once_is_one_owner(tree):
    def act() -> int:
        return make_venue(registration(), Account.objects.owner_of("+84911111111"), NOW).pk

    assert len(at_once(20, act)) == 1
    assert Account.objects.count() == 1


@pytest.mark.parametrize("change", [{"address": "2 Lê Lợi"}, {"nonce": "1" * 32}])
def test_another_form_is_another_venue(owner, tree, change: dict):
    made = {
        make_venue(filled, owner, NOW).pk for filled in (registration(), registration(**change))
    }
    assert len(made) == 2


def test_a_registration_finds_its_venue_and_no_other(owner, tree):
    assert registered(registration()) is None
    made = make_venue(registration(), owner, NOW)
    assert registered(registration()) == made
    assert registered(registration(nonce="1" * 32)) is None


@pytest.mark.django_db(transaction=True)
def test_a_poster_replaced_twenty_times_at_once_is_replaced_once(venue):
    old = venue.poster
    issued = at_once(20, lambda: replace_poster(old, NOW).code)
    assert list(issued.values()) == [20]
    assert venue.poster.number == old.number + 1
    assert venue.posters.count() == 2


def test_a_closed_venue_stays_closed_since_then(venue):
    close_venue(venue, make.moment("01:00"))
    close_venue(venue, make.moment("23:00"))
    venue.refresh_from_db()
    assert venue.closed_at == make.moment("01:00")
