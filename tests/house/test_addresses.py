"""Every address × everybody who may come there: a new address needs a line here."""

import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts import second_factors
from accounts.models import Account
from declarations.nonces import Nonce
from declarations.receipts import Receipt
from districts import days
from districts.models import Unit
from tests import make
from tests.page import Reader
from venues.models import Venue

# What each of these is answered: "signed out", the venue's owner, another owner, and officials
# of the venue's district, of the district next door, and of the province.
EVERYBODY = "200 200 200 200 200 200"
ONWARD = "302 302 302 302 302 302"
OWNERS = "302 200 404 404 404 404"
OWNERS_ACT = "302 302 404 404 404 404"
OFFICIALS = "302 403 403 200 200 200"
OFFICIALS_ACT = "302 403 403 302 302 302"
ADMINISTRATORS = "302 404 404 404 404 404"
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
    "accounts/forgotten/": EVERYBODY,
    "accounts/forgotten/sent/": EVERYBODY,
    "accounts/new-password/<slug:uidb36>/<str:key>/": EVERYBODY,
    "accounts/new-password/done/": EVERYBODY,
    "accounts/invitation/<str:token>/": "410 410 410 410 410 410",
    "accounts/confirm/": "302 403 403 200 302 302",
    "accounts/second-step/": OFFICIALS,
    "accounts/second-step/app/": OFFICIALS,
    "accounts/second-step/passkey/": OFFICIALS,
    "accounts/second-step/codes/": OFFICIALS,
    "POST accounts/second-step/codes/new/": OFFICIALS_ACT,
    "accounts/second-step/codes/recovery-codes.txt": "302 403 403 404 404 404",
    "accounts/second-step/<int:factor>/rename/": "302 403 403 404 404 404",
    "accounts/second-step/<int:factor>/remove/": "302 403 403 200 404 404",
    "accounts/security/": OFFICIALS,
    "POST accounts/security/elsewhere/": OFFICIALS_ACT,
    "accounts/people/": OFFICIALS,
    "accounts/people/invite/": OFFICIALS,
    "accounts/people/invited/": OFFICIALS_ACT,
    "POST accounts/people/invited/<int:invitation>/again/": "302 403 403 302 404 302",
    "POST accounts/people/invited/<int:invitation>/withdraw/": "302 403 403 302 404 302",
    "accounts/people/<int:person>/": "302 403 403 200 404 200",
    "accounts/people/<int:person>/change/": "302 403 403 200 404 200",
    "POST accounts/people/<int:person>/change/": "302 403 403 422 404 422",
    "accounts/people/<int:person>/close/": "302 403 403 200 404 200",
    "POST accounts/people/<int:person>/close/": "302 403 403 302 404 302",
    "POST accounts/people/<int:person>/reopen/": "302 403 403 302 404 302",
    "POST accounts/people/<int:person>/password/": "302 403 403 302 404 302",
    "accounts/people/<int:person>/second-step/": "302 403 403 404 404 404",
    "admin/": ADMINISTRATORS,
    "admin/logout/": ADMINISTRATORS,
    "admin/password/": ADMINISTRATORS,
    "admin/jsi18n/": ADMINISTRATORS,
    "admin/<slug:app_label>/": ADMINISTRATORS,
    "admin/accounts/account/": ADMINISTRATORS,
    "admin/accounts/account/<path:object_id>/": ADMINISTRATORS,
    "admin/districts/unit/": ADMINISTRATORS,
    "admin/districts/unit/<path:object_id>/": ADMINISTRATORS,
    "admin/venues/venue/": ADMINISTRATORS,
    "admin/venues/venue/<path:object_id>/": ADMINISTRATORS,
    "admin/venues/poster/": ADMINISTRATORS,
    "admin/venues/poster/<path:object_id>/": ADMINISTRATORS,
    "dashboard/": "302 403 403 302 302 302",
    "dashboard/<slug:unit>/": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/kinds/": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/report/": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/report.pdf": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/report.<slug:file_type>": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/sheets/": "302 403 403 200 404 200",
    "dashboard/<slug:unit>.<slug:file_type>": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/days.<slug:file_type>": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/hours.<slug:file_type>": "302 403 403 200 404 200",
    "dashboard/<slug:unit>/<slug:table>.<slug:file_type>": "302 403 403 200 404 200",
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

