"""The documents name all that an operator can set, run or open; the glossary knows our nouns."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from .addresses import ADDRESSES
from .test_shape import FLOORS

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
WITH_MODELS = [
    floor
    for floor in FLOORS
    if apps.is_installed(floor) and list(apps.get_app_config(floor).get_models())
]
LONGEST_README = 150  # lines


@cache
def document(name: str) -> str:
    return (BASE / name).read_text()


def test_the_readme_is_short_and_leads_to_every_document():
    readme = document("README.md")
    assert len(readme.splitlines()) <= LONGEST_README
    assert [path.name for path in BASE.glob("docs/*.md") if f"docs/{path.name}" not in readme] == []


def test_every_document_that_one_names_is_there():
    names = [
        (path.name, name)
        for path in [*BASE.glob("*.md"), *BASE.glob("docs/*.md")]
        if path.name != "CHANGELOG.md"
        for name in re.findall(r"`((?:docs/)?[\w-]+\.md)`", path.read_text())
    ]
    assert len(names) > 10
    assert [(by, name) for by, name in names if not (BASE / name).exists()] == []


def test_every_file_of_code_that_a_document_names_is_there():
    paths = [*BASE.glob("*.md"), *BASE.glob("docs/**/*.md")]
    names = {
        (path.name, name)
        for path in paths
        if path.name != "CHANGELOG.md"
        for name in re.findall(r"`((?:\w+/)+\w+\.(?:py|sql|html|js|css))\b", path.read_text())
    }
    assert len(names) > 60
    assert {(by, name) for by, name in names if not (BASE / name).exists()} == set()


def test_every_test_that_a_document_names_is_there():
    defined = {
        (str(path.relative_to(BASE)), name)
        for path in BASE.glob("tests/**/test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(), re.MULTILINE)
    }
    texts = {path.name: path.read_text() for path in BASE.glob("docs/*.md")}
    named = {
        (by, place, name)
        for by, text in texts.items()
        for place, name in re.findall(r"`(?:(tests/[\w/]+\.py)::)?(test_\w+)`", text)
    }
    names = {name for _file, name in defined}
    assert len(named) > 40
    assert {
        (by, place, name)
        for by, place, name in named
        if (place, name) not in defined and (place or name not in names)
    } == set()


def test_operating_names_every_setting():
    operating = document("docs/operating.md")
    assert len(SETTINGS) > 20
    assert [name for name in SETTINGS if not re.search(rf"`{name}[`=]", operating)] == []


def test_operating_names_no_setting_that_is_gone():
    table = re.findall(r"^\|\s*`([A-Z][A-Z_]+)`", document("docs/operating.md"), re.MULTILINE)
    assert len(table) > 20
    assert set(table) <= {*SETTINGS, "PORT"}


def test_operating_names_every_command():
    commands = re.findall(r"^\| `[^|]*", document("docs/operating.md"), re.MULTILINE)
    named = set(re.findall(r"`([a-z_]+)", " ".join(commands)))
    assert len(COMMANDS) > 10
    assert [name for name in COMMANDS if name not in named] == []


def test_the_readme_names_every_target_of_make():
    targets = re.findall(r"^([a-z][\w-]*):", document("Makefile"), re.MULTILINE)
    assert len(targets) > 5
    assert [target for target in targets if f"make {target}" not in document("README.md")] == []


def test_every_public_address_is_named():
    addresses = document("docs/addresses.md")
    assert [part for part in FIRST_PARTS if not re.search(rf"`/{part}[`/]", addresses)] == []


@pytest.mark.parametrize("floor", WITH_MODELS)
def test_the_glossary_knows_every_model(floor: str):
    words = document("CONTEXT.md").lower()
    names = [model.__name__ for model in apps.get_app_config(floor).get_models()]
    spoken = {name: re.sub(r"(?<=[a-z])(?=[A-Z])", "[ -]", name).lower() for name in names}
    assert [n for n, word in spoken.items() if not re.search(rf"\*\*{word}\*\*", words)] == []


def test_no_floor_with_models_is_forgotten():
    assert {"tracing", "stations", "declarations", "venues", "accounts"} <= set(WITH_MODELS)
