"""Addresses as people write and garble them: how many lead to the right commune, or a wrong one."""

import csv
import random
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import districts
from districts.models import Level, Unit
from districts.names import folded, sort_key
from districts.recognition import Gazetteer
from districts.spellings import SHORT_FORMS

DATA = Path(districts.__file__).parent / "data"
REFORM = date(2025, 7, 1)
OUTCOMES = ("right", "suggested", "not told", "wrong")
MOST_WRONG = 0.005
Confusions = Counter[tuple[str, str, str]]  # by era, kind of writing and outcome
_LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_GARBLED_PARTS = ("commune", "district", "both")
_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_BEFORE = (
    "", "Ấp Chợ", "ấp Bà Mi", "Khóm 3", "KHÓM III", "Số 12/7", "12 Lê Lợi", "Lô A-5", "tổ 5, ấp 4",
    "Đường 30/4", "15 đường 3/2", "19/5, khóm 2", "Đường 30 tháng 4", "Nhà trọ Hai Lúa, ấp Đầu Giồng",
)  # fmt: skip
_JOINTS = (", ", ", ", ", ", " - ", "; ", ",", "-", " ", "\n")
_STREETS = (
    "Đường 30/4", "30/4", "Số 5, 3/2", "2/9", "Đường 19-5", "Số 12/7", "Lô A-5", "Lô P-5", "12/7", "Quầy P7",
    "Đường 30 tháng 4", "Đường 2 tháng 9", "Khóm 4", "Khóm III", "Tổ 5", "Nhà số 7", "1/5",
)  # fmt: skip


@dataclass(frozen=True)
class Writing:
    """How a commune is written: it, what it lies in, and the commune that is meant."""

    commune: Unit
    province: str
    meant: Unit

    @property
    def district(self) -> Unit | None:
        above = self.commune.parent
        return above if above and above.level == Level.DISTRICT else None


@cache
def world() -> tuple[dict[str, Unit], dict[str, Unit], dict[Unit, Unit]]:
    """Return the units of 2021 and after the reform by their codes, and what became of communes."""
    old = _units("provinces_2021.csv", {}) | _units("tra_vinh_2021.csv", {})
    new = _units("vinh_long_2025.csv", old)
    rows = csv.DictReader((DATA / "successors_2025.csv").read_text().splitlines())
    became = {old[row["old_code"]]: new[row["new_code"]] for row in rows}
    others = {u.code: u for u in old.values() if u.level == Level.PROVINCE and u.code != "84"}
    return old, others | new, became


def _units(name: str, before: dict[str, Unit]) -> dict[str, Unit]:
    """Return a file's units, made without a database; a province that stays is the same unit."""
    made: dict[str, Unit] = {}
    for row in csv.DictReader((DATA / name).read_text().splitlines()):
        if row["level"] == Level.PROVINCE and row["code"] in before:
            made[row["code"]] = before[row["code"]]
            continue
        number = int(row["code"]) + 100_000 * bool(before) + 1_000_000 * (row["level"] != "commune")
        made[row["code"]] = Unit(
            pk=number, code=row["code"], level=row["level"], kind=row["kind"], name=row["name"],
            name_order=sort_key(row["name"]), parent=made.get(row["parent_code"]),
        )  # fmt: skip
    return made


@cache
def gazetteer(era: str) -> Gazetteer:
    """Return the names of 2021 or those after the reform."""
    old, new, became = world()
    return Gazetteer(old.values()) if era == "2021" else Gazetteer(new.values(), became)


def places(era: str) -> list[Writing]:
    """Return every commune of an era as people write it."""
    _old, new, became = world()
    if era == "2021":
        return [Writing(unit, "Trà Vinh", unit) for unit in became]
    if era == "new names":
        became = {unit: unit for unit in new.values() if unit.level == Level.COMMUNE}
    return [Writing(u, name, became[u]) for u in became for name in ("Vĩnh Long", "Trà Vinh")]


