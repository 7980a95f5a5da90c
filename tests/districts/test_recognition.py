"""Every commune is recognised in every common spelling, and nothing is guessed."""

import unicodedata
from collections import Counter
from datetime import date
from itertools import product
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

import districts
from districts.load import load_units
from districts.models import Unit
from districts.names import folded
from districts.recognition import Gazetteer
from tests.soak.places import MOST_WRONG, confusions, gazetteer, is_good, table, world

DATA = Path(districts.__file__).parent / "data"
DAY = date(2021, 10, 10)
SPELLINGS = 40  # of each commune
KINDS = {
    "phường": ["Phường ", "phuong ", "P.", "P. ", "P", "F.", "PHƯỜNG ", "phường 0"],
    "xã": ["Xã ", "xa ", "X.", "X. ", "XÃ "],
    "thị trấn": ["Thị trấn ", "thi tran ", "TT.", "TT. ", "T.T ", "Thị Trấn "],
    "thành phố": ["Thành phố ", "TP.", "TP ", "thanh pho ", "T.P ", "tp. "],
    "thị xã": ["Thị xã ", "TX.", "TX ", "thi xa ", "T.X. "],
    "huyện": ["Huyện ", "H.", "H ", "huyen ", "HUYỆN "],
}
JOINTS = [", ", " - ", " ", "; ", ",", " – ", "\n"]
REFORMED = [", Vĩnh Long", ", tỉnh Vĩnh Long", ", Trà Vinh", ", Tra Vinh, Vinh Long"]
ENDS = ["", ", tỉnh Trà Vinh", ", Tra Vinh", " - T. Trà Vinh, Việt Nam"]
TONES_MOVED = {"oà": "òa", "oá": "óa", "uỷ": "ủy", "oè": "òe"}


@pytest.fixture
def loaded(db) -> Gazetteer:
    load_units((DATA / "tra_vinh_2021.csv").read_bytes(), date(2021, 1, 1))
    return Gazetteer.on(DAY)


def communes() -> list[Unit]:
    return list(Unit.objects.communes().select_related("parent").order_by("code"))


def test_each_of_106_communes_is_recognised_in_many_spellings_and_no_other(loaded):
    wrong = {
        spelling: loaded.named(spelling).communes
        for commune in communes()
        for spelling in spellings(commune)
        if loaded.named(spelling).communes != (commune,)
    }
    assert len(communes()) == 106
    assert wrong == {}


def test_each_commune_is_recognised_at_the_end_of_an_address(loaded):
    for commune in communes():
        for place in Random(commune.code).sample(_ways(commune), 8):
            meaning = loaded.at_end_of(f"12 Lê Lợi khóm 3 {place}, {commune.parent}")
            assert (meaning.communes, meaning.rest) == ((commune,), "12 Lê Lợi khóm 3"), place


def test_each_commune_is_recognised_by_its_code(loaded):
    assert [loaded.coded(f" {commune.code}") for commune in communes()] == communes()


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("P.1 TP Trà Vinh", ["Phường 1, Thành phố Trà Vinh"]),
        ("TP Trà Vinh, P.1", ["Phường 1, Thành phố Trà Vinh"]),
        ("Phường 1", ["Phường 1, Thị xã Duyên Hải", "Phường 1, Thành phố Trà Vinh"]),
        ("Phường 1, Trà Vinh", ["Phường 1, Thị xã Duyên Hải", "Phường 1, Thành phố Trà Vinh"]),
        ("P.1 Duyên Hải", ["Phường 1, Thị xã Duyên Hải"]),
        ("P.1, huyện Duyên Hải", []),
        ("Định An, Trà Cú", ["Thị trấn Định An, Huyện Trà Cú", "Xã Định An, Huyện Trà Cú"]),
        ("TT Định An", ["Thị trấn Định An, Huyện Trà Cú"]),
        ("Trường Long Hòa", ["Xã Trường Long Hòa, Thị xã Duyên Hải"]),
        ("Long Hoà", ["Xã Long Hòa, Huyện Châu Thành"]),
        ("Nhị Long", ["Xã Nhị Long, Huyện Càng Long"]),
        ("Mĩ Hòa", ["Xã Mỹ Hòa, Huyện Cầu Ngang"]),
        ("Long Hóa", []),
        ("Xã Càng Long", []),
        ("TP Trà Vinh", []),
        ("Xã Long Đức, Huyện Châu Thành", []),
        ("", []),
        ("Việt Nam", []),
    ],
)
def test_a_text_means_these_communes(loaded, typed: str, places: list[str]):
    assert sorted(unit.place for unit in loaded.named(typed).communes) == sorted(places)


