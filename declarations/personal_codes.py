"""The personal code: digits by which a visitor is found again; it opens and reads nothing."""

from uuid import UUID

# The first 63 bits of a visitor's key fill nineteen digits; two of a hundred million visitors
# share them once in two thousand provinces.
_FREE_BITS = 65
_DIGITS = 19
# Damm's quasigroup of order ten: it tells every wrong digit and every swap of neighbours.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def code_of(key: UUID) -> str:
    """Return the twenty digits of a visitor's key, the last of which checks the others."""
    digits = f"{key.int >> _FREE_BITS:0{_DIGITS}d}"
    return digits + _check(digits)


def displayed(code: str) -> str:
    """Return a code as people read and dictate it: in groups of four."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def normalised(text: str) -> str | None:
    """Return the code that somebody typed, or None where it cannot be one."""
    digits = text.translate(str.maketrans("", "", " \u00a0\u202f\t-–."))
    is_code = len(digits) == _DIGITS + 1 and digits.isascii() and digits.isdecimal()
    if not is_code or _check(digits) != "0" or int(digits[:-1]) >= 1 << 128 - _FREE_BITS:
        return None
    return digits


def keys_between(code: str) -> tuple[UUID, UUID]:
    """Return the first and last key that a normalised code can mean, both included."""
    first = int(code[:-1]) << _FREE_BITS
    return UUID(int=first), UUID(int=first | (1 << _FREE_BITS) - 1)


def _check(digits: str) -> str:
    """Return the digit that checks others; "0" for digits that end in their own."""
    interim = "0"
    for digit in digits:
        interim = _DAMM[int(interim)][int(digit)]
    return interim
