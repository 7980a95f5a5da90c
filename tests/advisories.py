"""`make advisories`: the list of advisories anew, from the database of Python's packaging people.

It takes a checkout of that database (ADVISORIES=folder), or fetches one. Of each advisory only its
number and its versions are kept; our judgements stay where they were.
"""

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from packaging.version import InvalidVersion, Version

from checkin_site import libraries

SOURCE = "https://github.com/pypa/advisory-database"


def main(folder: str) -> None:
    with TemporaryDirectory() as fetched:
        if not folder:
            subprocess.run(["git", "clone", "-q", "--depth", "1", SOURCE, fetched], check=True)
        renew(Path(folder or fetched))


def renew(checkout: Path) -> None:
    """Write both lists from a checkout of the database."""
    day = subprocess.run(
        ["git", "-C", str(checkout), "log", "-1", "--format=%cs"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    versions = libraries.pinned()
    judgements = {advisory.key: advisory.judgement for advisory in libraries.known()}
    advisories = [advisory for name in versions for advisory in read(checkout, name, judgements)]
    rows = sorted((a.package, a.name, a.affected, a.judgement) for a in advisories)
    _write(libraries.ADVISORIES, ["package", "advisory", "affected", "judgement"], rows)
    seen = sorted((name, version, day) for name, version in versions.items())
    _write(libraries.LOOKED_UP, ["package", "version", "source_of"], seen)
    print(f"{len(rows)} advisories of {len(versions)} libraries, from a source of {day}")
    print("\n".join(libraries.faults(versions, advisories)) or "None is open in what is pinned.")


def read(
    checkout: Path, package: str, judgements: dict[tuple[str, str], str]
) -> Iterator[libraries.Advisory]:
    """Yield what is known of a package, once for each hole however many numbers it has."""
    seen: dict[str, set[str]] = {}
    for path in sorted(checkout.glob(f"vulns/{package}/*.yaml")):
        record = yaml.safe_load(path.read_text())
        if record.get("withdrawn"):
            continue
        for affected in record["affected"]:
            if affected["package"]["name"].lower() == package:
                seen.setdefault(number(record), set()).update(ranges(affected))
    for name, versions in seen.items():
        judgement = judgements.get((package, name), "")
        yield libraries.Advisory(package, name, " or ".join(sorted(versions)), judgement)


def number(record: dict[str, Any]) -> str:
    """Return the number by which most people know a hole."""
    names = [*record.get("aliases", []), record["id"]]
    return next((name for name in names if name.startswith("CVE-")), record["id"])


def ranges(affected: dict[str, Any]) -> Iterator[str]:
    """Yield the versions that have the hole; what is listed one by one as from the first to the last."""
    ordered = [one for one in affected.get("ranges", []) if one["type"] == "ECOSYSTEM"]
    for one in ordered:
        begin = None
        for event in one["events"]:
            if "introduced" in event:
                begin = event["introduced"]
                continue
            end = f"<{event['fixed']}" if "fixed" in event else f"<={event['last_affected']}"
            yield end if begin in (None, "0") else f">={begin},{end}"
            begin = None
        if begin is not None:
            yield f">={begin}"
    if not ordered:
        listed = sorted(filter(None, map(_version, affected.get("versions", []))))
        yield f">={listed[0]},<={listed[-1]}" if listed else ">=0"


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _write(path: Path, heading: list[str], rows: list[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([heading, *rows])


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
