"""Anybody may register a venue and pair a station: it is told of nobody, and changes nobody."""

import os
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from declarations import identities
from declarations.models import Evidence, Version, Visit, Visitor
from districts import days
from stations.models import Acquaintance, Scan, Station
from stations.recording import taking
from tests import make, make_stations, make_tracing
from tests.declarations.scene import TYPED, address_of
from tests.page import Reader
from tracing.trace import trace

from .sending import minutes, results, scan, send, typed, wanted
from .strangers import ILL, MAY_BE_TOLD, Someone, people, row_of, walk

VICTIM = Someone("Lê Thị Kín", "+84900000777", 1972, "084072000777")


@pytest.fixture
def station(venue):
    make.sealing_key()
    return make_stations.station(venue)


@pytest.fixture
def elsewhere(station):
    """Another venue's station, of another owner."""
    return make_stations.station(make.venue("Chợ khác", owner=make.owner("+84900000009")))


@pytest.fixture
def hour_of_one_day(monkeypatch):
    """The last hour lies in one local day: in a day's first hour the clock stands an hour back."""
    now, hour = timezone.now, timedelta(hours=1)
    if now() - hour < days.day_start(days.today()):
        monkeypatch.setattr(timezone, "now", lambda: now() - hour)


def test_a_walk_over_people_tells_nobody_apart_but_who_is_well_and_scanned(
    hour_of_one_day, transactional_db, live_server
):
    make.sealing_key()
    answers, scanned = walk(live_server.url, each=int(os.environ.get("STRANGERS_EACH", "25")))
    well = {status: set(got) for status, got in scanned.items()}
    assert {status for status, got in well.items() if "go" in got} == MAY_BE_TOLD
    unwell = [status for status in answers if status not in MAY_BE_TOLD]
    assert {frozenset(got) for status, got in well.items() if status in unwell} == {
        frozenset({"questions"})
    }
    for place, told in enumerate(answers["unknown"]):
        assert {status for status in unwell if answers[status][place] != told} == set(), place
        if not 9 <= place <= 11 and place != 13:
            assert {s for s in MAY_BE_TOLD if answers[s][place] != told} == set(), place


def known_victim(station, venue) -> Client:
    """Somebody whose card a door knows, who declared today with an own phone, and is inside."""
    noted = scan(VICTIM.card, timezone.now() - timedelta(hours=30), told=["0900000777"])
    send(station, noted, scan(VICTIM.card, timezone.now() - timedelta(hours=28), "out"))
    phone = Client()
    typed = {"full_name": VICTIM.name, "phone": "0900000777", "birth_year": "1972"}
    page = Reader(phone)
    form = page.get(address_of(venue))
    page.submit(form, TYPED | typed | {"id_number": VICTIM.number})
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Visit.objects.filter(venue=venue, left_at=None).update(entered_at=an_hour_ago)
    return phone


def attacked(elsewhere) -> None:
    """Do all that somebody can who knows another's name, phone and year, and has a venue."""
    now, venue = timezone.now(), elsewhere.venue
    thief = Reader(Client())
    form = {"full_name": "LÊ THỊ KÍN", "phone": "0900000777", "birth_year": "1972"}
    more = {"id_number": "084072999999", "address": "99 Lạ", "case_contact": "yes"}
    receipt = thief.submit(thief.get(address_of(venue)), TYPED | form | more)
    send(elsewhere, scan("http://testserver" + receipt.url, now - minutes(9), "out"))
    thief.client.post("/me/card.pdf")
    forged = "084072555555||Lê Thị Kín|01011972|Nam|99 Lạ, Phường 1, Trà Vinh|01052021"
    national = "084072666666|Lê Thị Kín|1972-01-01|0|99|Nam<0900000777"
    send(
        elsewhere,
        typed("0900000777", now - minutes(8), told=["1972"], answers=ILL),
        typed("0900000777", now - minutes(7), "auto", told=["1972", "Lê Thị Kín"], answers=ILL),
        typed("0900000777", now - minutes(6), "out", told=["Lê Thị Kín 1972"]),
        typed("0900000777", now - timedelta(days=5), told=["Lê Thị Kín 1972"], answers=ILL),
        scan(forged, now - minutes(5), told=["0900000777"], answers=ILL),
        scan(national, now - minutes(4), answers=ILL),
        scan(forged, now - minutes(2)),
    )
    owner = Client()
    owner.force_login(venue.owner)
    printed = {"full_name": "Lê Thị Kín", "birth_year": "1972", "phone": "0900000777"}
    more = {"id_number": VICTIM.number, "commune": "29239", "consent": "yes"}
    owner.post(f"/venues/{venue.poster.code}/cards/", printed | more)