@pytest.mark.parametrize(
    ("address", "place", "rest"),
    [
        ("Ấp Long Hòa, huyện Châu Thành", "", ""),
        ("Số 5 đường Trà Vinh", "", ""),
        ("Ấp 3, Long Hòa, Châu Thành", "Xã Long Hòa, Huyện Châu Thành", "Ấp 3"),
        ("Khóm 3 Phường 7", "Phường 7, Thành phố Trà Vinh", "Khóm 3"),
        ("ấp Chợ xã Đa Lộc", "Xã Đa Lộc, Huyện Châu Thành", "ấp Chợ"),
        ("Xã Đa Lộc", "Xã Đa Lộc, Huyện Châu Thành", ""),
    ],
)
def test_the_end_of_an_address_means_a_commune_only_when_it_says_so(
    loaded, address: str, place: str, rest: str
):
    meaning = loaded.at_end_of(address)
    assert ([unit.place for unit in meaning.communes], meaning.rest) == (
        [place] * bool(place),
        rest,
    )


def test_the_bare_name_of_a_town_may_be_its_district(loaded):
    assert loaded.named("Càng Long").is_doubtful
    assert not loaded.named("TT Càng Long").is_doubtful
    assert not loaded.named("Càng Long, Càng Long").is_doubtful


@pytest.mark.parametrize(
    ("typed", "like"),
    [
        ("Xã Long Đứk, TP Trà Vinh", ["Xã Long Đức, Thành phố Trà Vinh"]),
        (
            "Xã Long Vĩnh, TX Duyên Hải",  # it lies in the district of that name
            [
                "Xã Long Vĩnh, Huyện Duyên Hải",
                "Xã Long Hữu, Thị xã Duyên Hải",
                "Xã Long Toàn, Thị xã Duyên Hải",
            ],
        ),
        ("Long Hóa, Châu Thành", ["Xã Long Hòa, Huyện Châu Thành"]),
        ("Xã Càng Long", ["Thị trấn Càng Long, Huyện Càng Long"]),
        ("Phường 77, TP Trà Vinh", []),
        ("TP Trà Vinh", []),
        ("🍜", []),
    ],
)
def test_a_misspelt_name_is_like_these(loaded, typed: str, like: list[str]):
    assert [unit.place for unit in loaded.like(typed, communes())] == like


def test_names_are_those_of_the_day(loaded):
    reform = date(2025, 7, 1)
    content, successors = (
        (DATA / name).read_bytes() for name in ("vinh_long_2025.csv", "successors_2025.csv")
    )
    load_units(content, reform, successors=successors)
    assert Gazetteer.on(DAY).named("P.1 TP Trà Vinh").communes
    after = Gazetteer.on(reform)
    assert [unit.place for unit in after.named("P.1 TP Trà Vinh").communes] == ["Phường Trà Vinh"]
    assert after.coded("29239") is None
    assert [unit.place for unit in after.named("P. Trà Vinh, Vĩnh Long").communes] == [
        "Phường Trà Vinh"
    ]


