"""A market morning: many phones at once, and every person counted once."""

import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from declarations.models import Declaration, Visit, Visitor
from tests import make
from tests.declarations.scene import TYPED, address_of
from tests.page import Reader

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE, AT_ONCE = 1_000, 10
PEOPLE_IN = ".//ul[@class='tiles']/li[2]/p[@class='big number']"


def test_a_thousand_people_at_once_are_a_thousand_in_every_dashboard():
    tree = make.tree()
    make.sealing_key()
    # Of ten people four go to the first ward, and so on: no two areas have the same number.
    share = {tree.ward_here: 4, tree.commune_here: 3, tree.ward_next_door: 2}
    share[tree.commune_next_door] = 1
    doors = [address_of(make.venue(commune=place)) for place, n in share.items() for _ in range(n)]
    # Ten doors, as each venue stands there once for each of its ten people.
    answers = at_once(AT_ONCE, lambda n: visits(doors[n % 10], n), range(PEOPLE))
    assert [answer.status_code for answer in answers] == [303] * PEOPLE
    assert len({answer["Location"] for answer in answers}) == PEOPLE
    assert [model.objects.count() for model in (Visit, Declaration, Visitor)] == [PEOPLE] * 3
    expected = {tree.province: 1000, tree.here: 700, tree.next_door: 300}
    expected |= {place: n * 100 for place, n in share.items()}
    assert {area: people_in(area) for area in expected} == expected


def test_three_hundred_people_at_one_door_are_three_hundred_up_the_tree():
    tree, venue = make.tree(), make.venue()
    make.sealing_key()
    at_once(AT_ONCE, lambda n: visits(address_of(venue), n), range(300))
    areas = (tree.province, tree.here, tree.ward_here)
    assert [people_in(area) for area in areas] == [300] * 3


def test_a_form_sent_fifty_times_at_once_is_one_visit_and_one_receipt():
    make.sealing_key()
    venue = make.venue()
    address = address_of(venue)
    form = TYPED | {"nonce": nonce_at(Client(), address)}
    answers = at_once(50, lambda _n: Client().post(address, form), range(50))
    assert [answer.status_code for answer in answers] == [303] * 50
    assert len({answer["Location"] for answer in answers}) == 1
    assert [model.objects.count() for model in (Visit, Declaration, Visitor)] == [1] * 3
    assert people_in(venue.commune) == 1


def at_once(threads: int, act: Callable[[int], Any], numbers: Iterable[int]) -> list[Any]:
    """Do something for each number, so many at a time."""

    def one(number: int) -> Any:
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, numbers))


def visits(address: str, number: int) -> Any:
    """A person with a phone of their own opens the address and declares."""
    phone = Client()
    who = {"full_name": f"Nguyễn Văn {number}", "phone": f"0912 {number:06}"}
    return phone.post(address, TYPED | who | {"nonce": nonce_at(phone, address)})


def nonce_at(phone: Client, address: str) -> str:
    """Open the form, and return the nonce in it."""
    found = re.search(r'name="nonce" id="id_nonce" value="([^"]+)"', opened(phone, address))
    assert found
    return found[1]


def opened(phone: Client, address: str) -> str:
    """Return the page behind the poster's address."""
    return phone.get(address, headers={"accept-language": "vi"}).content.decode()


def people_in(area: make.Unit) -> int:
    """People in today, as the dashboard of an area shows them to its official."""
    official = make.official(area, f"crowd-{area.code}@example.vn")
    tile = Reader(Client()).by(official).get(f"/dashboard/{area.code}/").root.find(PEOPLE_IN)
    return int(tile.text.replace(".", ""))
