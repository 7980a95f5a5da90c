"""Scans that a station sends: each person once, whatever comes twice, late or in another order."""

import random
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from database.statements import array
from declarations import identities, personal_codes
from declarations.models import Declaration, Evidence, LeftReason, TallyMark, Visit, Visitor
from stations.models import Scan
from tests import make, make_stations
from tests.declarations.counting import assert_exact

from .sending import chip, minutes, results, scan, send, wanted

HEALTHY = dict.fromkeys("travelled case_contact area_contact symptomatic_contact".split(), False)


@pytest.fixture
def station(venue):
    make.sealing_key()
    return make_stations.station(venue)


def test_a_scanned_card_is_a_visit_of_a_sealed_person(station):
    answer = send(station, scan(chip(1)))
    assert (results(answer), wanted(answer)) == (["questions"], ["phone"])
    assert answer["scans"][0]["who"] == "T.V.T"
    assert answer["counts"] == {"here": {"in": 1, "out": 0}, "venue": {"in": 1, "out": 0}}
    visit = Visit.objects.get()
    assert (visit.venue, visit.evidence) == (station.venue, Evidence.SCANNED)
    assert visit.visitor.document_hash == identities.document_hash("084075000001")
    assert visit.visitor.residence.name == "Xã Long Đức"


def test_the_phone_told_afterwards_belongs_to_the_same_visit(station):
    first = scan(chip(1))
    send(station, first)
    answer = send(station, first | {"told": ["0912 345 679"]})
    assert (results(answer), wanted(answer)) == (["questions"], [""])
    visit = Visit.objects.get()
    key = identities.Person("Trần Văn Thử", 1975, "+84912345679").key
    assert visit.visitor_id == key
    assert results(send(station, scan(chip(1), timezone.now() + minutes(2)))) == ["doubled"]
    assert_exact()


def test_a_card_is_known_again_with_its_phone(station):
    now = timezone.now()
    send(station, scan(chip(1), now - minutes(50), told=["0912345679"]))
    answer = send(station, scan(chip(1), now))
    assert results(answer) == ["questions"]
    assert Visitor.objects.count() == 1
    first, second = Visit.objects.order_by("entered_at")
    assert first.left_at == second.entered_at


def test_answers_let_in_for_the_rest_of_the_day(station):
    noon = make.moment("12:00", days_ago=1)
    healthy = scan(chip(1), noon, told=["0912345679"], answers=HEALTHY)
    ill = scan(chip(2), noon, no_phone=True, answers=HEALTHY | {"symptoms": ["cough"]})
    worse = scan(chip(3), noon, answers=HEALTHY | {"case_contact": True})
    assert results(send(station, healthy, ill, worse)) == ["go", "ask", "stop"]
    assert Declaration.objects.count() == 3
    again = [scan(chip(n), noon + minutes(5)) for n in (1, 2, 3)]
    assert results(send(station, *again)) == ["go", "ask", "stop"]
    assert list(Visit.objects.order_by("outcome").values_list("outcome", flat=True)) == [
        0, 0, 1, 1, 2, 2,
    ]  # fmt: skip
    assert_exact()


def test_answers_may_come_without_the_card(station):
    first = scan(chip(1))
    send(station, first)
    answer = send(station, first | {"text": "", "answers": HEALTHY})
    assert results(answer) == ["go"]
    assert Visit.objects.get().outcome == 0
    send(station, first | {"text": "", "answers": HEALTHY})
    assert Declaration.objects.count() == 1
    assert_exact()


def test_our_card_is_known_and_another_is_told_so(station):
    visitor = make.visitor()
    code = personal_codes.code_of(visitor.key)
    answer = send(station, scan(code))
    assert results(answer) == ["questions"]
    assert answer["scans"][0]["who"] == f"···· {code[-4:]}"
    assert Visit.objects.get().visitor == visitor
    stranger = personal_codes.code_of(uuid4())
    assert results(send(station, scan(stranger))) == ["refused"]
    assert Visit.objects.count() == 1


def test_a_number_is_somebodys_only_when_it_was_typed(station):
    numbers = ["0840750099", "084075001234", "0912345678", "0829220875", "0012546619592",
               "036000291452", "8934563138165", "C1234567"]  # fmt: skip
    answer = send(station, *map(scan, numbers))
    assert set(results(answer)) == {"refused"}
    assert (Visit.objects.count(), Visitor.objects.count()) == (0, 0)
    typed = [scan(number, is_typed=True) for number in numbers]
    answer = send(station, *typed)
    assert results(answer) == [*["questions"] * 4, *["refused"] * 3, "questions"]
    assert wanted(answer) == ["year", "phone", "year", "year", "", "", "", "phone"]
    assert set(Visit.objects.values_list("evidence", flat=True)) == {Evidence.TYPED}


def test_what_is_told_is_typed_and_says_what_is_wrong_with_it(station):
    first = scan(chip(1))
    send(station, first)
    for told, word in {"01691234567": "0391 234 567", "855 12 345 678": "+855 12 345 678", "19009095": "service",
                       "0912 ABC DEF": "phone number"}.items():  # fmt: skip
        answer = send(station, first | {"told": [told]})["scans"][0]
        assert (answer["result"], word in answer["sentence"]) == ("refused", True), told
    assert results(send(station, first | {"told": ["+855 12 345 678"]})) == ["questions"]


