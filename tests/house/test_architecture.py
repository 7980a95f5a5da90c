"""ARCHITECTURE.md leads to what is there: every file, every name in a file, every floor."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
TEXT = (BASE / "ARCHITECTURE.md").read_text()


@cache
def section(title: str) -> str:
    return TEXT.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def core() -> set[str]:
    """Return the files of the core; a bare name stands in the folder of the file before it."""
    files, folder = set(), ""
    for name in re.findall(r"`([\w/]+\.(?:py|sql))`", section("The core")):
        folder = name.rpartition("/")[0] or folder
        files.add(name if "/" in name else f"{folder}/{name}")
    return files


def defined_in(path: str) -> set[str]:
    body = ast.parse((BASE / path).read_text()).body
    return {node.name for node in body if hasattr(node, "name")}


def test_it_is_about_one_page_and_the_core_about_fifty_files():
    assert len(TEXT.splitlines()) <= 150
    assert 45 <= len(core()) <= 65


def test_every_file_of_the_core_is_there():
    assert {name for name in core() if not (BASE / name).is_file()} == set()


def test_every_other_file_and_folder_it_names_is_there():
    rest = TEXT.replace(section("The core"), "")
    names = set(re.findall(r"`([\w.]+/[\w./]*|[A-Z]+\.md)`", rest))
    names |= set(re.findall(r"\b((?:\w+/)+\w+\.py)\b", section("The picture")))
    assert len(names) > 50
    assert {name for name in names if not (BASE / name).exists()} == set()


def test_an_afternoon_is_twelve_files():
    assert re.findall(r"^(\d+)\. `", section("An afternoon"), re.MULTILINE) == [
        str(number) for number in range(1, 13)
    ]


@pytest.mark.parametrize(
    ("path", "name"), re.findall(r"`([\w/]+\.py): (\w+)`", section("Where is …"))
)
def test_what_is_asked_for_is_defined_where_it_says(path: str, name: str):
    assert name in defined_in(path)


def test_the_floors_are_those_that_may_import_each_other_from_the_top_down():
    settings_of_tools = tomllib.loads((BASE / "pyproject.toml").read_text())["tool"]
    layers = settings_of_tools["importlinter"]["contracts"][0]["layers"]
    assert re.findall(r"^\| `(\w+)` \|", section("Floors"), re.MULTILINE) == layers


def test_every_folder_of_code_is_on_the_map():
    folders = {
        str(path.parent.relative_to(BASE))
        for path in BASE.glob("*/*/*.py")
        if path.parts[-3] in section("Floors")
    }
    left_out = ("migrations", "management", "models", "templatetags", "database", "data")
    folders = {folder for folder in folders if Path(folder).name not in left_out}
    assert len(folders) > 10
    assert {folder for folder in folders if f"{folder}/" not in TEXT} == set()
