"""Every address × everybody who may come there: a new address needs a line here."""

import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Account
from declarations.nonces import Nonce
from declarations.receipts import Receipt
from tests import make
from tests.page import Reader
from venues.models import Venue

# What each of these is answered: "signed out", the venue's owner, another owner, and officials
# of the venue's district, of the district next door, and of the province.
EVERYBODY = "200 200 200 200 200 200"
ONWARD = "302 302 302 302 302 302"
OWNERS = "302 200 404 404 404 404"
OWNERS_ACT = "302 302 404 404 404 404"
WHOSE_AREA = "302 200 404 200 404 200"
ADDRESSES = {
    "": EVERYBODY,
    "POST language/": ONWARD,
    "healthz": EVERYBODY,
    "readyz": EVERYBODY,
    "find/": "422 422 422 422 422 422",
    "v/<str:code>/": EVERYBODY,
    "V/<str:code>/": EVERYBODY,
    "v/<str:code>": EVERYBODY,
    "V/<str:code>": EVERYBODY,
    "POST v/<str:code>/": "422 422 422 422 422 422",
    "r/<str:token>/": EVERYBODY,
    "POST r/<str:token>/leave/": "303 303 303 303 303 303",
    "me/": EVERYBODY,
    "POST me/forget/": "303 303 303 303 303 303",
    "venues/": "302 200 200 302 302 302",
    "venues/register/": EVERYBODY,
    "venues/confirm/": ONWARD,
    "POST venues/confirm/resend/": ONWARD,
    "venues/<str:code>/": WHOSE_AREA,
    "venues/<str:code>/poster.<str:suffix>": WHOSE_AREA,
    "venues/<str:code>/edit/": OWNERS,
    "venues/<str:code>/replace/": OWNERS,
    "POST venues/<str:code>/replace/": OWNERS_ACT,
    "venues/<str:code>/close/": OWNERS,
    "POST venues/<str:code>/close/": OWNERS_ACT,
    "accounts/sign-in/": "200 302 302 302 302 302",
    "accounts/sign-in/code/": ONWARD,
    "POST accounts/sign-in/resend/": ONWARD,
    "POST accounts/sign-out/": ONWARD,
    "accounts/login/": "200 302 302 302 302 302",
    "accounts/login/second/": ONWARD,
    "accounts/logout/": "302 200 200 200 200 200",
    "accounts/password/": "302 403 403 200 200 200",
    "dashboard/": "302 403 403 302 302 302",
    "dashboard/<slug:unit>/": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/kinds/": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/posters/": "302 403 403 200 404 200",
    "POST dashboard/<slug:unit>/posters/": "302 403 403 422 404 422",
    "dashboard/<slug:unit>/silent/": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/silent/progress/": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/silent/sheet.pdf": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/silent/remind/": "302 403 403 302 404 302",
    "POST dashboard/<slug:unit>/silent/remind/": "302 403 403 302 404 302",
    "dashboard/<slug:unit>/silent/<str:code>/": "302 403 403 200 404 200",
    "POST dashboard/<slug:unit>/silent/<str:code>/remind/": "302 403 403 422 404 422",
    "POST dashboard/<slug:unit>/silent/<str:code>/approach/": "302 403 403 422 404 422",
    "POST dashboard/<slug:unit>/silent/<str:code>/compliance/": "302 403 403 422 404 422",
    "dashboard/<slug:unit>/import/": "302 403 403 200 404 200",
    "POST dashboard/<slug:unit>/import/": "302 403 403 422 404 422",
    "dashboard/<slug:unit>/import/template.<slug:file_type>": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/import/<uuid:listed>/": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/import/<uuid:listed>/decide/": "302 403 403 200 404 200",
    "POST dashboard/<slug:unit>/import/<uuid:listed>/decide/": "302 403 403 302 404 302",
    "POST dashboard/<slug:unit>/import/<uuid:listed>/go-on/": "302 403 403 302 404 302",
    "POST dashboard/<slug:unit>/import/<uuid:listed>/give-up/": "302 403 403 302 404 302",
    "dashboard/<slug:unit>/import/<uuid:listed>/faults.<slug:file_type>": "302 403 403 200 404 200",
    "jobs/": "302 403 403 200 200 200",
    "jobs/<uuid:pk>/": "302 403 403 200 404 404",
    "POST jobs/<uuid:pk>/cancel/": "302 403 403 302 404 404",
    "POST jobs/<uuid:pk>/again/": "302 403 403 302 404 404",
    "jobs/<uuid:pk>/files/<str:name>": "302 403 403 200 404 404",
}


@pytest.fixture
def everybody(venue: Venue, official_here: Account, official_next_door: Account) -> list:
    another = make.owner("+84987000111")
    province = make.official(make.tree().province)
    return [None, venue.owner, another, official_here, official_next_door, province]


@pytest.fixture
def places(venue: Venue, official_here: Account) -> dict[str, object]:
    """What stands in the variable parts of the addresses: all of it belongs to the venue."""
    visit = make.visit(venue)
    file = make.job(official_here, "numbers.txt").files.get()
    return {
        "code": venue.poster.code,
        "token": Receipt(venue.pk, Nonce.of(visit.id)).token,
        "suffix": "svg",
        "unit": make.tree().here.code,
        "pk": file.job_id,
        "name": file.name,
        "listed": make.listed(official_here).pk,
        "file_type": "csv",
    }


@pytest.mark.parametrize("line", ADDRESSES)
def test_an_address_is_open_to_whom_it_concerns(
    line: str, everybody: list, places: dict, page: Reader
):
    method, url = _filled(line, places)
    answers = [_answer(page.by(account), method, url) for account in everybody]
    assert " ".join(answers) == ADDRESSES[line]


@pytest.mark.parametrize("language", ["km", "en"])
def test_every_page_is_sound_in_the_other_languages(
    language: str, everybody: list, places: dict, page: Reader
):
    for line, answers in ADDRESSES.items():
        method, url = _filled(line, places)
        if method == "GET" and "200" in answers:
            reader = everybody[answers.split().index("200")]
            screen = page.by(reader).speaking(language).get(url)
            assert screen.language in (language, "")


def test_every_address_has_a_line():
    listed = {line.removeprefix("POST ") for line in ADDRESSES}
    found = set(_routes(get_resolver().url_patterns))
    assert found - listed == set(), "add who may come there"
    assert listed - found == set(), "these are gone"


def _filled(line: str, places: dict) -> tuple[str, str]:
    """Return the method and address of a line, with the places put in."""
    method, address = line.split() if line.startswith("POST ") else ("GET", line)
    return method, "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(places[part[1]]), address)


def _answer(reader: Reader, method: str, url: str) -> str:
    """Return the status, and undo what the visit changed, so that the next one finds all as it was."""
    with transaction.atomic():
        screen = reader.post(url, {}, None) if method == "POST" else reader.get(url, None)
        transaction.set_rollback(True)
    return str(screen.status)


def _routes(patterns: list, before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route
