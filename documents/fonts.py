"""Our two font families, Be Vietnam Pro and, for Khmer, Noto Sans Khmer, and the letters they have.

No paper shows empty boxes for characters that a font lacks: a poster leaves them out; a list of
people or of venues spells them in Latin letters.
"""

import atexit
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


# Khmer marks where a line may break, and nothing else invisible, in names that people type.
BREAK = "\u200b"
_KHMER = re.compile("[\u1780-\u17ff\u19e0-\u19ff\u200b\u25cc]+")
# Towers of accents or subscripts would run into the next line; no language here has higher ones.
_TOWER = re.compile(
    "([\u0300-\u036f]{2})[\u0300-\u036f]+"
    "|((?:\u17d2[\u1780-\u17b3]){2})(?:\u17d2[\u1780-\u17b3])+"
    "|([\u17b4-\u17d1\u17d3]{3})[\u17b4-\u17d3]+"
)


@lru_cache
def face(script: Script, weight: Weight) -> Face:
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
    # Without its tables of variations the font is its regular weight, which takes no computing.
    for table in {"avar", "cvar", "fvar", "gvar", "HVAR", "MVAR", "STAT", "VVAR"} & {*font.keys()}:
        del font[table]
    folder = Path(tempfile.mkdtemp(prefix="poster-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / f"{weight}.ttf"
    font.save(path)
    return path


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
    """Return a text in our letters, each run of characters that we lack as `lacking` says."""
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
    """Return characters in Latin letters or as numbers; marks without a sound say nothing."""
    latin = "".join(
        anyascii(character)
        or ("" if unicodedata.category(character).startswith("M") else f" U+{ord(character):04X} ")
        for character in characters
    )
    # A syllable of Han or Hangul begins with a capital: WangXiaoMing.
    apart = " ".join(re.sub("([a-z])(?=[A-Z])", r"\1 ", latin).split())
    return f"[{apart}]" if apart else ""


@lru_cache(maxsize=4096)
def _drawable(character: str) -> str | None:
    """Return a character in a form our fonts have, or None; "" for one that nobody sees."""
    if character.isspace():
        return " "
    if unicodedata.category(character) in {"Cc", "Cf"} and character != BREAK:
        return ""
    compatible = unicodedata.normalize("NFKC", character)
    for form in (character, compatible, unicodedata.normalize("NFKD", character)[:1]):
        faces = ((letter, face(script_runs(letter)[0][0], Weight.TEXT)) for letter in form)
        if all(ord(letter) in its_face.characters for letter, its_face in faces):
            return form
    return None
