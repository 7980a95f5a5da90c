"""What the interface takes is what it describes, and nothing that a library would make of it."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pydantic import BaseModel

from declarations.models import Visit
from stations import interface
from stations.models import Scan
from tests import make, make_stations

from .sending import chip, results, scan, send
from .test_scans_at_bad_times import sealed_text

BOOLEANS = ["undo", "let_in", "is_typed", "no_phone"]
ANSWERS = ["travelled", "case_contact", "area_contact", "symptomatic_contact"]
NO_BOOLEANS = [0, 1, 0.0, 1.0, "yes", "no", "true", "false", "on", "", "0", None, [], [True], {}]
NO_MOMENTS = [
    0, 1764556800, 1764556800.5, "1764556800", "2026-11-26", "2026-11-26T08:00:00", "now", "", None,
    "2026-11-26 08:00:00Z", "2026-11-26T08:00Z", "2026-11-26T08:00:00+0700", "2026-W48-4T08:00:00Z",
    "２０２６-11-26T08:00:00Z", "2026-11-26T08:00:00Z ", " 2026-11-26T08:00:00Z", "2026-11-26T08:00:00,5Z",
    "2026-13-26T08:00:00Z", "2026-11-26T25:00:00Z", True, ["2026-11-26T08:00:00Z"],
]  # fmt: skip
ID = "1c0e7f1a-6f0c-4b53-9a52-0d1f0c5b7a11"
NO_IDS = [
    ID.replace("-", ""), f"{{{ID}}}", f"urn:uuid:{ID}", f"{ID} ", f"{ID}\n", 5, None, "", [ID],
    ID.replace("1", "１"),
]  # fmt: skip
OTHERS = [
    ("direction", value) for value in ("IN", "In", "in ", 1, True, None, ["in"], "sideways", "")
] + [
    ("text", value) for value in (5, None, True, ["a"], {"a": 1}, "x" * 5000, "\ud800")
] + [
    ("told", value) for value in ("0912345678", [5], [None], ["a"] * 6, {"0": "a"}, None)
] + [
    ("answers", value) for value in ([], "", True, {"symptoms": "fever"}, {"symptoms": ["FEVER"]},
                                     {"symptoms": {"fever": 1}}, {"symptoms": ["fever"] * 21})
] + [("sealed", value) for value in (None, 5, ["a"])]  # fmt: skip
WRONG = [
    *((name, value) for name in BOOLEANS for value in NO_BOOLEANS),
    *(("answers", {name: value}) for name in ANSWERS for value in NO_BOOLEANS),
    *(("at", value) for value in NO_MOMENTS),
    *(("id", value) for value in NO_IDS),
    *OTHERS,
]


@pytest.fixture
def station(transactional_db, venue):
    make.sealing_key()
    return make_stations.station(venue)


def sent(station, body: str | bytes) -> tuple[int, dict]:
    answer = Client().post(f"/s/{station.key}/scans/", body, "application/json")
    return answer.status_code, answer.json()


def batch(*scans: dict, **changes) -> str:
    return json.dumps({"sent_at": "2026-11-26T08:00:00Z", "scans": list(scans)} | changes)


def test_one_wrong_scan_is_named_and_nothing_is_taken(station):
    for name, value in WRONG:
        wrong = scan(chip(2)) | {name: value}
        status, answer = sent(station, batch(scan(chip(1)), wrong))
        assert (status, bool(answer["sentence"])) == (422, True), (name, value)
        assert {fault["where"].split(".")[:3][-1] for fault in answer["faults"]} == {name}
        assert all(fault["where"].startswith("scans.1.") for fault in answer["faults"])
    for value in NO_MOMENTS:
        assert sent(station, batch(scan(chip(1)), sent_at=value))[0] == 422, value
    assert not Scan.objects.exists()
    assert len(WRONG) > 150


def test_a_library_left_to_itself_would_take_much_of_it():
    """The control: what the same fields would take that are not spelt out."""

    class Lax(BaseModel):
        undo: bool
        at: interface.AwareDatetime
        id: interface.UUID

    taken = 0
    right = {"undo": False, "at": "2026-11-26T08:00:00Z", "id": ID}
    for name, values in (("undo", NO_BOOLEANS), ("at", NO_MOMENTS), ("id", NO_IDS)):
        for value in values:
            try:
                Lax(**right | {name: value})
            except ValueError:
                continue
            taken += 1
    assert taken > 15


def test_as_a_control_a_one_taken_for_a_yes_takes_a_visit_back(station, monkeypatch):
    class Lax(BaseModel):
        undo: bool = False

    def read_laxly(content: bytes) -> dict:
        told = json.loads(content)
        return told | {"scans": [each | Lax(**each).model_dump() for each in told["scans"]]}

    now, first = timezone.now().isoformat(), scan(chip(1))
    assert sent(station, batch(first, sent_at=now))[0] == 200
    undone = batch(first | {"undo": 1}, sent_at=now)
    assert (sent(station, undone)[0], Visit.objects.count()) == (422, 1)
    monkeypatch.setattr(interface, "read_json", read_laxly)
    assert (sent(station, undone)[0], Visit.objects.count()) == (200, 0)


NOT_ONE_THING = {
    '{"sent_at": "2026-11-26T08:00:00Z", "scans": [], "scans": []}': 422,
    '{"sent_at": "2026-11-26T08:00:00Z", "scans": [], "x": {"a": 1, "a": 2}}': 422,
    '{"sent_at": "2026-11-26T08:00:00Z", "scans": [], "x": NaN}': 422,
    '{"sent_at": "2026-11-26T08:00:00Z", "scans": [], "x": -Infinity}': 422,
    '{"sent_at": NaN, "scans": []}': 422,
    '{"sent_at": "2026-11-26T08:00:00Z", "scans": [], "x": ' + "9" * 5000 + "}": 422,
    '{"sent_at": ' + "9" * 4000 + ', "scans": []}': 422,
    '{"sent_at": 1e999, "scans": []}': 422,
    '{"sent_at": "2026-11-26T08:00:00Z", "scans": ' + "[" * 50_000 + "]" * 50_000 + "}": 422,
    '{"a":' * 40_000 + "1" + "}" * 40_000: 422,
    "[" * 100_000: 422,
    "[]": 422,
    "null": 422,
    '"x"': 422,
    "5": 422,
    '{"sent_at": "2026-11-26T08:00:00Z", "scans": null}': 422,
    '{"sent_at": "2026-11-26T08:00:00Z", "scans": {"0": {}}}': 422,
    '{"sent_at": "2026-11-26T08:00:00Z", "scans": [[]]}': 422,
    '{"sent_at": "2026-11-26T08:00:00Z", "scans": [],}': 400,
    "{'sent_at': 1}": 400,
    "\ufeff{}": 400,
    "": 422,
    "x": 400,
}


def test_what_readers_would_read_differently_is_refused_with_a_sentence(station):
    wrong = list(NOT_ONE_THING.items())
    wrong += [("{}".encode("utf-16"), 400), (b'{"sent_at": "\xff"}', 400), (b"\x00{}", 400)]
    for body, wanted in wrong:
        status, answer = sent(station, body)
        assert (status, bool(answer["sentence"])) == (wanted, True), body[:80]


def test_a_sealed_scan_says_one_thing_too(station):
    wrong = ['{"text": "a", "text": "b"}', '{"text": "a", "no_phone": 1}', "[" * 4000, "NaN", "5"]
    for plain in [*wrong, json.dumps({"text": chip(1)})]:
        name = str(uuid4())
        answer = send(station, scan(id=name, sealed=sealed_text(plain, name)))
        assert (results(answer) == ["refused"]) == (plain in wrong), (plain[:40], answer)
    assert Visit.objects.count() == 1
