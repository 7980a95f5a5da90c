"""Texts that nobody would think of, read as cards: nothing may be raised, nothing masked kept."""

import random
import sys

from stations.readers import Card, read
from stations.refusals import Refusal
from tests.stations.card_texts import TABLE, TODAY

_LETTERS = "|||||0123456789*<>-/.: aăâđêôơưÂĐnNuữ\t\r\n\x00￿\ud800😷កខ០１"


def fuzz(strings: int, seed: int) -> int:
    """Read so many made-up texts; return how many were read."""
    rng, known = random.Random(seed), [text for text, _ in TABLE]
    for _ in range(strings):
        text = _made_up(rng, known)
        found = read(text, TODAY, is_typed=rng.random() < 0.5)
        assert isinstance(found, Card | Refusal), text
        if isinstance(found, Card):
            _assert_sound(found, text)
    return strings


def _made_up(rng: random.Random, known: list[str]) -> str:
    kind = rng.randrange(6)
    if kind == 0:
        return "".join(chr(rng.randrange(sys.maxunicode + 1)) for _ in range(rng.randrange(40)))
    if kind == 1:
        return "".join(rng.choice(_LETTERS) for _ in range(rng.randrange(120)))
    text = rng.choice(known)
    if kind == 2:
        return text + rng.choice(known)
    for _ in range(rng.randrange(1, 6)):
        start = rng.randrange(len(text) + 1)
        end = min(len(text), start + rng.randrange(6))
        middle = rng.choice(["", rng.choice(_LETTERS), text[start:end] * 2, text[start:end][::-1]])
        text = text[:start] + middle + text[end:]
    return text


def _assert_sound(card: Card, text: str) -> None:
    assert "*" not in card.number, text
    assert card.number or card.phone or card.code or card.full_name, text
    assert len(card.full_name) <= 100, text
    assert len(card.number) <= 30, text
    assert card.birth_year is None or 1900 <= card.birth_year <= TODAY.year, text
    assert card.gender in ("", "male", "female"), text
    assert "\x00" not in card.full_name + card.address + card.number, text
    (card.full_name + card.address).encode()  # no half of a surrogate pair
