"""Cards as readers, keyboards and radio garble them: how many are read right, and how many wrong.

The figures stand in docs/cards.md; a test compares them.
"""

import random
import unicodedata
from collections import Counter
from collections.abc import Callable

from districts.names import folded
from stations.readers import Card, CardKind, read
from stations.refusals import Refusal
from tests.stations.card_texts import TODAY, by_telex, by_vni, misread

CARDS_OF_EACH = 250
_SURNAMES = "Nguyễn Trần Lê Phạm Huỳnh Võ Đặng Bùi Thạch Sơn Kim Lâm Niê".split()
_MIDDLE = "Văn Thị Hữu Ngọc Thành Kim Minh Quốc Sa Phước".split()
_GIVEN = "An Bé Nam Đức Hường Hương Tuấn Tuân Thử Phượng Ý Ngữ Khoẻ Riêng Quyền Mỹ".split()
_KHMER = ["សុខ សាន", "ថាច់ ស្រី", "គឹម ផល្លា"]
_PLACES = ["Ấp Vĩnh Hội, Long Đức, Thành phố Trà Vinh", "12 Lê Lợi, Phường 1", "Khóm 3, Cầu Kè"]
_VERDICTS = ("right", "in part", "refused", "letters", "numbers")
_LETTERS = ("full_name", "address")
# TCVN3: where its fonts have the small letters of Vietnamese.
_TCVN3 = dict(
    zip(
        "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ",
        "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\xadõö÷øùúûüýþ",
        strict=True,
    )
)
_VNI_MARKS = {"\u0302": "6", "\u031b": "7", "\u0306": "8"} | dict(
    zip("\u0301\u0300\u0309\u0303\u0323", "12345", strict=True)
)
_TELEX_KEYS = {"\u0302": "^", "\u031b": "w", "\u0306": "w"} | dict(
    zip("\u0301\u0300\u0309\u0303\u0323", "sfrxj", strict=True)
)
Made = tuple[str, Card | None]


def table(each: int = CARDS_OF_EACH, seed: int = 2026) -> str:
    """Return the figures as a table of Markdown."""
    heading = " | ".join(_VERDICTS)
    lines = [f"| {'what happened to the text':<48} | {heading} |", f"|{'-' * 50}|"]
    lines[1] += "".join(f"{'-' * (len(verdict) + 1)}:|" for verdict in _VERDICTS)
    for trouble, garble in TROUBLES.items():
        rng = random.Random(f"{seed} {trouble}")
        counted = Counter(_verdict(*garble(rng)) for _ in range(each))
        figures = (f"{counted[verdict]:>{len(verdict)}}" for verdict in _VERDICTS)
        lines.append(f"| {trouble:<48} | {' | '.join(figures)} |")
    return "\n".join(lines)


def _verdict(text: str, truth: Card | None) -> str:
    """Say how a text was read: what is wrong of it, if anything, is letters, or tells somebody else.

    `truth` is None where nobody should be read.
    """
    found = read(text, TODAY, is_typed=False)
    if isinstance(found, Refusal):
        return "refused"
    if truth is None:
        return "numbers"
    wrong = {
        name
        for name, said in vars(found).items()
        if said and name != "kind" and not _is_same(said, vars(truth)[name])
    }
    if wrong:
        return "letters" if wrong.issubset(_LETTERS) else "numbers"
    is_whole = all(map(_is_same, vars(found).values(), vars(truth).values()))
    return "right" if is_whole else "in part"


def _is_same(said: object, true: object) -> bool:
    """Capitals are the same, and so are letters in two parts."""
    first, second = (unicodedata.normalize("NFC", str(one)).casefold() for one in (said, true))
    return first == second


def _card(rng: random.Random, kind: CardKind | None = None) -> tuple[str, Card]:
    kind = kind or rng.choice([CardKind.CHIP, CardKind.CHIP, CardKind.NATIONAL, CardKind.INSURANCE])
    is_khmer = rng.random() < 0.1
    name = (
        rng.choice(_KHMER) if is_khmer else " ".join(map(rng.choice, (_SURNAMES, _MIDDLE, _GIVEN)))  # type: ignore[arg-type]
    )
    year, is_female, place = rng.randrange(1930, 2020), rng.randrange(2), rng.choice(_PLACES)
    gender = "female" if is_female else "male"
    number = f"084{2 * (year >= 2000) + is_female}{year % 100:02}{rng.randrange(10**6):06}"
    make = {CardKind.CHIP: _chip, CardKind.NATIONAL: _national, CardKind.INSURANCE: _insurance}[
        kind
    ]
    return make(rng, Card(kind, number, name, year, gender, address=place))


def _chip(rng: random.Random, card: Card) -> tuple[str, Card]:
    old = rng.choice(["", "334567890|", "|"])
    birth = f"{rng.randrange(1, 28):02}{rng.randrange(1, 13):02}{card.birth_year}"
    sex = "Nữ" if card.gender == "female" else "Nam"
    more = rng.choice(["", "", "|||Sơn Thử|Kim Thị Thử"])
    text = f"{card.number}|{old}{card.full_name}|{birth}|{sex}|{card.address}|01052021{more}"
    return text, card


def _national(rng: random.Random, card: Card) -> tuple[str, Card]:
    name = folded(card.full_name).upper()
    phone = f"091{rng.randrange(10**7):07}"
    sex = "Nữ" if card.gender == "female" else "Nam"
    text = f"{card.number}|{name}|{card.birth_year}-02-03|0|{rng.randrange(10**10, 10**11)}"
    told = Card(
        CardKind.NATIONAL, card.number, name, card.birth_year, card.gender, f"+84{phone[1:]}"
    )
    return f"{text}|{sex}<0123456789<{phone}<", told


