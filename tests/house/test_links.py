"""A link of another site, and what a browser fetches ahead, change nothing, whatever they open."""

import re

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from tests import make
from tests.page import Reader
from venues.models import Poster, Venue

from .addresses import ADDRESSES, filled
from .test_addresses import everybody, places

__all__ = ["everybody", "places"]

LINK = {
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
}
PREFETCH = {"Sec-Purpose": "prefetch", "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}
OWN = LINK | {"Sec-Fetch-Site": "same-origin"}
WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|WITH\b.*\b(?:INSERT|UPDATE|DELETE)\b)", re.DOTALL)
# Written by looking: that somebody tried, who looked at whom, and what the page goes on with.
OF_LOOKING = re.compile(r"accounts_limit|disclosure|django_session|cache_entry")
PAGES = [line for line in ADDRESSES if not line.startswith("POST ")]


def written(client: Client, url: str, headers: dict[str, str]) -> list[str]:
    with CaptureQueriesContext(connection) as seen, transaction.atomic():
        response = client.get(url, headers=headers)
        b"".join(response)
        transaction.set_rollback(True)
    statements = [query["sql"] for query in seen if WRITES.match(query["sql"])]
    return [sql for sql in statements if not OF_LOOKING.search(sql)]


def test_no_page_that_a_link_opens_writes_anything(
    everybody: list, places: dict, official_here: Account
):
    tracer = make.official(make.tree().here, "tracer@example.vn", role="tracer")
    owner, official, tracer = (
        Reader(Client()).by(who).client for who in (everybody[1], official_here, tracer)
    )
    for line in PAGES:
        _method, url = filled(line, places | {"suffix": "pdf"})
        by_owner, by_official = ADDRESSES[line].split()[1:4:2]
        reader = owner if by_owner == "200" else official if by_official == "200" else tracer
        assert written(reader, url, LINK) == [], line
    poster = filled("venues/<str:code>/poster.<str:suffix>", places | {"suffix": "pdf"})[1]
    assert len(written(owner, poster, OWN)) == 1  # the control


@pytest.mark.parametrize(
    ("headers", "method", "is_noted"),
    [
        (OWN, "GET", True),
        ({}, "GET", True),
        (OWN, "HEAD", False),
        (LINK, "GET", False),
        (LINK | {"Sec-Fetch-Site": "same-site"}, "GET", False),
        (PREFETCH, "GET", False),
        (OWN | {"Purpose": "prefetch"}, "GET", False),
    ],
)
def test_a_poster_is_printed_by_whoever_asks_for_it_here(
    venue: Venue, page: Reader, headers: dict[str, str], method: str, is_noted: bool
):
    owner = page.by(venue.owner).client
    for suffix in ("pdf", "png"):
        address = f"/venues/{venue.poster.code}/poster.{suffix}"
        owner.generic(method, address, headers=headers)
        assert Poster.objects.filter(printed_at__isnull=False).exists() is is_noted


def test_the_link_of_an_invitation_is_shown_to_whoever_made_it(page: Reader):
    inviter = make.official(make.tree().province, "admin@example.vn", role="administrator")
    reader = page.by(inviter)
    person = {"name": "Lê Thị Ngọc", "email": "ngoc@example.vn", "role": "official"}
    sent = reader.post("/accounts/people/invite/", person | {"area": make.tree().here.pk}, None)
    assert sent.location == "/accounts/people/invited/", sent.errors
    assert reader.client.get(sent.location, headers=LINK).status_code == 302
    assert "/accounts/invitation/" in reader.client.get(sent.location).content.decode()
    assert reader.client.get(sent.location).status_code == 302  # the control: shown once
