"""A station's key writes visits for its venue, and can do nothing else anywhere."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from declarations.models import Visit
from stations.models import Scan
from tests import make, make_stations, make_tracing
from tests.stations.sending import chip, scan, send

from .addresses import ADDRESSES

# What changes when a door notes somebody; and nothing else may.
WRITTEN = {
    "declarations_visitor", "declarations_visit", "declarations_declaration",
    "declarations_tallymark", "stations_scan", "stations_station", "stations_shift",
    "accounts_limit",
}  # fmt: skip
# The screen itself and its parts; the visits they tell of are those of the key's own venue.
OWN = re.compile(r"s/<(?:str:)?key>/")
PRIVATE = ["Lê Thị Kín", "0900000777", "K.T.L", "L.T.K"]


@pytest.fixture
def station(venue):
    make.sealing_key()
    other = make.venue("Chợ khác", owner=make.owner("+84900000009"))
    visitor = make.visitor("Lê Thị Kín", "+84900000777", 1950)
    make.visit(other, visitor=visitor)
    case = make_tracing.case(area=make.tree().here)
    make_tracing.contact(case, visitor)
    return make_stations.station(venue)


def bearing(key: str) -> Client:
    """A program that shows the key in every way it can think of."""
    client = Client(headers={"authorization": f"Bearer {key}", "x-api-key": key})
    for name in ("sessionid", "key", "station", "memory", "csrftoken"):
        client.cookies[name] = key
    return client


def filled(line: str, key: str) -> tuple[str, str]:
    method, address = line.split() if line.startswith("POST ") else ("GET", line)
    typed = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000"}
    return method, "/" + re.sub(
        r"<(?:(\w+):)?\w+>", lambda part: typed.get(part[1] or "str", key), address
    )


def answer(client: Client, method: str, url: str):
    return client.post(url, {}) if method == "POST" else client.get(url)


def rows() -> dict[str, int]:
    """How many rows each table has."""
    tables = {model._meta.db_table for model in apps.get_models() if model._meta.managed}
    counted = (f"SELECT '{table}', count(*) FROM {table}" for table in sorted(tables))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counted))
        return dict(cursor.fetchall())


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_with_the_key_an_address_is_as_closed_as_without(station, method):
    before = rows()
    for line in (line for line in ADDRESSES if line.startswith("POST ") == (method == "POST")):
        with transaction.atomic():
            _assert_closed(line, station.key, before)
            transaction.set_rollback(True)


def _assert_closed(line: str, key: str, before: dict[str, int]) -> None:
    method, url = filled(line, key)
    nobodys = "x" * len(key)
    shown = answer(bearing(key), method, url)
    plainly = answer(Client(), method, filled(line, nobodys)[1])
    if not OWN.search(line):
        assert shown.status_code == plainly.status_code, line
        assert shown.headers.get("Location", "").replace(key, "") == (
            plainly.headers.get("Location", "").replace(nobodys, "")
        ), line
    text = b"".join(shown) if shown.streaming else shown.content
    assert not [secret for secret in PRIVATE if secret.encode() in text], line
    changed = {table for table, count in rows().items() if count != before[table]}
    assert changed - WRITTEN - {"django_session"} == set(), line


def test_what_it_writes_is_of_its_own_venue(station):
    other = make.venue("Chợ thứ ba", owner=make.owner("+84900000008"))
    before = set(Visit.objects.values_list("id", flat=True))
    more = {"venue": other.pk, "venue_id": other.pk, "station": str(station.pk)}
    send(station, *(scan(chip(n), **more) for n in range(3)))
    new = Visit.objects.exclude(id__in=before)
    assert {visit.venue_id for visit in new} == {station.venue_id}
    assert {one.venue_id for one in Scan.objects.all()} == {station.venue_id}


def test_it_undoes_nothing_of_another_station(station):
    elsewhere = make_stations.station(make.venue("Chợ tư", owner=make.owner("+84900000007")))
    theirs = scan(chip(9), timezone.now() - timedelta(minutes=5))
    send(elsewhere, theirs)
    send(station, theirs | {"undo": True})
    assert Visit.objects.filter(venue=elsewhere.venue).exists()


def test_it_learns_nothing_of_somebody_whose_phone_it_guesses(station):
    make.visitor("Lê Thị Kín", "+84900000777", 1950)
    answers = [send(station, scan(text, is_typed=True)) for text in ("0900000777", "0900000778")]
    assert not [secret for secret in PRIVATE if secret in str(answers)]