def test_old_addresses_lead_to_what_became_of_each_of_106_communes():
    _old, _new, became = world()
    names = gazetteer("reformed")
    meanings = {
        (f"Ấp 1, {own}, {above}{end}", successor)
        for commune, successor in became.items()
        for own, above, end in zip(_ways(commune), _ways(commune.parent), REFORMED, strict=False)
    }
    assert {
        place for place, unit in meanings if names.at_end_of(place).communes != (unit,)
    } == set()
    assert len(meanings) == 4 * 106


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("Ấp 1, An Phú Tân, Cầu Kè, Vĩnh Long", "Xã An Phú Tân"),
        ("Ấp 1, Hiệp Mỹ Tây, Cầu Ngang, Vĩnh Long", "Xã Hiệp Mỹ"),
        ("Khóm 1, P.1, Trà Vinh, Vĩnh Long", "Phường Trà Vinh"),
        ("Khóm 1, P.1, Trà Vinh", ""),  # of the town, or of Duyên Hải
        ("Phường 5, Vĩnh Long", ""),  # the town of Vĩnh Long had one, too
        ("Phường 5, phường Hòa Thuận, Vĩnh Long", "Phường Hòa Thuận"),
        ("Ấp 1, Cầu Kè, Vĩnh Long", ""),
        ("Phường 7, P Trà Vinh, Vĩnh Long", ""),  # TP. without its T
        ("Khóm 3, P. Trà Vinh, Vĩnh Long", "Phường Trà Vinh"),
        ("Thị trấn Hồ Xá, Cầu Kè, Vĩnh Long", ""),
        ("Ho Xa, Cau Ke, Vinh Long", ""),
        ("Phường Trà Vinh, tỉnh Trà Vinh", "Phường Trà Vinh"),
        ("Trà Vinh, Trà Vinh", ""),
        ("Phường 7 (cũ), TPTV", "Phường Nguyệt Hóa"),
        ("Hoà Tân, Trà Cú", ""),
    ],
)
def test_after_the_reform_a_name_of_a_district_is_no_commune(address: str, place: str):
    places = [unit.place for unit in gazetteer("reformed").at_end_of(address).communes]
    assert (places[0] if len(places) == 1 else "") == place


@pytest.mark.parametrize(
    ("typed", "place", "like"),
    [
        ("Xã Thạnh Phú, tỉnh Vĩnh Long", "", "Xã Tam Ngãi"),
        ("xã Lương Hòa, tỉnh Vĩnh Long", "", "Xã Song Lộc"),
        ("Xã Mỹ Hòa, Vĩnh Long", "", "Xã Cầu Ngang"),
        ("Tân Bình, Vĩnh Long", "", "Xã An Trường"),
        ("Mỹ Chánh, Vĩnh Long", "", "Xã Châu Thành"),
        ("xa long thoi", "", "Xã Tân Hòa"),
        ("Xã Thạnh Phú, Trà Vinh", "Xã Tam Ngãi", ""),
        ("Xã Thạnh Phú, Cầu Kè, Vĩnh Long", "Xã Tam Ngãi", ""),
        ("Xã An Phú Tân, Vĩnh Long", "Xã An Phú Tân", ""),  # it is in force as well
        ("TT Cầu Kè, Vĩnh Long", "", "Xã Cầu Kè"),
        ("Xã Long Vĩnh, TX Duyên Hải", "", "Xã Long Vĩnh"),
    ],
)
def test_after_the_reform_an_old_commune_needs_its_old_district_or_province(
    typed: str, place: str, like: str
):
    names, own = gazetteer("reformed"), set(world()[2].values())
    for meaning in (names.named(typed), names.at_end_of(typed)):
        assert [unit.place for unit in meaning.communes] == [place] * bool(place)
    for found in (names.like(typed, own), names.like_end_of(typed, own)):
        assert not like or found[0].place == like