def test_a_card_read_in_a_wrong_encoding_is_mended_or_refused(station):
    card = chip(0).replace("Nguyễn", "Nguyá»…n").replace("Thử", "Thá»\xad")
    good, bad = send(station, scan(card), scan(chip(1).replace("Trần", "TrÇn")))["scans"]
    assert (good["result"], good["who"]) == ("questions", "N.V.T")
    assert (bad["result"], "UTF-8" in bad["sentence"]) == ("refused", True)
    assert Visitor.objects.count() == 1


def test_out_ends_the_visit_at_its_time(station):
    now = timezone.now()
    send(station, scan(chip(1), now - minutes(30)))
    assert results(send(station, scan(chip(1), now - minutes(10), "out"))) == ["left"]
    visit = Visit.objects.get()
    assert (visit.left_at - visit.entered_at) == minutes(20)
    assert visit.left_reason == LeftReason.SCANNED
    assert_exact()


def test_automatic_goes_by_who_is_inside(station):
    now = timezone.now()
    steps = [scan(chip(1), now - minutes(n), "auto") for n in (40, 30, 20, 10)]
    answer = send(station, *steps)
    assert [one["direction"] for one in answer["scans"]] == ["in", "out", "in", "out"]
    assert Visit.objects.count() == 2


def test_undone_is_gone_and_stays_gone(station):
    first = scan(chip(1))
    send(station, first)
    undo = {"id": first["id"], "at": first["at"], "direction": "in", "undo": True}
    assert results(send(station, undo)) == ["undone"]
    assert results(send(station, first)) == ["undone"]
    assert Visit.objects.count() == 0
    early = scan(chip(2))
    send(station, early | {"text": "", "undo": True})
    assert results(send(station, early)) == ["undone"]
    assert Visit.objects.count() == 0
    assert_exact()


def test_a_departure_taken_back_reopens_the_visit(station):
    now = timezone.now()
    leaving = scan(chip(1), now - minutes(5), "out")
    send(station, scan(chip(1), now - minutes(20)), leaving)
    send(station, leaving | {"undo": True})
    assert Visit.objects.get().left_at is None
    assert_exact()


@pytest.mark.parametrize("seed", range(12))
def test_any_order_and_any_number_of_times_is_the_same(station, seed):
    rng, now = random.Random(seed), timezone.now()
    scans = [
        scan(chip(rng.randrange(4)), now - minutes(n * 7 + 1), rng.choice(["in", "in", "out"]))
        for n in range(16)
    ]
    send(station, *scans)
    in_order = _visits()
    for model in (Scan, Visit, TallyMark):
        model.objects.all().delete()
    shuffled = rng.sample([*scans, *rng.sample(scans, 6)], 22)
    while shuffled:
        size = rng.randrange(1, 6)
        send(station, *shuffled[:size])
        shuffled = shuffled[size:]
    assert _visits() == in_order
    assert_exact()


def _visits() -> set:
    return set(Visit.objects.values_list("visitor_id", "entered_at", "left_at", "left_reason"))


def test_a_wrong_clock_is_corrected_once(station):
    now = timezone.now()
    wrong = timedelta(hours=5, minutes=3)
    first = scan(chip(1), now - minutes(30) + wrong)
    send(station, first, sent_at=now + wrong)
    send(station, first, sent_at=now + wrong + timedelta(seconds=3))
    visit = Visit.objects.get()
    assert abs(visit.entered_at - (now - minutes(30))) < timedelta(seconds=2)


def test_a_revoked_station_is_taken_up_to_its_revocation(station):
    now = timezone.now()
    station.revoked_at = now - minutes(10)
    station.save()
    answer = send(station, scan(chip(1), now - minutes(20)), scan(chip(2), now - minutes(5)))
    assert results(answer) == ["questions", "refused"]
    assert answer["is_revoked"]
    assert Visit.objects.count() == 1
    long_ago = now - timedelta(days=9)
    gone = make_stations.station(station.venue, made_at=long_ago, revoked_at=long_ago)
    send(gone, scan(chip(3), long_ago), status=410)


def test_a_wrong_phone_told_afterwards_changes_nothing(station):
    first = scan(chip(1))
    send(station, first)
    assert results(send(station, first | {"told": ["12345678"]})) == ["refused"]
    assert (Visit.objects.count(), Scan.objects.get().refusal) == (1, "")
    assert results(send(station, first | {"told": ["0912345679"]})) == ["questions"]
    assert Visit.objects.count() == 1
    assert_exact()


def test_texts_and_bytes_of_any_kind_reach_the_database_whole(db):
    with connection.cursor() as cursor:
        for kind, values in {
            "text": ["a", "", 'a"b', "a\\b", "{x,y}", "NULL", "ễ", None, "a'b%s"],
            "bytea": [b"", b"\x00\xff\\", None],
            "uuid": [uuid4(), None],
            "boolean": [True, False, None],
            "timestamptz": [timezone.now(), None],
            "int": [-5, 0, None],
        }.items():
            cursor.execute(f"SELECT %s::{kind}[]", [array(values)])
            found = cursor.fetchone()[0]
            assert [bytes(v) if isinstance(v, memoryview) else v for v in found] == values
