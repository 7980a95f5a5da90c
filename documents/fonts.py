"""Our two font families, Be Vietnam Pro and, for Khmer, Noto Sans Khmer, and the letters they have.

No paper shows empty boxes for characters that a font lacks: a poster leaves them out; a list of
people or of venues spells them in Latin letters.
"""

import atexit
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import fontpkg
import uharfbuzz
from anyascii import anyascii
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer


class Script(StrEnum):
    LATIN = "latin"
    KHMER = "khmer"


class Weight(StrEnum):
    TEXT = "text"
    STRONG = "strong"


@dataclass(frozen=True, eq=False)
class Face:
    """One font in one weight, opened once for a process."""

    key: str
    path: Path
    shaper: uharfbuzz.Font
    characters: frozenset[int]
    units_per_em: int


# Without them a variable font is its own regular weight, which takes no computing.
_VARIATION_TABLES = {"avar", "cvar", "fvar", "gvar", "HVAR", "MVAR", "STAT", "VVAR"}
# Khmer marks where a line may break, and nothing else invisible, in names that people type.
BREAK = "\u200b"
_KHMER = re.compile("[\u1780-\u17ff\u19e0-\u19ff\u200b\u25cc]+")
# Where a syllable of Han or Hangul ends in what they are spelled as: WangXiaoMing.
_SYLLABLES = re.compile("([a-z])(?=[A-Z])")
# Towers of accents or subscripts would run into the next line; no language here has higher ones.
_TOWER = re.compile(
    "([\u0300-\u036f]{2})[\u0300-\u036f]+"
    "|((?:\u17d2[\u1780-\u17b3]){2})(?:\u17d2[\u1780-\u17b3])+"
    "|([\u17b4-\u17d1\u17d3]{3})[\u17b4-\u17d3]+"
)


@lru_cache
def face(script: Script, weight: Weight) -> Face:
    """Return the font for a script and weight."""
    if script is Script.LATIN:
        path = fontpkg.path("Be Vietnam Pro", 500 if weight is Weight.TEXT else 700)
    else:
        path = _khmer_path(weight)
    opened = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
    return Face(
        f"{script}-{weight}",
        path,
        uharfbuzz.Font(opened),
        frozenset(opened.unicodes),
        opened.upem,
    )


def _khmer_path(weight: Weight) -> Path:
    """Noto Sans Khmer comes as one variable font; a PDF needs each weight as a plain one."""
    font = TTFont(fontpkg.path("Noto Sans Khmer"))
    if weight is Weight.STRONG:
        instancer.instantiateVariableFont(font, {"wght": 700, "wdth": 100}, inplace=True)
    for table in _VARIATION_TABLES & set(font.keys()):
        del font[table]
    handle, path = tempfile.mkstemp(suffix=".ttf", dir=_instances())
    with os.fdopen(handle, "wb") as file:
        font.save(file)
    return Path(path)


@lru_cache
def _instances() -> str:
    """A folder of this process alone, gone when it ends."""
    folder = tempfile.mkdtemp(prefix="poster-fonts-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def printable(text: str) -> str:
    """Return a text in the characters our fonts have.

    Letters in fancy forms become plain ones (𝑩ú𝒏 → Bún, Ｑ → Q). What is left without a form,
    as emoji and scripts of other countries are, is left out: the poster's reader needs the words,
    and a box says nothing.
    """
    return _set(text, lambda _characters: "")


def legible(text: str) -> str:
    """Return a text in the characters our fonts have, nothing left out.

    What they lack stands in Latin letters between brackets, 王小明 as [Wang Xiao Ming] and 🍜 as
    [:ramen:], or else as its number: [U+E000]. Whoever calls can read that out.
    """
    return _set(text, _spelled)


def script_runs(text: str) -> list[tuple[Script, str]]:
    """Return the text cut where Khmer begins and ends."""
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


def _set(text: str, lacking: Callable[[list[str]], str]) -> str:
    """The text in our letters, each run of characters that we lack as `lacking` says."""
    pieces = []
    normal = unicodedata.normalize("NFC", text)
    for is_ours, run in groupby(normal, lambda character: _drawable(character) is not None):
        characters = list(run)
        ours = "".join(_drawable(character) or "" for character in characters)
        pieces.append(ours if is_ours else lacking(characters))
    composed = unicodedata.normalize("NFC", "".join(pieces))
    untowered = _TOWER.sub(lambda tower: tower[tower.lastindex or 0], composed)
    return " ".join(untowered.split())


def _spelled(characters: list[str]) -> str:
    latin = "".join(map(_latin, characters))
    apart = " ".join(_SYLLABLES.sub(r"\1 ", latin).split())
    return f"[{apart}]" if apart else ""


def _latin(character: str) -> str:
    """A character in Latin letters, or its number; marks without a sound of their own say nothing."""
    is_mark = unicodedata.category(character).startswith("M")
    return anyascii(character) or ("" if is_mark else f" U+{ord(character):04X} ")


@lru_cache(maxsize=4096)
def _drawable(character: str) -> str | None:
    """A character in a form that our fonts have, or None; nothing for those one never sees."""
    if character.isspace():
        return " "
    if unicodedata.category(character) in {"Cc", "Cf"} and character != BREAK:
        return ""
    compatible = unicodedata.normalize("NFKC", character)
    for form in (character, compatible, unicodedata.normalize("NFKD", character)[:1]):
        if all(_has_glyph(letter) for letter in form):
            return form
    return None


def _has_glyph(character: str) -> bool:
    script = script_runs(character)[0][0]
    return ord(character) in face(script, Weight.TEXT).characters