def _insurance(rng: random.Random, card: Card) -> tuple[str, Card]:
    is_old = rng.random() < 0.5
    number = f"DN{rng.randrange(10**13):013}" if is_old else f"{rng.randrange(10**10):010}"
    sex = 2 if card.gender == "female" else 1
    name, place = (said.encode().hex() for said in (card.full_name, card.address))
    text = f"{number}|{name}|03/02/{card.birth_year}|{sex}|{place}|01 - 071|01/01/2021|-|"
    text += "01071116014021|-|4|01/01/2021|159b2c4d7e8f0a1-7102|$" if is_old else "-"
    said = Card(CardKind.INSURANCE, number, card.full_name, card.birth_year, card.gender)
    return text, Card(**{**vars(said), "address": card.address})


def _all(
    change: Callable[[str], str], kind: CardKind | None = None
) -> Callable[[random.Random], Made]:
    """Return a trouble that changes the whole text of a card."""

    def garble(rng: random.Random) -> Made:
        text, card = _card(rng, kind)
        return change(text), card

    return garble


def _lost(rng: random.Random, change: Callable[[str, int], str]) -> Made:
    text, card = _card(rng)
    return change(text, rng.randrange(len(text))), card


def _joined(rng: random.Random) -> Made:
    return _card(rng)[0] + _card(rng)[0], None


def _goods(rng: random.Random) -> Made:
    digits = f"{rng.randrange(10 ** rng.choice([7, 11, 12, 13])):07}"
    digits = digits.zfill(min(n for n in (7, 11, 12, 13) if n >= len(digits)))
    odd = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(digits[::-1]))
    return digits + str(-odd % 10), None


def _in_tcvn3(text: str) -> str:
    return "".join(
        _TCVN3.get(c.lower(), c) if c.lower() in _TCVN3 else c
        for c in unicodedata.normalize("NFC", text)
    )


def _by_vni_keys(text: str) -> str:
    """Return a text as a reader says it that types Vietnamese letters by VNI's keys."""
    parts = unicodedata.normalize("NFD", text.replace("đ", "d9").replace("Đ", "D9"))
    return "".join(_VNI_MARKS.get(part, part) for part in parts)


def _by_telex_keys(text: str) -> str:
    """Return a text as a reader says it that types each Vietnamese letter by Telex's keys."""
    parts = unicodedata.normalize("NFD", text.replace("đ", "dd").replace("Đ", "DD"))
    typed: list[str] = []
    for part in parts:
        key = _TELEX_KEYS.get(part, part)
        typed.append(typed[-1] if key == "^" else key)
    return "".join(typed)


def _dropped(code_page: str) -> Callable[[random.Random], Made]:
    """Return the trouble of a reader that says nothing for bytes which its code page lacks."""
    return _all(lambda text: text.encode().decode(code_page, "ignore"))


def _in_console(text: str) -> str:
    return text.encode().decode("cp437")


_OTHER_PAGES = "iso8859-15 iso8859-2 cp1250 cp1251 cp1253 cp1257 cp850".split()


TROUBLES: dict[str, Callable[[random.Random], Made]] = {
    "nothing": _all(str),
    "letters in two parts (NFD)": _all(lambda text: unicodedata.normalize("NFD", text)),
    "capitals": _all(str.upper),
    "another sign for the bar": _all(lambda text: text.replace("|", "¦")),
    "UTF-8 read as cp1252": _all(misread),
    "UTF-8 read as Latin-1": _all(lambda text: misread(text, "latin-1")),
    "UTF-8 read as cp1258": _all(lambda text: misread(text, "cp1258")),
    "UTF-8 read as cp1252, twice": _all(lambda text: misread(misread(text))),
    "UTF-8 read as cp1252, five bytes dropped": _dropped("cp1252"),
    "UTF-8 read as cp1258, bytes dropped": _dropped("cp1258"),
    "UTF-8 read as cp1257, bytes dropped": _dropped("cp1257"),
    **{
        f"UTF-8 read as {page}": _all(lambda text, page=page: misread(text, page))  # type: ignore[misc]
        for page in _OTHER_PAGES
    },
    "UTF-8 read as Big5": _dropped("big5"),
    "UTF-8 read by a console (cp437)": _all(_in_console),
    "letters of TCVN3": _all(_in_tcvn3, CardKind.CHIP),
    "a question mark for each letter with a mark": _all(
        lambda text: text.encode("ascii", "replace").decode()
    ),
    "names by VNI's keys (Nguye64n)": _all(_by_vni_keys, CardKind.CHIP),
    "names by Telex's keys (Nguyeexn)": _all(_by_telex_keys, CardKind.CHIP),
    "hexadecimal digits through Telex": _all(by_telex, CardKind.INSURANCE),
    "hexadecimal digits through VNI": _all(by_vni, CardKind.INSURANCE),
    "two cards run together": _joined,
    "cut off anywhere": lambda rng: _lost(rng, lambda text, at: text[:at]),
    "one character lost": lambda rng: _lost(rng, lambda text, at: text[:at] + text[at + 1 :]),
    "one character doubled": lambda rng: _lost(rng, lambda text, at: text[:at] + text[at - 1 :]),
    "two neighbours swapped": lambda rng: _lost(
        rng, lambda text, at: text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
    ),
    "only the first ten digits": lambda rng: (_card(rng, CardKind.CHIP)[0][:10], None),
    "only the number": lambda rng: (_card(rng, CardKind.CHIP)[0][:12], None),
    "a bar code of goods (EAN, UPC, ITF)": _goods,
}
