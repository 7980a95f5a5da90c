"""What an outsider asks for costs little, over all processes: memory, seconds of a core, threads."""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.test import Client
from django.utils import timezone

from authority import keyholders
from authority.models import Keyholder
from authority.sealing import Strength
from tests import make, make_stations, make_tracing
from tests.bench.load import Answer, Line
from tests.page import Reader
from tests.processes import Served, serving
from venues.models import Venue

from .costly_requests import TEXTS, costs
from .dear_requests import SMALL, WHOLE, Purse, full_province
from .hostile_pictures import PICTURES
from .test_slow_clients import SOONEST, seconds_of_a_check_in

FORM = "application/x-www-form-urlencoded"
MOST_MEMORY = 300_000_000  # bytes of a process
MOST_SECONDS = 1.0  # of a core, for one request
MOST_WHEN_DEAR = 3.0  # of files and tracings of whoever is signed in
STRONG = Strength(operations=1, memory=256 * 1024**2)  # as much memory as in force, for less time
BUSY = "vài giây"
BOTH = 2 * STRONG.memory  # bytes, of two keys that are made at once


def asked(site: Served, address: str, body: bytes, kind: str, cookies: str = "") -> Answer:
    """Send a body of a kind; return what came back."""
    line = Line(urlsplit(site.url).port)
    head = f"POST {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n"
    head += f"Cookie: csrftoken={'a' * 32}; {cookies}\r\nContent-Length: {len(body)}\r\n\r\n"
    with line.socket:
        return line.ask(head.encode() + body)


def form(**fields: str) -> bytes:
    return urlencode(fields | {"csrfmiddlewaretoken": "a" * 32}).encode()


def sentence_of(answer: Answer) -> str:
    """Return the word of an answer by which what is wrong is known."""
    said = answer.body.decode()
    said = json.loads(said)["sentence"] if said.startswith("{") else said
    return next((word for word in (BUSY, "chưa đúng", "không đúng", "15 phút") if word in said), "")


def photo_sent(site: Served, address: str, content: bytes) -> Answer:
    start = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\n'
    body = start + content + b"\r\n--x--\r\n"
    return asked(site, address, body, "multipart/form-data; boundary=x")


def all_at_once(requests: list[Callable[[], Any]]) -> list[Any]:
    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(lambda request: request(), requests))


def unlocking(site: Served) -> list[Callable[[], Answer]]:
    """Return ten tries with a wrong passphrase, as strong as in force, of two who have five each."""
    tries = []
    for name in ("one", "another"):
        account = make_tracing.tracer(make.tree().here, f"{name}@example.vn")
        keyholders.set_up(account, "sáu con vịt trời", timezone.now(), STRONG)
        Keyholder.objects.update(admitted_at=timezone.now())
        cookie = f"sessionid={Reader(Client()).by(account).client.cookies['sessionid'].value}"
        sent = form(passphrase="another one, quite long")
        tries += [partial(asked, site, "/tracing/key/unlock/", sent, FORM, cookie)] * 5
    return tries


def test_hostile_pictures_cost_little_and_two_are_read_at_once(
    served: Served, poster_path: str
) -> None:
    address = f"/s/{make_stations.station(Venue.objects.get()).key}/decode/"
    spent = {}
    for name, content in PICTURES.items():
        before = served.seconds()
        assert photo_sent(served, address, content()).status in (200, 422), name
        spent[name] = served.seconds() - before
    assert max(spent.values()) < MOST_SECONDS, spent
    corners = PICTURES["corners"]()
    other = f"/s/{make_stations.station(make.venue('Chợ khác')).key}/decode/"
    many = [partial(photo_sent, served, door, corners) for door in (address, other) * 4]
    answers = all_at_once([*many, partial(seconds_of_a_check_in, served, poster_path)])
    assert answers.pop() < SOONEST
    refused = [answer for answer in answers if answer.status == 503]
    assert all("Retry-After" in each.headers and sentence_of(each) == BUSY for each in refused)
    assert 2 <= len(refused) <= 6
    assert served.memory() < MOST_MEMORY


def test_passphrases_and_passwords_wait_for_their_turn(served: Served, poster_path: str) -> None:
    unlocks = unlocking(served)
    sign_in = partial(asked, served, "/accounts/login/", kind=FORM)
    tries = [form(login=f"nobody{n}@example.vn", password="A" * 20) for n in range(12)]
    with served.helpers_watched() as held:
        answers = all_at_once([*unlocks, *[partial(sign_in, body=each) for each in tries]])
    assert {answer.status for answer in answers} == {422}
    sentences = Counter(map(sentence_of, answers))
    assert sentences[BUSY] > 0, sentences
    assert sentences["chưa đúng"] > 1, sentences
    assert served.memory() < MOST_MEMORY
    assert STRONG.memory < max(held) < BOTH


def test_as_a_control_without_bounds_both_take_too_much(tmp_path: Path, poster_path: str) -> None:
    with serving(tmp_path, "tests.unguarded") as site:
        address = f"/s/{make_stations.station(Venue.objects.get()).key}/decode/"
        bombs = all_at_once([partial(photo_sent, site, address, PICTURES["a bomb"]())] * 3)
        assert [answer.status for answer in bombs] == [200] * 3
        assert site.memory() > MOST_MEMORY
        unlocks = unlocking(site)
        with site.helpers_watched() as held:
            answers = all_at_once(unlocks)
        assert BUSY not in map(sentence_of, answers)
        assert max(held) > BOTH


def test_no_request_of_an_outsider_takes_more_than_a_second_of_a_core(
    served: Served, poster_path: str
) -> None:
    station = make_stations.station(Venue.objects.get())
    is_long = "COSTS_LONG" in os.environ
    texts = list(TEXTS) if is_long else ["marks", "words"]
    spent = costs(served, poster_path, station.key, texts)
    dearest = sorted(spent.items(), key=lambda each: -each[1])[:10]
    told = "\n".join(f"{seconds:.2f} s  {' '.join(asked)}" for asked, seconds in dearest)
    if is_long:
        sys.stderr.write(f"{len(spent)} requests, peak {served.memory() // 10**6} MB\n{told}\n")
    assert dearest[0][1] < MOST_SECONDS, told
    assert served.memory() < MOST_MEMORY


def test_no_page_of_whoever_is_signed_in_takes_more_than_a_second_of_a_core(served: Served) -> None:
    is_long = "COSTS_LONG" in os.environ
    province = full_province(WHOLE if is_long else SMALL)
    with closing(Purse(served, province, is_long)) as purse:
        purse.walk()
        ten = partial(purse.at_once, ["official"] * 10, "/dashboard/84/venues.xlsx")
        address = f"/v/{province.places['code']}/"
        statuses, seconds = all_at_once([ten, partial(seconds_of_a_check_in, served, address)])
    dearest = sorted(purse.costs, key=lambda cost: -cost.seconds)
    told = "\n".join(map(str, dearest[: 60 if is_long else 10]))
    if is_long:
        sys.stderr.write(f"{len(dearest)} requests of people who are signed in\n{told}\n")
        sys.stderr.write(f"ten files at once: {statuses}, a check-in {seconds:.2f} s\n")
    assert (set(statuses) <= {200, 503}, seconds < SOONEST) == (True, True), (statuses, seconds)
    assert [cost for cost in dearest if not 200 <= cost.status < 500] == []
    most = {True: MOST_WHEN_DEAR, False: MOST_SECONDS}
    assert [str(cost) for cost in dearest if cost.seconds > most[cost.is_dear]] == [], told
    assert served.memory() < MOST_MEMORY, told
