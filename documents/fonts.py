"""The two families posters are set in: Be Vietnam Pro, and Noto Sans Khmer where it is Khmer."""

import atexit
import os
import shutil
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import fontpkg
import uharfbuzz
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
_LATIN_WEIGHTS = {Weight.TEXT: 500, Weight.STRONG: 700}


@lru_cache
def face(script: Script, weight: Weight) -> Face:
    """The font for a script and weight."""
    path = _latin_path(weight) if script is Script.LATIN else _khmer_path(weight)
    opened = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
    return Face(
        f"{script}-{weight}",
        path,
        uharfbuzz.Font(opened),
        frozenset(opened.unicodes),
        opened.upem,
    )


def _latin_path(weight: Weight) -> Path:
    return fontpkg.path("Be Vietnam Pro", _LATIN_WEIGHTS[weight])


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
