"""The short secret printed on a venue's poster, which catches every slip of whoever types it."""

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
# 31 is prime, so a weight, or a difference of two weights, that is not 0 modulo 31 can't hide an
# error. All eight differ: a swap of any two characters is caught, not only of neighbours.
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 1)


def new_code() -> str:
    """Seven characters of chance and one that checks them."""
    random_part = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return random_part + ALPHABET[-_weighted_sum(random_part) % len(ALPHABET)]


def normalise(text: str) -> str | None:
    """The code somebody meant, in any case, width and grouping, or None where it can't be one."""
    if len(text) > 64:
        return None
    kept = "".join(
        [
            character
            for character in unicodedata.normalize("NFKC", text)
            if character not in ".·−⁃ー─━"
            and unicodedata.category(character) not in {"Pd", "Pc", "Zs", "Zl", "Zp", "Cc", "Cf"}
        ]
    )
    code = kept.upper() if kept.isascii() else ""
    return code if is_code(code) else None


def is_code(text: str) -> bool:
    """Whether a text is a code exactly as stored: upper case, no dash, right check character."""
    return (
        len(text) == LENGTH
        and all(character in ALPHABET for character in text)
        and _weighted_sum(text) % len(ALPHABET) == 0
    )


def displayed(code: str) -> str:
    """The code as people read it: `XXXX-XXXX`."""
    return f"{code[:4]}-{code[4:]}"


def _weighted_sum(text: str) -> int:
    return sum(w * ALPHABET.index(character) for w, character in zip(WEIGHTS, text, strict=False))
