"""Which of our letters a text can be drawn with: a poster shows no empty boxes."""

import re
import unicodedata
from functools import lru_cache

from .fonts import Face, Script, Weight, face

# Khmer marks where a line may break, and nothing else invisible, in names that people type.
BREAK = "\u200b"

_KHMER = re.compile("[\u1780-\u17ff\u19e0-\u19ff\u200b\u25cc]+")
# Towers of accents or subscripts would run into the next line; no language here has higher ones.
_TOWER = re.compile(
    "([\u0300-\u036f]{2})[\u0300-\u036f]+"
    "|((?:\u17d2[\u1780-\u17b3]){2})(?:\u17d2[\u1780-\u17b3])+"
    "|([\u17b4-\u17d1\u17d3]{3})[\u17b4-\u17d3]+"
)


def printable(text: str) -> str:
    """A text in the characters our fonts have.

    Letters in fancy forms become plain ones (𝑩ú𝒏 → Bún, Ｑ → Q). What is left without a form,
    as emoji and scripts of other countries are, is left out: the poster's reader needs the words,
    and a box says nothing.
    """
    drawable = "".join(_drawable(character) for character in unicodedata.normalize("NFC", text))
    composed = unicodedata.normalize("NFC", drawable)
    untowered = _TOWER.sub(lambda tower: tower[tower.lastindex or 0], composed)
    return " ".join(untowered.split())


def script_runs(text: str) -> list[tuple[Script, str]]:
    """The text cut where Khmer begins and ends."""
    runs = []
    position = 0
    for khmer in _KHMER.finditer(text):
        if khmer.start() > position:
            runs.append((Script.LATIN, text[position : khmer.start()]))
        runs.append((Script.KHMER, khmer[0]))
        position = khmer.end()
    if position < len(text):
        runs.append((Script.LATIN, text[position:]))
    return runs


@lru_cache(maxsize=4096)
def _drawable(character: str) -> str:
    if character.isspace():
        return " "
    compatible = unicodedata.normalize("NFKC", character)
    for form in (character, compatible, unicodedata.normalize("NFKD", character)[:1]):
        if all(_has_glyph(letter) for letter in form):
            return form
    return ""


def _has_glyph(character: str) -> bool:
    if unicodedata.category(character) in {"Cc", "Cf"}:
        return character == BREAK
    return ord(character) in _face_of(character).characters


def _face_of(character: str) -> Face:
    return face(script_runs(character)[0][0], Weight.TEXT)