ERAS = ("2021", "old names after the reform", "new names")
Garbling = Callable[[str, random.Random], str]


def _lost(text: str, rng: random.Random) -> str:
    place = _letter(text, rng)
    return text[:place] + text[place + 1 :]


def _doubled(text: str, rng: random.Random) -> str:
    place = _letter(text, rng)
    return text[:place] + text[place] + text[place:]


def _swapped(text: str, rng: random.Random) -> str:
    pairs = [
        n for n in range(len(text) - 1) if text[n : n + 2].isalpha() and text[n] != text[n + 1]
    ]
    place = rng.choice(pairs)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _replaced(text: str, rng: random.Random) -> str:
    place = _letter(text, rng)
    other = rng.choice([each for each in _LETTERS if each != text[place].lower()])
    return text[:place] + other + text[place + 1 :]


def _letter(text: str, rng: random.Random) -> int:
    """Return where a letter stands; a number with another digit is another ward."""
    return rng.choice([place for place, letter in enumerate(text) if letter.isalpha()])


def _wrong_tone(text: str, rng: random.Random) -> str:
    apart = unicodedata.normalize("NFD", text)
    places = [place for place, letter in enumerate(apart) if letter in _TONES]
    if not places:
        return _replaced(text, rng)
    place = rng.choice(places)
    other = rng.choice([tone for tone in _TONES if tone != apart[place]])
    return unicodedata.normalize("NFC", apart[:place] + other + apart[place + 1 :])


def _hook_and_tilde(text: str, rng: random.Random) -> str:
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", apart.translate({0x303: "\u0309", 0x309: "\u0303"}))


def _together(text: str, rng: random.Random) -> str:
    return text.replace(" ", "")


GARBLED: dict[str, Garbling] = {
    "a letter lost": _lost,
    "a letter doubled": _doubled,
    "two letters swapped": _swapped,
    "a letter replaced": _replaced,
    "another tone": _wrong_tone,
    "hỏi for ngã": _hook_and_tilde,
    "written together": _together,
}
WRITTEN: dict[str, Garbling] = {
    "as the list has it": lambda text, rng: text,
    "in capitals": lambda text, rng: text.upper(),
    "without marks": lambda text, rng: folded(text).title(),
    "decomposed": lambda text, rng: unicodedata.normalize("NFD", text),
}


UNPLACED = {
    "a hamlet or street": _BEFORE,
    "a date, number or lot": _STREETS,
    "a commune of nowhere": ("Xã Bình Hòa", "Xã Phú Mỹ", "P. Tân Phú", "Thị trấn Hồ Xá"),
}


def texts(place: Writing, rng: random.Random) -> Iterator[tuple[str, str, Unit | None]]:
    """Yield an address of each kind: the kind, the text, and the commune that is meant, if any."""
    commune, district, province = _parts(place, rng)
    for name, write in WRITTEN.items():
        yield name, write(_joined(rng, commune, district, province), rng), place.meant
    yield "abbreviated", _joined(rng, *_short(place, rng)), place.meant
    yield "district left out", _joined(rng, commune, "", province), place.meant
    for name, garble in GARBLED.items():
        parts = garble(commune, rng), garble(district, rng) if district else ""
        for which, one, other in [
            ("commune", parts[0], district),
            ("district", commune, parts[1]),
            ("both", *parts),
        ]:
            if (which == "commune" or district) and (one, other) != (commune, district):
                yield f"{which}: {name}", _joined(rng, one, other, province), place.meant
    if district:
        for name, unplaced in UNPLACED.items():
            text = _joined(rng, rng.choice(unplaced), district, province)
            yield f"without a commune: {name}", text, None


def _parts(place: Writing, rng: random.Random) -> tuple[str, str, str]:
    """Return commune, district and province, with kinds or without."""
    return (
        rng.choice([place.commune.name, place.commune.bare_name]),
        rng.choice([place.district.name, place.district.bare_name]) if place.district else "",
        rng.choice(["", place.province, f"Tỉnh {place.province}"]),
    )


