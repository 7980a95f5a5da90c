"""Every address × everybody who may come there, by the table of addresses.py."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts import second_factors
from accounts.models import Account
from accounts.turns import turn
from authority.models import Reveal
from declarations.nonces import Nonce, Receipt
from districts import days
from districts.models import Unit
from stations.models import hashed
from stations.sheets import issue
from tests import make, make_stations, make_tracing
from tests.page import Reader
from venues.models import Venue

from .addresses import ADDRESSES, BEFORE_THE_SECOND_STEP, OTHERWISE, filled


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
    # Its key stands in other addresses too, where it is nothing.
    station = make_stations.station(venue, key_hash=hashed("x-y"))
    sheet = issue(venue, 1, venue.owner, timezone.now())[0]
    here = Account.objects.filter(area=make.tree().here).first()
    return (
        _accounts_places(venue, here)
        | _tracing_places()
        | {
            "code": venue.poster.code,
            "token": Receipt(venue.pk, Nonce.of(visit.id)).token,
            "suffix": "svg",
            "unit": make.tree().here.code,
            "pk": file.job_id,
            "name": file.name,
            "table": "venues",
            "listed": make.listed(official_here).pk,
            "file_type": "csv",
            "station": station.pk,
            "sheet": sheet.code,
            "first": 1,
            "last": 1,
        }
    )


@pytest.mark.parametrize("line", ADDRESSES)
def test_an_address_is_open_to_whom_it_concerns(
    line: str, everybody: list, places: dict, page: Reader
):
    method, url = filled(line, places)
    answers = [_answer(page.by(account), method, url) for account in everybody]
    assert " ".join(answers) == ADDRESSES[line]


VISITORS = ["", "me/", "v/<str:code>/", "notices/", "find/", "r/<str:token>/", "s/<str:key>/"]


@pytest.mark.parametrize("line", VISITORS)
def test_a_phone_that_remembers_somebody_is_to_keep_no_page(line: str, places: dict, page: Reader):
    """The control: the same page of a phone that remembers nobody may be kept."""
    _method, url = filled(line, places)
    is_public = not re.match("[rs]/", line)
    assert ("no-store" in page.get(url, None).response.get("Cache-Control", "")) is not is_public
    page.client.cookies["memory"] = make_stations.memory_of_two()
    assert "no-store" in page.get(url, None).response["Cache-Control"]


@pytest.mark.parametrize("language", ["km", "en"])
def test_every_page_is_sound_in_the_other_languages(
    language: str, everybody: list, places: dict, page: Reader
):
    for line, answers in ADDRESSES.items():
        method, url = filled(line, places)
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
        method, url = filled(line, places | {"unit": unit.code})
        assert _answer(reader, method, url) == "404", url


@pytest.mark.parametrize("line", OF_UNITS)
def test_a_commune_sees_neither_the_next_one_nor_the_district_around(
    line: str, places: dict, page: Reader
):
    tree = make.tree()
    reader = page.by(make.official(tree.commune_here))
    for unit in (tree.province, tree.here, tree.ward_here, tree.ward_next_door):
        method, url = filled(line, places | {"unit": unit.code})
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
    method, url = filled(line, places | {"unit": ward.code})
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
    method, url = filled(line, places)
    answers = ADDRESSES[line].split()
    own = any(word in line for word in ("factor", "confirm", "session>"))
    plain = answers[4 if own else 3]
    for role in ("tracer", "administrator"):
        account = make.official(make.tree().here, f"{role}@example.vn", role=role)
        with transaction.atomic():
            answer = _sent(page.by(account).client, method, url).status_code
            transaction.set_rollback(True)
        wanted = OTHERWISE.get((role, line.removeprefix("POST ")), plain)
        assert str(answer) == OTHERWISE.get((role, line), wanted), role


@pytest.mark.parametrize("line", ADDRESSES)
def test_a_password_alone_opens_nothing_of_the_officials(
    line: str, everybody: list, places: dict, page: Reader
):
    reader = page.by(make.official(make.tree().here, "half@example.vn"))
    make.password_only(reader.client)
    method, url = filled(line, places)
    answer = _sent(reader.client, method, url)
    if len(set(ADDRESSES[line].split())) == 1 or line in BEFORE_THE_SECOND_STEP:
        everybodys = int(ADDRESSES[line].split()[0])
        assert answer.status_code in (200, 302, 303, 400, 410, 422, everybodys)
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
        "session": make.open_session(here).pk,
        "uidb36": "1",
        "key": "x-y",
        "app_label": "venues",
        "object_id": 0,
    }


def _tracing_places() -> dict[str, object]:
    """Return a case of the district here, and somebody it met."""
    case = make_tracing.case(area=make.tree().here)
    contact = make_tracing.contact(case, make.visitor("Lê Văn Bình", "+84900000001"))
    start = make.moment("08:00", days_ago=1)
    stay = make_tracing.told_stay(case, make.venue("Quán Ba"), start, start + timedelta(hours=1))
    colleague = make_tracing.tracer(make.tree().here, "colleague@example.vn")
    look = Reveal.objects.create(
        asked_by=colleague, asked_at=timezone.now(), case_number=case.number, purpose="call",
        people=51, digest=b"x",
    )  # fmt: skip
    holder = make_tracing.keyholder(colleague, admitted=False)
    return {
        "number": case.number, "contact": contact.pk, "stay": stay.pk, "look": look.pk,
        "number_of_burst": 1, "visitor": contact.visitor,
        "holder": holder.pk, "commune": contact.commune.code, "drill": make_tracing.drill().pk,
    }  # fmt: skip


def _sent(client: Client, method: str, url: str) -> HttpResponse:
    return client.post(url, {}) if method == "POST" else client.get(url)


def _answer(reader: Reader, method: str, url: str) -> str:
    """Return the status, and undo what the visit changed, so that the next one finds all as it was."""
    with transaction.atomic():
        screen = reader.post(url, {}, None) if method == "POST" else reader.get(url, None)
        transaction.set_rollback(True)
    # A visitor's form that comes back with its faults may be gone back to.
    is_somebodys = "sessionid" in reader.client.cookies
    if is_somebodys or (method == "POST" and screen.status != 422):
        assert "no-store" in screen.response["Cache-Control"], url
        assert "ETag" not in screen.response, url
    return str(screen.status)


def _routes(patterns: list, before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


@pytest.mark.parametrize(
    "line", [line for line in ADDRESSES if "<str:" in line and "drill/" not in line]
)
def test_an_address_with_a_nul_is_nobodys(line: str, places: dict, page: Reader):
    tracer = make_tracing.tracer(make.tree().here, "tracer-here@example.vn")
    texts = dict.fromkeys(re.findall(r"<str:(\w+)>", line), "%00")
    method, url = filled(line, places | texts)
    assert _sent(page.by(tracer).client, method, url).status_code == 404


# Files that are soon made, and what is no file of whoever is signed in.
LIGHT = re.compile(
    r"POST|me/card|family|template|poster|sheets|report\.|drill|jobs|^dashboard/<slug:unit>\."
)
DEAR = [line for line in ADDRESSES if re.search(r"\.(pdf|<slug:file_type>)$", line)]
DEAR = [line for line in DEAR if not LIGHT.search(line)]


@pytest.mark.parametrize("line", DEAR)
def test_a_dear_file_waits_for_its_turn(line: str, everybody: list, places: dict, page: Reader):
    tracer = make_tracing.tracer(make.tree().here, "tracer-here@example.vn")
    reader = page.by(tracer if line.startswith("tracing") else everybody[3])
    _method, url = filled(line, places)
    reader.get(f"{url}?masked=1")
    with ExitStack() as taken:
        for work, places_of_it in (("files", 1), ("files-waiting", 4)):
            for _place in range(places_of_it):
                taken.enter_context(turn(work, places_of_it, 0))
        screen = reader.get(f"{url}?masked=1", 503)
    assert screen.response["Retry-After"]
    assert screen.form("resend").values == {"masked": ["1"]}


def test_one_official_leaves_turns_to_others(everybody: list, places: dict, page: Reader):
    """Who asks for many files at once has one made and one waiting; a colleague gets theirs."""
    _method, url = filled("dashboard/<slug:unit>/silent/sheet.pdf", places)
    own = f"files-of-{everybody[3].pk}"
    with turn(own, 1, 0), turn(f"{own}-waiting", 1, 0):
        page.by(everybody[3]).get(url, 503)
        assert page.by(everybody[5]).client.get(url).status_code == 200
