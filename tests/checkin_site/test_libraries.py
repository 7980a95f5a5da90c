"""The libraries that ship: what is known against them, and the list of them."""

import json
import os
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from checkin_site import libraries
from tests import advisories


def said(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def test_no_library_has_a_hole_that_nobody_judged():
    assert "none is open" in said("check_advisories")


def test_an_older_release_with_a_hole_stops_the_check(monkeypatch):
    monkeypatch.setattr(libraries, "present", lambda: {"django": "5.2.6"})
    with pytest.raises(CommandError, match=r"django 5\.2\.6 has CVE-2025-59682"):
        said("check_advisories")


def test_a_hole_that_was_judged_does_not(monkeypatch):
    hole = libraries.Advisory("django", "CVE-2025-59682", ">=5.2,<5.2.7")
    judged = libraries.Advisory(*hole.key, hole.affected, "we unpack no archives by it")
    assert libraries.faults({"django": "5.2.6"}, [hole]) != []
    assert libraries.faults({"django": "5.2.6"}, [judged]) == []
    assert libraries.faults({"django": "5.2.7"}, [hole]) == []


def test_a_library_that_was_never_looked_up_stops_the_check(monkeypatch):
    monkeypatch.setattr(libraries, "present", lambda: {"left-pad": "1.0"})
    with pytest.raises(CommandError, match="left-pad was never looked up: make advisories"):
        said("check_advisories")


def test_every_line_of_the_list_can_be_compared():
    assert len(libraries.known()) > 300
    assert [one.key for one in libraries.known() if one.affects("0.0.0.dev0") is None] == []
    assert set(libraries.pinned()) - set(libraries.looked_up()) == set()


RECORD = """
id: PYSEC-2099-{number}
aliases: [CVE-2099-{number}, GHSA-x]
{more}
affected:
- package: {{name: django, ecosystem: PyPI}}
  ranges:
  - type: GIT
    events: [{{introduced: "0"}}]
  - type: ECOSYSTEM
    events: [{events}]
  versions: ["1.0"]
"""
EVENTS = '{introduced: "0"}, {fixed: "5.0"}, {introduced: "5.2"}, {last_affected: "5.2.3"}'


def test_the_list_is_made_anew_and_judgements_stay(tmp_path: Path, monkeypatch):
    _checkout(tmp_path)
    monkeypatch.setattr(libraries, "ADVISORIES", tmp_path / "advisories.csv")
    monkeypatch.setattr(libraries, "LOOKED_UP", tmp_path / "libraries.csv")
    row = 'django,CVE-2099-1,<1,"not here, as…"\n'
    libraries.ADVISORIES.write_text(f"package,advisory,affected,judgement\n{row}")
    monkeypatch.setattr(libraries, "pinned", lambda: {"django": "5.2.3", "olefile": "0.47"})
    advisories.renew(tmp_path)
    assert [(a.name, a.affected, a.judgement) for a in libraries.known()] == [
        ("CVE-2099-1", "<5.0 or >=5.2,<=5.2.3", "not here, as…"),
        ("CVE-2099-3", ">=5.2", ""),
    ]
    assert libraries.looked_up()["olefile"] == ("0.47", "2026-11-02")


def _checkout(folder: Path) -> None:
    records = {
        "a": RECORD.format(number=1, more="", events=EVENTS),
        "same": RECORD.format(number=1, more="", events=EVENTS),
        "withdrawn": RECORD.format(number=2, more="withdrawn: 2099-01-01", events=EVENTS),
        "open": RECORD.format(number=3, more="", events='{introduced: "5.2"}'),
    }
    (folder / "vulns" / "django").mkdir(parents=True)
    for name, text in records.items():
        (folder / "vulns" / "django" / f"{name}.yaml").write_text(text)
    name = ["-c", "user.name=x", "-c", "user.email=x@example.vn", "-c", "commit.gpgsign=false"]
    for order in (["init", "-q"], ["add", "."], [*name, "commit", "-qm", "x", "--no-verify"]):
        subprocess.run(
            ["git", "-C", str(folder), *order],
            check=True,
            env=os.environ | {"GIT_COMMITTER_DATE": "2026-11-02T00:00:00Z"},
        )


def test_the_bill_of_materials_names_every_library_of_the_product_and_no_tool_of_ours():
    bill = json.loads(said("bill_of_materials"))
    named = {library["name"]: library for library in bill["components"]}
    assert bill["bomFormat"] == "CycloneDX"
    assert named["django"]["purl"] == f"pkg:pypi/django@{named['django']['version']}"
    assert set(libraries.pinned("requirements.txt")) - set(named) <= {"colorama"}  # Windows alone
    assert "pytest" not in named
    assert [name for name, library in named.items() if not library["version"]] == []
    assert said("bill_of_materials") == said("bill_of_materials")
