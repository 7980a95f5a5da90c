"""Searching a list by words: all of them, in any order, without marks and in any case."""

from collections.abc import Mapping
from typing import Any

from districts.names import folded


def search_words(typed: str) -> list[str]:
    """Return the words of a search, as `has_words` compares them."""
    return folded(typed).split()


def has_words(text: str, words: list[str]) -> bool:
    """Whether a text has every one of the words, or a part that begins within a word."""
    written = folded(text)
    return all(word in written for word in words)


def typed_search(asked: Mapping[str, Any], name: str = "q") -> str:
    """Return what an address searches for under a name, as far as it can be shown and is short."""
    return "".join(filter(str.isprintable, asked.get(name, "")))[:100].strip()
