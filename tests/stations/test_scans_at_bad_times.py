"""Scans twice at once, at midnight, on the last day, over a dead connection, from a wrong clock."""

import base64
import json
import os
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings as site
from django.db import connection, connections
from django.utils import timezone

from declarations.models import Visit, Visitor
from declarations.partitions import DailyTable
from districts.days import day_start, local_day
from stations.access import queue_public_key
from stations.forgetting import forget_scans, prepare_scans
from stations.models import Scan
from stations.recording.answered import DoorCounts, Result
from stations.recording.sent import Batch, Said, Sent, Way
from stations.recording.taking import take
from tests import make, make_stations
from tests.declarations.counting import assert_exact
from tests.stations.sightings import counted_anew

from .sending import chip, minutes, results, scan, send

HEALTHY = dict.fromkeys("travelled case_contact area_contact symptomatic_contact".split(), False)
at_once = pytest.mark.django_db(transaction=True)


@pytest.fixture
def station(venue):
    make.sealing_key()
    return make_stations.station(venue)


def together(*acts) -> list:
    """Do things at the same moment, each over a connection of its own."""

    def alone(act):
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(alone, acts))


def sealed(said: dict, scan_id: str) -> str:
    return sealed_text(json.dumps(said), scan_id)


def sealed_text(plain: str, scan_id: str) -> str:
    """Seal as a page does, by another library's hands."""
    server, own = queue_public_key(), ec.generate_private_key(ec.SECP256R1())
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = own.exchange(
        ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), server)
    )
    key = HKDF(SHA256(), 32, salt=None, info=b"stations: queue" + point + server).derive(shared)
    iv = os.urandom(12)
    box = AESGCM(key).encrypt(iv, plain.encode(), scan_id.encode())
    return base64.urlsafe_b64encode(b"\x01" + point + iv + box).decode().rstrip("=")


@at_once
def test_the_same_batch_many_times_at_once_is_stored_once(station):
    now = timezone.now()
    scans = [scan(chip(n), now - timedelta(milliseconds=n)) for n in range(20)]
    answers = together(*[lambda: send(station, *scans)] * 4)
    assert [len(answer["scans"]) for answer in answers] == [20] * 4
    assert Visit.objects.count() == Scan.objects.count() == 20
    station.refresh_from_db()
    assert station.came_in == 20
    assert_exact()


@at_once
def test_two_gates_that_scan_the_same_people_at_once_both_answer(station, venue):
    other = make_stations.station(venue, "Cổng sau")
    now = timezone.now()
    send(station, *(scan(chip(n), now - minutes(30)) for n in range(10)))
    together(
        lambda: send(station, *(scan(chip(n), now, "out") for n in range(10))),
        lambda: send(other, *(scan(chip(n), now - minutes(1), "out") for n in reversed(range(10)))),
    )
    assert {visit.left_at is not None for visit in Visit.objects.all()} == {True}
    assert_exact()


@at_once
def test_a_lost_connection_is_mended_by_another_try(station):
    send(station, scan(chip(1)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    together(lambda: _end_backend(number))
    assert results(send(station, scan(chip(2)))) == ["questions"]
    assert Visit.objects.count() == 2


def _end_backend(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [number])


@at_once
def test_a_day_that_nobody_prepared_is_made(station):
    table, day = DailyTable(Scan._meta.db_table), local_day(timezone.now())
    table.drop(day)
    assert results(send(station, scan(chip(1)))) == ["questions"]
    assert day in table.days()


def test_a_declaration_of_yesterday_does_not_count_after_midnight(station):
    midnight = day_start(local_day(timezone.now()) - timedelta(days=1))
    before, after = midnight - timedelta(seconds=1), midnight + timedelta(seconds=40)
    first = scan(chip(1), before, told=["0912345679"], answers=HEALTHY)
    late = [scan(chip(1), after, "out"), scan(chip(1), after + minutes(1), "in")]
    assert results(send(station, *late, first)) == ["left", "questions", "go"]
    assert_exact()


def counted(station):
    station.refresh_from_db()
    return DoorCounts(station.came_in, station.went_out)


@pytest.mark.parametrize("seed", range(4))
def test_the_kept_counts_are_what_counting_gives(station, seed):
    rng, sent = random.Random(seed), []
    for _ in range(25):
        now = timezone.now()
        if sent and rng.random() < 0.3:
            send(
                station,
                rng.choice(sent) | rng.choice([{}, {"undo": True}, {"told": ["0912345679"]}]),
            )
            continue
        way = rng.choice(["in", "out", "auto"])
        one = scan(rng.choice([chip(rng.randrange(5)), "x"]), now - minutes(rng.randrange(60)), way)
        send(station, one)
        sent.append(one)
    assert counted_anew(station, local_day(timezone.now())) == counted(station)
    assert_exact()


def test_a_scan_of_the_last_day_is_taken_and_an_older_one_is_not(station, settings):
    settings.RETENTION_DAYS = 3
    now = timezone.now()
    edge = scan(chip(1), now - timedelta(days=3) + minutes(1))
    old = scan(chip(2), now - timedelta(days=3, minutes=1))
    assert results(send(station, edge, old)) == ["questions", "refused"]
    assert Scan.objects.count() == 1


def test_a_scan_that_comes_again_too_late_changes_nothing(station):
    now = timezone.now()
    sent = Sent(uuid4(), now, Way.IN, Said(chip(1)))
    take(station, Batch(now, [sent]), now)
    later = now + timedelta(days=8)
    answer = take(station, Batch(later, [sent]), later).answers[0]
    assert answer.result is Result.REFUSED
    assert Visit.objects.count() == Scan.objects.count() == 1


def test_scans_are_forgotten_with_their_day(station):
    now = timezone.now()
    prepare_scans(now)
    send(station, scan(chip(1)))
    later = now + timedelta(days=site.RETENTION_DAYS + 1)
    oldest = local_day(now) - timedelta(days=35)
    assert oldest in DailyTable(Scan._meta.db_table).days()
    assert forget_scans(now) > 0
    assert Scan.objects.count() == 1
    forget_scans(later)
    assert Scan.objects.count() == 0


def test_a_time_that_has_not_come_is_now_and_flagged(station):
    now = timezone.now()
    send(station, scan(chip(1), now + timedelta(hours=3)), sent_at=now)
    assert Scan.objects.get().is_implausible
    assert Visit.objects.get().entered_at <= timezone.now()


def test_nobody_is_noted_at_a_closed_venue(station):
    station.venue.closed_at = timezone.now() - minutes(5)
    station.venue.save()
    late, early = scan(chip(1)), scan(chip(2), timezone.now() - minutes(9))
    assert results(send(station, late, early)) == ["refused", "questions"]


def test_a_sealed_scan_is_taken_and_a_moved_or_broken_one_is_not(station):
    base = [scan() for _ in range(4)]
    said = {"text": chip(1), "told": ["0912345679"], "no_phone": False, "answers": HEALTHY}
    texts = [
        sealed(said, base[0]["id"]),
        sealed(said, base[0]["id"]),
        sealed(said, base[2]["id"])[:-4] + "AAAA",
        "!!",
    ]
    scans = [one | {"sealed": text} for one, text in zip(base, texts, strict=True)]
    assert results(send(station, *scans)) == ["go", "refused", "refused", "refused"]
    assert Visitor.objects.get().mask == "T.V.T · 679"