def test_with_anothers_name_phone_and_year_a_stranger_changes_nothing_of_them(
    station, venue, elsewhere
):
    known_victim(station, venue)
    before = row_of(VICTIM)
    attacked(elsewhere)
    assert row_of(VICTIM) == before
    theirs = Visit.objects.filter(visitor_id=before["key"])
    foreign = set(theirs.filter(venue=elsewhere.venue).values_list("evidence", flat=True))
    assert foreign == {Evidence.TYPED, Evidence.CLAIMED}
    third = make_stations.station(make.venue("Chợ ba", owner=make.owner("+84900000008")))
    answer = send(third, scan(VICTIM.card))
    assert (results(answer), wanted(answer)) == (["go"], [""])
    assert Version.objects.filter(visitor_id=before["key"]).count() >= 2


def test_whoever_is_only_typed_ends_no_visit_elsewhere(station, venue, elsewhere):
    known_victim(station, venue)
    at_home = Visit.objects.filter(venue=venue).order_by("entered_at")
    before = list(at_home.values())
    attacked(elsewhere)
    assert list(at_home.values()) == before


def test_a_typed_phone_is_nobody_until_the_year_is_told(station):
    visitor = _someone("Nguyễn Văn An", "+84987654321", 1975)
    noted = typed("0987654321")
    answer = send(station, noted)
    assert (results(answer), wanted(answer)) == (["questions"], ["year"])
    assert Visit.objects.get().visitor != visitor
    answer = send(station, noted | {"told": ["1975"]})
    assert (results(answer), wanted(answer)) == (["questions"], ["name"])
    assert Visit.objects.get().visitor == visitor
    assert wanted(send(station, noted | {"told": ["1975", "Nguyễn Văn An"]})) == [""]
    later = typed("0987654321", timezone.now() + timedelta(seconds=1), "out", told=["1975"])
    assert (results(send(station, later)), Visit.objects.get().visitor) == (["left"], visitor)


@pytest.mark.parametrize(
    ("names", "told", "joins"),
    [
        (["Lê Ngọc Tuấn", "Lê Ngọc Tuân"], ["1975"], None),
        (["Lê Ngọc Tuấn", "Lê Ngọc Tuân"], ["1975", "Lê Ngọc Tuân"], 1),
        (["Lê Ngọc Tuấn", "Lê Ngọc Tuân"], ["1975", "Le Ngoc Tuan"], None),
        (["Lê Ngọc Tuấn"], ["1975", "LE NGOC TUAN"], 0),
        (["Lê Ngọc Tuấn"], ["1976"], None),
        ([f"Thạch {a}{b}" for a in "ABC" for b in "eoiu"][:11], ["1975"], None),
    ],
)
def test_the_year_finds_whom_it_can_only_mean(station, names, told, joins):
    known = [_someone(name, "+84987654321", 1975 - place % 11 * (len(names) > 2))
             for place, name in enumerate(names)]  # fmt: skip
    answer = send(station, typed("0987654321", told=told))
    assert results(answer) == ["questions"]
    found = Visit.objects.get().visitor
    assert found == known[joins] if joins is not None else found not in known
    if told[1:] == ["Le Ngoc Tuan"]:
        assert wanted(answer) == ["marks"]
        assert "marks" in answer["scans"][0]["sentence"]


def test_a_landline_is_always_asked_for_the_name(station):
    _someone("Nguyễn Văn An", "+842943855555", 1975)
    for minute in (9, 5):
        noted = typed("0294 3855555", timezone.now() - minutes(minute))
        assert wanted(send(station, noted | {"told": ["1975"]})) == ["name"]
        assert wanted(send(station, noted | {"told": ["1975", "Nguyễn Văn An"]})) == [""]
    assert Visitor.objects.filter(visit__isnull=False).distinct().count() == 1


def test_a_card_keeps_its_phone_until_another_venue_hears_the_new_one_on_another_day(
    station, elsewhere
):
    now, one = timezone.now(), VICTIM
    send(station, scan(one.card, now - minutes(30), told=["0900000777"]))
    theirs = Visit.objects.get().visitor_id
    send(elsewhere, scan(one.card, now - minutes(20), told=["0911222333"]))
    send(elsewhere, scan(one.card, now - minutes(10), told=["0911222333"]))
    assert set(Visit.objects.values_list("visitor_id", flat=True)) == {theirs}
    said = Version.objects.get()
    assert (said.visitor_id, said.phone_hash) == (theirs, identities.phone_hash("+84911222333"))
    Acquaintance.objects.filter(venue=elsewhere.venue).update(told_on="2026-01-01")
    send(elsewhere, scan(one.card, now - minutes(6), told=["0911222333"]))
    assert Visit.objects.exclude(visitor_id=theirs).count() == 0
    send(station, scan(one.card, now - minutes(4), told=["0911222333"]))
    new = Visit.objects.exclude(visitor_id=theirs).get().visitor
    assert new.phone_hash == identities.phone_hash("+84911222333")
    assert new.card_hash == identities.card_hash(one.number)
    send(elsewhere, scan(one.card, now - minutes(2)))
    assert Visit.objects.filter(visitor=new).count() == 2


