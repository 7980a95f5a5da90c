"""The libraries the site is made of: what is pinned, and the advisories that are known of each.

Both lists ship in data/: `libraries.csv` says which version was looked up and how new the source was,
`advisories.csv` in which versions a hole is. Where it is in ours all the same, a judgement says why
that does no harm here; without one the check fails. `make advisories` makes both anew.
"""

import csv
import re
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path

from packaging.specifiers import SpecifierSet

BASE = Path(__file__).resolve().parents[1]
_DATA = Path(__file__).parent / "data"
LOOKED_UP = _DATA / "libraries.csv"
ADVISORIES = _DATA / "advisories.csv"


@dataclass(frozen=True)
class Advisory:
    """A hole that somebody published of a library, such as CVE-2024-1135."""

    package: str
    name: str
    affected: str  # versions, as ">=4.2,<4.2.25 or >=5.1,<5.1.13"
    judgement: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.package, self.name

    @cached_property
    def _ranges(self) -> list[SpecifierSet]:
        return [SpecifierSet(text) for text in self.affected.split(" or ")]

    def affects(self, version: str) -> bool:
        return any(versions.contains(version, prereleases=True) for versions in self._ranges)


def pinned(*files: str) -> dict[str, str]:
    """Return the versions that requirements pin, of those files that are here."""
    paths = [BASE / file for file in files or ("requirements.txt", "requirements-dev.txt")]
    text = "\n".join(path.read_text() for path in paths if path.is_file())
    return dict(re.findall(r"^([a-z0-9][\w.-]*)==([^\s;\\]+)", text, re.MULTILINE))


def present() -> dict[str, str]:
    """Return the versions of the pinned libraries as they are installed; else as they are pinned."""
    installed = {
        re.sub(r"[-_.]+", "-", library.metadata["Name"]).lower(): library.version
        for library in metadata.distributions()
    }
    return {name: installed.get(name, version) for name, version in pinned().items()}


def known() -> list[Advisory]:
    """Return all advisories of the list."""
    with ADVISORIES.open(newline="", encoding="utf-8") as file:
        return [Advisory(*row) for row in list(csv.reader(file))[1:]]


def looked_up() -> dict[str, tuple[str, str]]:
    """Return for each library which version was looked up, and of which day the source was."""
    with LOOKED_UP.open(newline="", encoding="utf-8") as file:
        return {name: (version, day) for name, version, day in list(csv.reader(file))[1:]}


def faults(versions: dict[str, str], advisories: list[Advisory]) -> list[str]:
    """Return a sentence for each library that was never looked up or has a hole nobody judged."""
    sentences = [
        f"{name} was never looked up: make advisories"
        for name in sorted(set(versions) - set(looked_up()))
    ]
    return sentences + [
        f"{advisory.package} {versions[advisory.package]} has {advisory.name} ({advisory.affected})"
        for advisory in advisories
        if advisory.package in versions
        and not advisory.judgement
        and advisory.affects(versions[advisory.package])
    ]
