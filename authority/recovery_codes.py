"""The private half of the recovery pair as people type it from a sheet of paper."""

from itertools import zip_longest

from nacl.public import PrivateKey

from venues.codes import ALPHABET

# 52 characters of 31 hold 256 bits. Each group of four has a fifth that checks it, so that whoever
# types is told which group to read again; its place is part of the check, so groups can't swap.
GROUPS = 13
_IN_GROUP = 4
_WEIGHTS = (5, 4, 3, 2)
_PLACE_WEIGHT = 7
_SIZE = 32
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


class MistypedError(Exception):
    """The code was mistyped; `groups` are the places, from 1, to read again, if they are known."""

    def __init__(self, *groups: int) -> None:
        self.groups = groups


def groups_of(private: PrivateKey) -> list[str]:
    number, characters = int.from_bytes(bytes(private)), ""
    for _ in range(GROUPS * _IN_GROUP):
        number, value = divmod(number, len(ALPHABET))
        characters += ALPHABET[value]
    parts = [characters[at : at + _IN_GROUP] for at in range(0, len(characters), _IN_GROUP)]
    return [part + _check(part, place) for place, part in enumerate(parts)]


def code_of(private: PrivateKey) -> str:
    return "-".join(groups_of(private))


def private_key(typed: str) -> PrivateKey:
    """Return the key of a typed code, in any case and grouping; raises MistypedError."""
    kept = "".join(character for character in typed.upper() if character.isalnum())
    size = _IN_GROUP + 1
    groups = [kept[at : at + size] for at in range(0, len(kept), size)]
    pairs = zip_longest(range(GROUPS), groups, fillvalue=None)
    wrong = [n for n, (at, group) in enumerate(pairs, 1) if not _is_right(at, group)]
    if wrong:
        raise MistypedError(*wrong if len(groups) == GROUPS else ())
    number = 0
    for character in reversed("".join(group[:_IN_GROUP] for group in groups)):
        number = number * len(ALPHABET) + _VALUES[character]
    if number >= 1 << 8 * _SIZE:
        raise MistypedError
    return PrivateKey(number.to_bytes(_SIZE))


def _is_right(place: int | None, group: str | None) -> bool:
    if place is None or group is None or len(group) != _IN_GROUP + 1:
        return False
    known = all(character in _VALUES for character in group)
    return known and group[-1] == _check(group[:_IN_GROUP], place)


def _check(part: str, place: int) -> str:
    weighted = zip(_WEIGHTS, part, strict=True)
    total = sum(weight * _VALUES[character] for weight, character in weighted)
    return ALPHABET[(total + _PLACE_WEIGHT * place) % len(ALPHABET)]