# A tracer looks after nobody; an administrator resets second steps, and reads in Django's admin.
OTHERWISE = {("tracer", a.removeprefix("POST ")): "404" for a in ADDRESSES if "people" in a}
OTHERWISE |= {("administrator", address): "200" for address in ADDRESSES if "admin/" in address}
OTHERWISE |= {
    ("administrator", "admin/logout/"): "302",
    ("administrator", "admin/password/"): "302",
    ("administrator", "accounts/people/<int:person>/second-step/"): "200",
}
# There is no object 0: tests/checkin_site/test_office.py opens those that are there.
OTHERWISE |= {("administrator", address): "302" for address in ADDRESSES if "object_id" in address}
# Where one gets with a password, and must.
BEFORE_THE_SECOND_STEP = {
    "accounts/logout/",
    "accounts/second-step/",
    "accounts/second-step/app/",
    "accounts/second-step/passkey/",
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
    here = Account.objects.filter(area=make.tree().here).first()
    return _accounts_places(venue, here) | {
        "code": venue.poster.code,
        "token": Receipt(venue.pk, Nonce.of(visit.id)).token,
        "suffix": "svg",
        "unit": make.tree().here.code,
        "pk": file.job_id,
        "name": file.name,
        "table": "venues",
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


OF_UNITS = [line for line in ADDRESSES if "<slug:unit>" in line]


@pytest.mark.parametrize("line", OF_UNITS)
def test_nothing_of_the_district_next_door_exists(
    line: str, places: dict, official_next_door: Account, page: Reader
):
    tree, reader = make.tree(), page.by(official_next_door)
    theirs = [tree.province, tree.here, tree.ward_here, tree.commune_here]
    own = [tree.next_door, tree.ward_next_door, tree.commune_next_door]
    # Their venue is not found under one's own units either.
    for unit in theirs + (own if "<str:code>" in line else []):
        method, url = _filled(line, places | {"unit": unit.code})
        assert _answer(reader, method, url) == "404", url


@pytest.mark.parametrize("line", OF_UNITS)
def test_a_commune_sees_neither_the_next_one_nor_the_district_around(
    line: str, places: dict, page: Reader
):
    tree = make.tree()
    reader = page.by(make.official(tree.commune_here))
    for unit in (tree.province, tree.here, tree.ward_here, tree.ward_next_door):
        method, url = _filled(line, places | {"unit": unit.code})
        assert _answer(reader, method, url) == "404", url


@pytest.mark.parametrize("line", OF_UNITS)
def test_a_code_that_a_reform_used_again_opens_nothing_of_the_other_district(
    line: str, places: dict, official_here: Account, official_next_door: Account, page: Reader
):
    tree, today = make.tree(), days.today()
    ward = tree.ward_here
    Unit.objects.filter(pk=ward.pk).update(valid_to=today)
    details = {"level": "commune", "kind": "phường", "name": "Phường Mới", "name_order": "1"}
    Unit.objects.create(code=ward.code, parent=tree.next_door, valid_from=today, **details)
    method, url = _filled(line, places | {"unit": ward.code})
    theirs = _answer(page.by(official_next_door), method, f"{url}?list={ward.valid_from}")
    assert theirs == "404"
    # Whoever had the old ward gets to it alone, whatever the address asks of it.
    own = page.by(official_here)
    screen = own.post(url, {}, None) if method == "POST" else own.get(url, None)
    screen = own.follow(screen)
    is_page = screen.response["Content-Type"].startswith("text/html")
    assert "Phường 1, Thành phố Trà Vinh" in screen.h1 or not is_page
    assert "Phường Mới".encode() not in screen.response.getvalue()


@pytest.mark.parametrize("line", ADDRESSES)
def test_tracers_and_administrators_are_answered_as_officials_of_their_area(
    line: str, everybody: list, places: dict, page: Reader
):
    method, url = _filled(line, places)
    answers = ADDRESSES[line].split()
    plain = answers[4 if "factor" in line or "confirm" in line else 3]
    for role in ("tracer", "administrator"):
        account = make.official(make.tree().here, f"{role}@example.vn", role=role)
        with transaction.atomic():
            answer = _sent(page.by(account).client, method, url).status_code
            transaction.set_rollback(True)
        assert str(answer) == OTHERWISE.get((role, line.removeprefix("POST ")), plain), role


@pytest.mark.parametrize("line", ADDRESSES)
def test_a_password_alone_opens_nothing_of_the_officials(
    line: str, everybody: list, places: dict, page: Reader
):
    reader = page.by(make.official(make.tree().here, "half@example.vn"))
    make.password_only(reader.client)
    method, url = _filled(line, places)
    answer = _sent(reader.client, method, url)
    if len(set(ADDRESSES[line].split())) == 1 or line in BEFORE_THE_SECOND_STEP:
        assert answer.status_code in (200, 302, 303, 410, 422)
    elif answer.status_code != 404:
        assert answer.status_code == 302
        assert answer.url.startswith(("/accounts/second-step/", "/dashboard/", "/venues/"))


def test_every_address_has_a_line():
    listed = {line.removeprefix("POST ") for line in ADDRESSES}
    found = set(_routes(get_resolver().url_patterns))
    assert found - listed == set(), "add who may come there"
    assert listed - found == set(), "these are gone"


def _accounts_places(venue: Venue, here: Account | None) -> dict[str, object]:
    """Return an official of the ward, one invited there, and a second factor of who is here."""
    here = here or make.official(make.tree().here)
    ward = make.tree().ward_here
    return {
        "person": make.official(ward, "ward@example.vn").pk,
        "invitation": make.invitation(ward).pk,
        "factor": second_factors.add_app(here, "A" * 32, 0, first=True).pk,
        "uidb36": "1",
        "key": "x-y",
        "app_label": "venues",
        "object_id": 0,
    }


def _sent(client: Client, method: str, url: str) -> HttpResponse:
    return client.post(url, {}) if method == "POST" else client.get(url)


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
