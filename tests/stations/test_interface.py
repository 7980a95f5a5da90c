"""The interface is as it describes itself, whatever is sent; schemathesis thinks of what."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from stations.models import Scan
from tests import make, make_stations

EXAMPLES = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def station(transactional_db, venue):
    make.sealing_key()
    return make_stations.station(venue)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nothing_sent_is_answered_otherwise_than_described(live_server, station, mode):
    described = schemathesis.openapi.from_url(f"{live_server.url}/api/openapi.json")
    operations = [found.ok() for found in described.get_all_operations()]
    assert [(each.method, each.path) for each in operations] == [("post", "/s/{key}/scans/")]

    @EXAMPLES
    @given(operations[0].as_strategy(generation_mode=mode))
    def sent(case) -> None:
        if mode is GenerationMode.POSITIVE:
            case.path_parameters["key"] = station.key
        case.call_and_validate()

    sent()
    assert mode is GenerationMode.NEGATIVE or Scan.objects.exists()
