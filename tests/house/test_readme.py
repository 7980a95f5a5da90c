"""The README names all that an operator can set, run or open; the glossary knows our nouns."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from .addresses import ADDRESSES

BASE = Path(settings.BASE_DIR)
SETTINGS = sorted(
    re.findall(r"""\benv\.\w+\(\s*"(\w+)\"""", (BASE / "checkin_site/settings.py").read_text())
)
COMMANDS = sorted(
    path.stem
    for path in BASE.glob("*/management/commands/*.py")
    if path.stem != "__init__" and path.parts[-4] != ".venv"
)
FIRST_PARTS = sorted({address.removeprefix("POST ").split("/")[0] for address in ADDRESSES})
FLOORS = ("dashboards", "stations", "declarations", "venues", "jobs", "accounts", "districts")


@cache
def readme() -> str:
    return (BASE / "README.md").read_text()


def test_the_readme_names_every_setting():
    assert [name for name in SETTINGS if not re.search(rf"`{name}[`=]", readme())] == []


def test_the_readme_names_every_command():
    assert [name for name in COMMANDS if not re.search(rf"\b{name}\b", readme())] == []


def test_the_readme_names_every_target_of_make():
    targets = re.findall(r"^([a-z][\w-]*):", (BASE / "Makefile").read_text(), re.MULTILINE)
    assert [target for target in targets if f"make {target}" not in readme()] == []


def test_the_readme_names_every_public_address():
    assert [part for part in FIRST_PARTS if not re.search(rf"`/{part}[`/]", readme())] == []


def test_the_readme_names_no_setting_that_is_gone():
    table = re.findall(r"^\|\s*`([A-Z][A-Z_]+)`", readme(), re.MULTILINE)
    assert set(table) <= {*SETTINGS, "PORT"}


@pytest.mark.parametrize("floor", FLOORS)
def test_the_glossary_knows_every_model(floor: str):
    words = (BASE / "CONTEXT.md").read_text().lower()
    names = [model.__name__ for model in apps.get_app_config(floor).get_models()]
    spoken = {name: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower() for name in names}
    assert [name for name, word in spoken.items() if f"**{word}**" not in words] == []