def test_after_the_reform_the_bare_name_of_a_district_that_was_is_doubtful():
    names = gazetteer("reformed")
    bare = ("Trà Vinh", "Trà Vinh, Vĩnh Long", "Cầu Kè", "Châu Thành", "Càng Long, Vĩnh Long")
    for name in bare:
        assert names.named(name).is_doubtful, name
    for name in ("Xã Cầu Kè", "Phường Trà Vinh", "Xã Càng Long, Vĩnh Long", "Tam Ngãi"):
        assert names.named(name).communes, name
        assert not names.named(name).is_doubtful, name


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("Phường 7 Phường 5, TP Trà Vinh", []),
        ("12 Lê Lợi, Phường Bảy, T.P Trà Vinh", ["Phường 7, Thành phố Trà Vinh"]),
        ("phường vii txdh", []),
        ("P.I, TXDH", ["Phường 1, Thị xã Duyên Hải"]),
        ("Phường 2, Trà Vinh, Trà Vinh", ["Phường 2, Thành phố Trà Vinh"]),
        ("ấp 3 Tập Sơn, H. TC", []),
        ("ấp 3, Tập Sơn, H. TC", ["Xã Tập Sơn, Huyện Trà Cú"]),
        ("Xả Long Đức", ["Xã Long Đức, Thành phố Trà Vinh"]),
        ("Căn hộ P7, TP Trà Vinh", []),
        ("Phường thứ 7, TPTV, TV", ["Phường 7, Thành phố Trà Vinh"]),
        ("Càng Long, Càng Long, Trà Vinh", ["Thị trấn Càng Long, Huyện Càng Long"]),
    ],
)
def test_the_end_of_an_address_as_it_is_written(typed: str, places: list[str]):
    assert [unit.place for unit in gazetteer("2021").at_end_of(typed).communes] == places


def test_garbled_addresses_are_suggested_or_not_told_and_hardly_ever_wrong():
    counted = confusions(1, seed=2026, step=6)
    assert counted.total() > 1500
    assert is_good(counted), table(counted)
    shares = Counter(outcome for _era, kind, outcome in counted.elements() if ":" not in kind)
    assert shares["right"] > 0.8 * shares.total(), shares
    published = (Path(settings.BASE_DIR) / "docs/recognition.md").read_text()
    rows = {row.split(" | ")[0]: row.split(" | ")[-1] for row in published.splitlines()}
    assert [kind for _era, kind, _outcome in counted if f"| {kind}" not in rows] == []
    assert float(rows["| **all**"].rstrip("% |")) < 100 * MOST_WRONG


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=700))
def test_no_text_breaks_it(text: str):
    empty = Gazetteer([])
    assert empty.named(text).communes == empty.at_end_of(text).communes == ()
    assert empty.like(text, []) == []


def spellings(commune: Unit) -> list[str]:
    """Return some of the ways to write a commune with its district: always the same ones."""
    own, above = _ways(commune), _ways(commune.parent)
    if _is_alone(commune):
        own += _names(_bare(commune))
    if folded(_bare(commune.parent)) != "duyen hai":
        above += _names(_bare(commune.parent)) if commune.parent.kind == "huyện" else []
    rng, made = Random(commune.code), []
    while len(made) < SPELLINGS:
        one, other, joint, end = (rng.choice(ways) for ways in (own, above, JOINTS, ENDS))
        in_order = rng.random() < 0.8
        made.append(f"{one}{joint}{other}{end}" if in_order else f"{other}{joint}{one}")
    return made


def _ways(unit: Unit) -> list[str]:
    return [kind + name for kind, name in product(KINDS[unit.kind], _names(_bare(unit)))]


def _names(name: str) -> list[str]:
    """Return a name as it is, in other cases, with tones elsewhere, decomposed, without marks."""
    moved = name
    for typed, other in TONES_MOVED.items():
        moved = moved.replace(typed, other) if typed in moved else moved.replace(other, typed)
    plain = folded(name)
    return [
        name,
        name.upper(),
        name.lower(),
        moved,
        unicodedata.normalize("NFD", name),
        plain,
        plain.title(),
    ]


def _bare(unit: Unit) -> str:
    return unit.name[len(unit.kind) + 1 :]


def _is_alone(commune: Unit) -> bool:
    """Whether it has a bare name, and no other unit of the province has it."""
    names = [folded(_bare(unit)) for unit in Unit.objects.all()]
    return not _bare(commune).isdecimal() and names.count(folded(_bare(commune))) == 1
