"""A list of 1,000 rows in which it is known what is wrong, and where."""

from dataclasses import dataclass, field
from itertools import count
from random import Random

from districts.models import Unit

from .lists import HEADINGS, ORDER, row

FIRST_ROW = 2
ROWS = 1000
# What is planted: a change of a good row, and the column and key of each fault it makes.
PLANTED: list[tuple[dict[str, str], dict[str, str]]] = [
    ({"name": ""}, {"name": "required"}),
    ({"name": "Quán " + "dài " * 50}, {"name": "too_long"}),
    ({"name": "Quán\u202eHoa"}, {"name": "unreadable"}),
    ({"name": "Quán\x07Hoa"}, {"name": "unreadable"}),
    ({"name": "🍜🍜"}, {"name": "letterless"}),
    ({"name": "#REF!"}, {"name": "no_value"}),
    ({"kind": ""}, {"kind": "kind_missing"}),
    ({"kind": "Rạp xiếc"}, {"kind": "kind_unknown"}),
    ({"kind": "Siêu thịị"}, {"kind": "kind_like"}),
    ({"kind": "Chợ, trường học"}, {"kind": "kind_like"}),
    ({"address": ""}, {"address": "required"}),
    ({"address": "..."}, {"address": "letterless"}),
    ({"commune": "", "district": ""}, {"commune": "commune_missing"}),
    ({"commune": "Phường 1", "district": ""}, {"commune": "commune_ambiguous"}),
    ({"commune": "Định An", "district": "H. Trà Cú"}, {"commune": "commune_ambiguous"}),
    ({"commune": "Càng Long", "district": ""}, {"commune": "commune_doubtful"}),
    ({"commune": "Xã Long Đứk", "district": "TP Trà Vinh"}, {"commune": "commune_like"}),
    ({"commune": "Phường 19", "district": "TP Trà Vinh"}, {"commune": "commune_unknown"}),
    ({"commune": "Long Hóa", "district": "Châu Thành"}, {"commune": "commune_like"}),
    ({"commune": "ĐVHC-XYZ", "district": "@@"}, {"commune": "commune_unknown"}),
    ({"commune": "Phường Trường An", "district": "TP Vĩnh Long"}, {"commune": "commune_outside"}),
    ({"who": ""}, {"who": "required"}),
    ({"who": "-"}, {"who": "letterless"}),
    ({"phone": ""}, {"phone": "required"}),
    ({"phone": "0912 34"}, {"phone": "not_a_phone"}),
    ({"phone": "0900000001 / 0900000002"}, {"phone": "several"}),
    ({"phone": "0912 ABC DEF"}, {"phone": "letters"}),
    ({"phone": "19009095"}, {"phone": "hotline"}),
    ({"phone": "0169 123 4567"}, {"phone": "old"}),
    ({"phone": "855 12 345 678"}, {"phone": "foreign"}),
    ({"phone": "9.12E+08"}, {"phone": "rounded"}),
    ({"phone": "0987 654 321"}, {"phone": "phone_not_owners"}),
    (
        {"name": "", "kind": "?", "commune": "Phừơng 77", "who": "", "phone": "abc"},
        {
            "name": "required", "kind": "kind_unknown", "commune": "commune_unknown",
            "who": "required", "phone": "not_a_phone",
        },
    ),
]  # fmt: skip


@dataclass
class DirtyList:
    """The rows, and what a check must find: nothing more and nothing less."""

    rows: list[list[str]] = field(default_factory=list)
    faults: set[tuple[int, str, str]] = field(default_factory=set)
    here: set[int] = field(default_factory=set)

    @property
    def next_row(self) -> int:
        return FIRST_ROW + len(self.rows)

    @property
    def good(self) -> int:
        return len(self.rows) - len(self.here) - len({row for row, _column, _key in self.faults})


def dirty_list(communes: list[Unit], known: list[dict[str, str]]) -> DirtyList:
    """Return 1,000 rows: good ones of every commune, venues that are here, doubles, and faults."""
    rng, numbers, made = Random(2021), count(1), DirtyList()
    while len(made.rows) < ROWS:
        number = next(numbers)
        good = _good(communes[number % len(communes)], number)
        if number % 5:
            made.rows.append(row(**good))
        elif number % 25 == 0:
            venue = rng.choice(known)
            if "phone" in venue:  # the same sign and phone at another address
                made.faults.add((made.next_row, "Tên cơ sở", "same_phone_here"))
            else:
                made.here.add(made.next_row)
            made.rows.append(row(**venue))
        elif number % 20 == 0:
            _double(made, rng, str(number))
        else:
            changes, faults = PLANTED[number // 5 % len(PLANTED)]
            wrong = {(made.next_row, ORDER[column], key) for column, key in faults.items()}
            made.faults |= wrong
            made.rows.append(row(**good | changes))
    return made


def _good(commune: Unit, number: int) -> dict[str, str]:
    return {
        "number": str(number),
        "name": f"Cửa hàng số {number}",
        "kind": ["Chợ", "cua hang", "QUÁN ĂN", "Trường học"][number % 4],
        "address": f"{number} Lê Lợi",
        "commune": commune.name,
        "district": commune.parent.name,
        "phone": f"0900{number:06d}",
    }


def _double(made: DirtyList, rng: Random, number: str) -> None:
    """Write the venue of an earlier good row once more: other case, other spaces."""
    wrong = {row for row, _column, _key in made.faults} | made.here
    earlier = [place for place in range(len(made.rows)) if FIRST_ROW + place not in wrong]
    cells = dict(zip(HEADINGS, made.rows[rng.choice(earlier)], strict=True))
    cells |= {"STT": number, "Tên cơ sở": f"  {cells['Tên cơ sở'].upper()} "}
    made.faults.add((made.next_row, "Tên cơ sở", "doubled"))
    made.rows.append([cells[heading] for heading in HEADINGS])
