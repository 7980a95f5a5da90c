"""The interface is as it describes itself, whatever is sent; schemathesis thinks of what."""

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from stations.models import Scan
from tests import make, make_stations

from .sending import chip, scan, send

# Larger than the site takes is refused as well, and says so.
CHECKS = {
    "negative_data_rejection": {"expected-statuses": ["400", "404", "413", "422"]},
    "positive_data_acceptance": {"expected-statuses": ["200", "413"]},
}
EXAMPLES = settings(
    max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def station(transactional_db, venue):
    make.sealing_key()
    return make_stations.station(venue)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nothing_sent_is_answered_otherwise_than_described(live_server, station, mode):
    described = schemathesis.openapi.from_url(
        f"{live_server.url}/api/openapi.json",
        config=SchemathesisConfig.from_dict({"checks": CHECKS}),
    )
    operations = [found.ok() for found in described.get_all_operations()]
    assert [(each.method, each.path) for each in operations] == [("post", "/s/{key}/scans/")]

    refused = []

    @EXAMPLES
    @given(operations[0].as_strategy(generation_mode=mode))
    def sent(case) -> None:
        modes = {place.value: part.mode for place, part in case.meta.components.items()}
        if modes["body"] is mode:  # else the key is what is wrong
            case.path_parameters["key"] = station.key
        refused.append(case.call_and_validate().status_code in (400, 422))

    sent()
    assert Scan.objects.exists() is (mode is GenerationMode.POSITIVE)
    assert sum(refused) > (30 if mode is GenerationMode.NEGATIVE else -1)


def test_what_is_no_batch_is_told_in_a_sentence(station):
    address, client = f"/s/{station.key}/scans/", Client()
    for body, status in (("x", 400), ("{}", 422), ('{"sent_at": 1}', 422), ("x" * 300_000, 413)):
        answer = client.post(address, body, "application/json")
        assert (answer.status_code, bool(answer.json()["sentence"])) == (status, True)
    assert client.post("/s/nobody/scans/", *_whole()).status_code == 404
    assert client.get(address).status_code == 405


def test_what_was_sent_is_not_repeated(station):
    answer = send(station, scan(chip(1), at=None, direction="sideways"), status=422)
    assert answer["faults"][0]["where"] == "scans.0.direction"
    assert "sideways" not in str(answer)
    assert "084075" not in str(answer)


def _whole() -> tuple[str, str]:
    return '{"sent_at": "2026-11-26T08:00:00Z", "scans": []}', "application/json"