def _short(place: Writing, rng: random.Random) -> tuple[str, str, str]:
    """Return them with the short forms of their kinds, initials and Roman numerals."""
    name = place.commune.name[len(place.commune.kind) + 1 :]
    if name.isdecimal():
        name = rng.choice([name, _ROMAN[int(name)], f"số {name}", f"0{name}"])
    commune = f"{_kind(place.commune, rng)} {name}"
    if not place.district:
        return commune, "", place.province
    district, kind = place.district.bare_name, _kind(place.district, rng)
    initials = "".join(word[0] for word in folded(district).split()).upper()
    written = rng.choice([f"{kind} {district}", f"{kind} {initials}", f"{kind}.{district}"])
    return commune, written, rng.choice(["", place.province, f"T. {place.province}"])


def _kind(unit: Unit, rng: random.Random) -> str:
    forms = [[word.base for word in form] for form in SHORT_FORMS[unit.kind]]
    return (
        rng.choice(["", "."]).join(rng.choice([f for f in forms if len("".join(f)) <= 2])).upper()
    )


def _joined(rng: random.Random, commune: str, district: str, province: str) -> str:
    parts = [rng.choice(_BEFORE), commune, district, province]
    return rng.choice(_JOINTS).join(filter(None, parts))


def outcome(era: str, text: str, meant: Unit | None) -> str:
    """Return what became of an address: `wrong` is a commune told that is not meant."""
    names = gazetteer("2021" if era == "2021" else "reformed")
    communes = names.at_end_of(text).communes
    if len(communes) == 1:
        return "right" if communes[0] == meant else "wrong"
    like = communes or names.like_end_of(text, _all_meant(era))
    return "suggested" if meant in like else "not told"


@cache
def _all_meant(era: str) -> set[Unit]:
    return {place.meant for place in places(era)}


def confusions(variants: int, seed: int, step: int = 1) -> Confusions:
    """Return how often each outcome came, so many times for every commune, or every sixth."""
    rng, counted = random.Random(seed), Confusions()
    for era in ERAS:
        for place in places(era)[::step]:
            for _ in range(variants):
                for kind, text, meant in texts(place, rng):
                    counted[era, kind, outcome(era, text, meant)] += 1
    return counted


def is_good(counted: Confusions) -> bool:
    """Tell whether wrong ones are fewer than promised, and none is wrong that is not garbled."""
    wrong = {key: n for key, n in counted.items() if key[2] == "wrong"}
    is_few = sum(wrong.values()) < MOST_WRONG * counted.total()
    return is_few and all(kind.partition(":")[0] in _GARBLED_PARTS for _, kind, _ in wrong)


def table(counted: Confusions) -> str:
    """Return the confusions of each kind of writing, and of all, in per cent, as Markdown."""
    kinds = list(dict.fromkeys(kind for _era, kind, _outcome in counted))
    lines = [
        "| kind of writing | addresses | right | suggested | not told | wrong |",
        "|---|--:|--:|--:|--:|--:|",
        *(_line(kind, [key for key in counted if key[1] == kind], counted) for kind in kinds),
        *(_line(f"**{era}**", [key for key in counted if key[0] == era], counted) for era in ERAS),
        _line("**all**", list(counted), counted),
    ]
    return "\n".join(lines)


def _line(name: str, keys: list[tuple[str, str, str]], counted: Confusions) -> str:
    whole = sum(counted[key] for key in keys)
    shares = [sum(counted[key] for key in keys if key[2] == one) / whole for one in OUTCOMES]
    cells = [f"{share:.1%}" for share in shares[:-1]] + [f"{shares[-1]:.3%}"]
    return f"| {name} | {whole} | {' | '.join(cells)} |"
