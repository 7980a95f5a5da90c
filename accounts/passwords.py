"""Passwords: how they are hashed, and which are not taken: short, stolen, and what is near to them.

The lists come with two packages: the 20,000 of Django and the 30,000 of zxcvbn (MIT), together some
40,000 that were found in published breaches. They ship with the site, so that nothing of a password
is asked of anybody else.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator, MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from districts.models import Level, Unit

from .models import Account
from .turns import turn

_line: ContextVar[str] = ContextVar("the line in which a password waits", default="passwords")
_LONGEST_WORD, _SHORTEST_WORD = 24, 3
_MOST_WORDS = 2  # of a list, with any digits and signs, are no secret
# Digits and signs as people write letters with them; 1 is i or l.
_LEET = [
    str.maketrans(f"04357@$8!{one}", f"oaestasb{two}") for one, two in (("1", "ii"), ("1", "ll"))
]
_ROWS = (
    "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "qazwsxedcrfvtgbyhnujmikolp",
)  # fmt: skip
# What comes to mind here first, and is on no list from elsewhere.
_OF_THE_PLACE = (
    "mật khẩu, cán bộ, khai báo, y tế, khai báo y tế, sức khoẻ, sức khỏe, covid, corona, check in, quét mã, "
    "Việt Nam, bảo vệ, tỉnh, huyện, phường, chống dịch, công an, UBND, quản trị, admin, password"
)


class LongEnough(MinimumLengthValidator):
    def get_error_message(self) -> str:
        sentence = gettext("This password is too short. Use at least %(characters)d characters.")
        return sentence % {"characters": self.min_length}

    def get_help_text(self) -> str:
        return gettext("Use at least %(characters)d characters.") % {"characters": self.min_length}


@contextmanager
def among_strangers(is_stranger: bool) -> Iterator[None]:
    """Let a password take its turn among those of strangers, who take no place from whom we know."""
    token = _line.set("strangers-passwords" if is_stranger else "passwords")
    try:
        yield
    finally:
        _line.reset(token)


class ScryptInTurn(ScryptPasswordHasher):
    """Django's, two at once: anybody may send passwords, and each costs 0.14 s of a core."""

    def encode(self, password: str, salt: str, *costs: Any) -> str:
        """Return the hash; raises BusyError."""
        # The officials of a district's office sign in within a minute: ten wait a second or two.
        with turn(_line.get(), places=2, patience=5, waiting=10):
            return str(super().encode(password, salt, *costs))


class NotCommon:
    """A password that is not among the first ones that people try."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse a password of a list, or one that others guess who know whose it is."""
        if is_common(password):
            sentence = gettext("This password is too common. Choose another one.")
            raise ValidationError(sentence, code="password_too_common")
        account = user if isinstance(user, Account) else None
        if is_common(password, own_words(account)):
            sentence = gettext(
                "This password is easily guessed: it is made of the place, the site, or your own "
                "name or address. Choose several words that have nothing to do with you."
            )
            raise ValidationError(sentence, code="password_easily_guessed")

    def get_help_text(self) -> str:
        return gettext("Do not use a password that many people use.")


def is_common(password: str, own: frozenset[str] = frozenset()) -> bool:
    """Whether a password is one or two words of the lists, a row of keys, or something repeated.

    Case, marks of letters, digits, signs and digits in place of letters make no difference; words
    of one's own count for nothing, however many.
    """
    apart = _plain(password)
    joined = apart.replace(" ", "")
    if re.fullmatch(r"(.{1,6}?)\1+(.{0,5})", joined) and len(set(joined)) <= 6:
        return True
    return _words_needed(apart, own) <= _MOST_WORDS or _words_needed(joined, own) < _MOST_WORDS


def own_words(account: Account | None) -> frozenset[str]:
    """Return words that are guessed first: of the site, the province, and the account."""
    provinces = Unit.objects.filter(level=Level.PROVINCE).values_list("name", flat=True)
    # "long" is a word like others, "vinhlong" is a place.
    names = [settings.SITE_NAME, *_OF_THE_PLACE.split(", "), *provinces]
    own = [settings.HOTLINE, *(_plain(name).replace(" ", "") for name in names)]
    if account is not None:
        own += [account.name, account.email or "", account.phone or ""]
        own += [unit.name for unit in (account.area.lineage if account.area else [])]
    return frozenset([*_parts(own), *_parts(names, fewest=2)])


def _plain(text: str) -> str:
    """Return a text without case and marks, and without remembering it."""
    letters = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    kept = (c for c in letters.replace("đ", "d") if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def _parts(texts: Iterable[str], fewest: int = 1) -> Iterable[str]:
    """Yield the words of texts, and neighbours written together: "Trà Vinh" is travinh, tra, vinh."""
    for text in texts:
        words = re.findall(r"\w+", _plain(text))
        for first in range(len(words)):
            for last in range(first + fewest, min(first + 4, len(words)) + 1):
                yield "".join(words[first:last])


def _words_needed(plain: str, own: frozenset[str]) -> int:
    """Return how few words of the lists cover all letters; more than enough where they can't."""
    listed = _listed()
    spellings = {plain, *(plain.translate(letters) for letters in _LEET)}
    fewest = [0] + [len(plain) + 1] * len(plain)
    for start in range(len(plain)):
        count = fewest[start]
        if count > _MOST_WORDS:
            continue
        if not plain[start].isalpha():
            fewest[start + 1] = min(fewest[start + 1], count)
        for end in range(start + 2, min(start + _LONGEST_WORD, len(plain)) + 1):
            parts = {spelling[start:end] for spelling in spellings}
            if not own.isdisjoint(parts):
                # Two letters stand in many words, and are not free.
                fewest[end] = min(fewest[end], count + (end - start < _SHORTEST_WORD))
            elif not listed.isdisjoint(parts):
                fewest[end] = min(fewest[end], count + 1)
    return fewest[-1]


@cache
def _listed() -> frozenset[str]:
    """Return the lists as they count; read once in a process, when a password is first looked at."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    words = {_plain(word) for word in CommonPasswordValidator().passwords}
    words |= {_plain(word) for word in FREQUENCY_LISTS["passwords"]}
    for row in (*_ROWS, *(row[::-1] for row in _ROWS)):
        words |= {row[a:b] for a in range(len(row)) for b in range(a + 4, len(row) + 1)}
    return frozenset(word for word in words if _SHORTEST_WORD <= len(word) <= _LONGEST_WORD)