def test_a_door_is_told_of_no_more_people_than_it_can_let_in(
    hour_of_one_day, station, venue, monkeypatch, page, official_here
):
    monkeypatch.setattr(taking, "MOST_OF_A_STATION", 5)
    monkeypatch.setattr(taking, "MOST_OF_A_VENUE", 8)
    known = people(each=12)["healthy"]
    other = make_stations.station(venue, "Cổng sau")
    now = timezone.now()
    told = results(
        send(station, *(scan(p.card, now - minutes(9 - n / 9)) for n, p in enumerate(known[:7])))
    )
    assert told == ["go"] * 5 + ["questions"] * 2
    last = send(station, scan(known[6].card, now - minutes(3)))
    assert results(last) == ["questions"]
    assert "more people" in last["scans"][0]["sentence"]
    told = results(send(other, *(scan(p.card, now - minutes(2)) for p in known[8:])))
    assert told == ["questions"] * 4
    assert Visit.objects.count() == 12
    assert Station.objects.crowded(now).count() == 2
    area = page.by(official_here).get(f"/dashboard/{make.tree().here.code}/")
    assert "Cổng chính" in area.text
    assert "Cổng sau" in area.text
    Station.objects.update(asking_since=now - timedelta(minutes=61))
    assert results(send(station, scan(known[7].card))) == ["go"]


def test_a_receipt_answers_for_itself_where_it_was_given_out_and_elsewhere(
    station, venue, elsewhere
):
    phone = Reader(Client())
    receipt = phone.submit(phone.get(address_of(venue)), TYPED | {"symptoms": ["cough"]})
    shown = "https://checkin.example" + receipt.url
    answer = send(station, scan(shown, direction="auto"))
    assert (results(answer), Visit.objects.count()) == (["ask"], 1)
    assert answer["counts"]["here"] == {"in": 0, "out": 0}
    assert results(send(elsewhere, scan(shown))) == ["ask"]
    assert Visit.objects.filter(evidence=Evidence.SCANNED, venue=elsewhere.venue).count() == 1
    assert results(send(station, scan("https://x/r/" + "A" * 38 + "/"))) == ["refused"]
    Visit.objects.filter(venue=venue).delete()
    assert results(send(station, scan(shown))) == ["refused"]


def test_a_receipt_says_no_better_than_what_its_phone_declared_since(station, venue, elsewhere):
    for own in (True, False):  # the other phone is not the person's own
        phone = Reader(Client())
        receipt = phone.submit(phone.get(address_of(venue)), TYPED)
        again = phone.get(address_of(elsewhere.venue)).form("check-in").values["nonce"]
        ill = TYPED | {"case_contact": "yes", "nonce": again[0]}
        phone.post(address_of(elsewhere.venue), ill, 303)
        third = make_stations.station(make.venue(f"Chợ {own}"))
        for door in (third, station):
            assert results(send(door, scan("https://x" + receipt.url))) == ["stop"]
    stranger = Reader(Client())
    green = stranger.submit(stranger.get(address_of(venue)), TYPED)
    other = make_stations.station(make.venue("Chợ khác"))
    assert results(send(other, scan("https://x" + green.url))) == ["go"]


def test_what_no_queue_explains_is_noted_and_marked(station, venue, page):
    now = timezone.now()
    send(station, scan(people(1)["unknown"][0].card, now - minutes(1)))
    send(station, scan(VICTIM.card, now - timedelta(days=2)), typed("0912345678", now - minutes(5)))
    assert set(Scan.objects.values_list("visitor__document_hash", "is_implausible")) >= {
        (identities.document_hash(VICTIM.number), True)
    }
    late = Scan.objects.get(is_implausible=True)
    case = make_tracing.case(late.visitor, area=make.tree().here)
    trace(case, now)
    tracer = page.by(make_tracing.tracer(make.tree().here)).speaking("en")
    assert "time doubtful" in tracer.get(f"/tracing/cases/{case.number}/")


def test_a_card_printed_at_a_venue_is_of_nobody_who_was_known(station, venue, elsewhere, client):
    known_victim(station, venue)
    client.force_login(elsewhere.venue.owner)
    told = {"full_name": VICTIM.name, "birth_year": "1972", "phone": "0900000777"}
    form = told | {"id_number": "", "commune": "29239", "consent": "yes"}
    for _twice in range(2):
        client.post(f"/venues/{elsewhere.venue.poster.code}/cards/", form)
    printed = Visitor.objects.get(card_until__isnull=False)
    assert printed.phone_hash == row_of(VICTIM)["phone_hash"]
    assert printed.fold != row_of(VICTIM)["fold"]
    assert printed.key != row_of(VICTIM)["key"]


def _someone(name: str, phone: str, year: int) -> Visitor:
    """Somebody who declared healthy today with an own phone."""
    hashes = identities.Person(name, year, phone).hashes()
    return make.visitor(
        name, phone, year, spelling=hashes.spelling, fold=hashes.fold,
        born=identities.Person(name, year, phone).born_hash, memory=hashes.key, is_own=True,
        declared_on=timezone.localdate(), outcome=0,
    )  # fmt: skip
