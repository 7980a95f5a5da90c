"""Where somebody lives, as their card says: told for certain, or not at all."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

import districts
from declarations.models import Visitor
from districts import days
from districts.load import load_units
from districts.models import Unit
from stations.models import Scan
from tests import make, make_stations
from tests.venues.lists import load_tra_vinh

from .sending import chip, scan, send

AS_IN_2021 = {
    "Ấp Vĩnh Hội, Xã Long Đức, Thành phố Trà Vinh, Trà Vinh": "29263",
    "Khóm III, Phường VII, TPTV, Trà Vinh": "29254",
    "KHÓM 3, PHƯỜNG 7, TP TRÀ VINH, TRÀ VINH, VIỆT NAM": "29254",
    "Khóm 1, Phường số 4, TP.Trà Vinh": "29236",
    "Ấp Bà Mi, Châu Thành, Trà Vinh": None,
    "Càng Long, Trà Vinh": None,
    "Ấp 1, An Phú Tâm, Cầu Kè, Trà Vinh": None,
    "Ấp 1, Xã Long Hửu, Thị xã Duyên Hải, Trà Vinh": None,
    "Đường 30/4, Thành phố Trà Vinh, Trà Vinh": None,
    "Lô A-5, TP Trà Vinh": None,
    "Ấp 1, Xã Long Hòa, Châu Thành, Tiền Giang": None,
}
REFORMED = {
    "Ấp 1, An Phú Tân, Cầu Kè, Vĩnh Long": "29317",
    "Ấp 1, Hoà Tân, Cầu Kè, Vĩnh Long": "29317",
    "Ấp 1, Hoà Tân, Trà Vinh": "29317",
    "Ấp 1, Hoà Tân, Vĩnh Long": None,  # other old provinces may have had one, too
    "Ấp 1, Xã Hoà Tân, Huyện Cầu Kè, Trà Vinh": "29317",
    "Khóm 2, Phường 1, Thị xã Duyên Hải, Vĩnh Long": "29512",
    "Ấp 1, Xã Cầu Kè, Vĩnh Long": "29308",
    "Ấp 1, Hoà Tâm, Cầu Kè, Vĩnh Long": None,
    "Ấp 1, Cầu Kè, Vĩnh Long": None,
    "Khóm 2, Trà Vinh, Vĩnh Long": None,
    "Khóm 2, Phường 5, Vĩnh Long": None,  # the town of Vĩnh Long had one, too
}


@pytest.fixture
def station(db):
    load_tra_vinh()
    make.sealing_key()
    return make_stations.station(make.venue(commune=Unit.objects.get(code="29239")))


def residences(station, addresses: list[str]) -> list[str | None]:
    """Scan a card of each address in one go; return the codes of the communes that were told."""
    listed = "Ấp Vĩnh Hội, Xã Long Đức, Thành phố Trà Vinh, Trà Vinh"
    cards = [scan(chip(n).replace(listed, address)) for n, address in enumerate(addresses)]
    send(station, *cards)
    visitors = dict(Scan.objects.values_list("id", "visitor"))
    lives_in = dict(Visitor.objects.values_list("key", "residence"))
    codes = dict(Unit.objects.on(days.today()).values_list("pk", "code")) | {None: None}
    return [codes[lives_in[visitors[UUID(card["id"])]]] for card in cards]


def test_a_card_tells_a_commune_for_certain_or_none(station):
    assert residences(station, list(AS_IN_2021)) == list(AS_IN_2021.values())


def test_after_the_reform_the_old_names_lead_to_what_became_of_them(station):
    folder = Path(districts.__file__).parent / "data"
    files = [(folder / name).read_bytes() for name in ("vinh_long_2025.csv", "successors_2025.csv")]
    load_units(files[0], date(2025, 7, 1), successors=files[1])
    assert residences(station, list(REFORMED)) == list(REFORMED.values())
