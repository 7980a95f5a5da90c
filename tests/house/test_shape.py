"""The habits of shape that no other tool holds: how long, how named, who reads the environment."""

import ast
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

BASE = Path(settings.BASE_DIR)
FLOORS = (
    "checkin_site",
    "dashboards",
    "tracing",
    "stations",
    "demonstration",
    "declarations",
    "authority",
    "venues",
    "jobs",
    "accounts",
    "documents",
    "forms",
    "districts",
    "database",
)
LEFT_OUT = {"var", "staticfiles", "__pycache__"}
FORBIDDEN = ("utils", "helpers", "common", "services", "mixins", "misc", "managers", "constants")
LONGEST = {".py": 450, ".html": 150, ".css": 200, ".js": 200}
ARGUMENTS = 5


@cache
def everything() -> list[Path]:
    """Return all files of the project, without hidden and made ones."""
    found: list[Path] = []
    for folder, below, names in os.walk(BASE):
        below[:] = [name for name in below if name not in LEFT_OUT and not name.startswith(".")]
        found += [Path(folder, name) for name in names]
    return sorted(found)


def files(*suffixes: str) -> list[Path]:
    return [p for p in everything() if p.suffix in suffixes and p.parent.name != "migrations"]


def named(path: Path) -> str:
    return str(path.relative_to(BASE))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("suffix", LONGEST)
def test_no_file_is_too_long(suffix: str):
    lengths = {named(path): len(path.read_text().splitlines()) for path in files(suffix)}
    assert {name: n for name, n in lengths.items() if n > LONGEST[suffix]} == {}


def test_no_function_is_too_long():
    assert dict(_too_long()) == {}


def _too_long() -> Iterator[tuple[str, int]]:
    for path in files(".py"):
        for function in functions(path):
            lines = function.end_lineno - function.lineno + 1
            if lines > (25 if function.name.startswith("test_") else 40):
                yield f"{named(path)}:{function.lineno} {function.name}", lines


def test_no_function_of_the_product_takes_too_many_arguments():
    many = {}
    for path in files(".py"):
        for function in functions(path):
            arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            own = [one for one in arguments if one.arg not in ("self", "cls")]
            if len(own) > ARGUMENTS and not named(path).startswith("tests/"):
                many[f"{named(path)} {function.name}"] = len(own)
    assert many == {}


def test_no_file_is_named_after_nothing():
    empty = re.compile(rf"(?:^|/)(?:{'|'.join(FORBIDDEN)})(?:\.\w+)?(?:/|$)", re.IGNORECASE)
    assert [named(path) for path in everything() if empty.search(named(path))] == []


def test_every_module_says_in_one_sentence_what_it_is():
    missing = []
    for path in files(".py"):
        tree = ast.parse(path.read_text())
        if tree.body and not ast.get_docstring(tree):
            missing.append(named(path))
    assert missing == []


def test_every_model_says_in_one_sentence_what_it_is():
    models = [model for model in apps.get_models() if model.__module__.split(".")[0] in FLOORS]
    # Django gives a model without a docstring one that lists its fields: "Venue(id, name, …)".
    said = {
        model.__name__: not (model.__doc__ or "").startswith(f"{model.__name__}(")
        for model in models
    }
    assert len(said) > 40
    assert [name for name, is_said in said.items() if not is_said] == []


def test_no_two_classes_of_the_product_share_a_name():
    places: dict[str, list[str]] = {}
    for path in files(".py"):
        if not named(path).startswith(("tests/", "docs/")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef) and node.name not in ("Meta", "Media", "Command"):
                    places.setdefault(node.name, []).append(f"{named(path)}:{node.lineno}")
    assert len(places) > 300
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_locals_that_live_longer_than_three_lines_are_nouns():
    participles = {"found", "told", "given", "one", "typed"}
    long_lived = set()
    for path in files(".py"):
        if named(path).startswith("tests/"):
            continue
        for function in functions(path):
            lines: dict[str, list[int]] = {}
            for node in ast.walk(function):
                name = getattr(node, "id", None) or getattr(node, "arg", None)
                if name in participles and not isinstance(node, ast.keyword):
                    lines.setdefault(name, []).append(node.lineno)
            long_lived |= {
                f"{named(path)} {function.name}: {name}"
                for name, numbers in lines.items()
                if max(numbers) - min(numbers) > 3
            }
    assert long_lived == set()


def test_no_template_carries_style_or_script():
    inline = re.compile(
        r"<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|javascript:", re.IGNORECASE
    )
    found = {named(path): inline.findall(path.read_text()) for path in files(".html", ".svg")}
    assert {name: matches for name, matches in found.items() if matches} == {}


def test_styles_and_scripts_load_nothing_from_elsewhere():
    elsewhere = re.compile(
        r"@import|url\(\s*['\"]?(?:https?:)?//|fetch\(\s*['\"]https?:", re.IGNORECASE
    )
    found = {named(path): elsewhere.findall(path.read_text()) for path in files(".css", ".js")}
    assert {name: matches for name, matches in found.items() if matches} == {}


def test_parts_of_templates_start_with_an_underscore():
    included = r"""{%\s*include\s+["']([^"']+)"""
    parts = {part for path in files(".html") for part in re.findall(included, path.read_text())}
    assert {part for part in parts if not Path(part).name.startswith("_")} == set()


def test_every_template_that_another_names_is_there():
    """One that is gone is noticed only where the page comes that far."""
    naming = r"""{%\s*(?:include|extends)\s+["']([^"']+)"""
    named_ones = {name for path in files(".html") for name in re.findall(naming, path.read_text())}
    assert {name for name in named_ones if not (BASE / "templates" / name).exists()} == set()


def test_components_know_no_domain_word():
    words = re.compile(r"venue|visit|declar|poster\.|commune|official|receipt", re.IGNORECASE)
    found = {
        named(path): words.findall(re.sub(r'name == "\w+"', "", path.read_text()))
        for path in (BASE / "templates" / "components").rglob("*")
    }
    assert {name: matches for name, matches in found.items() if matches} == {}


def test_only_the_settings_read_the_environment():
    reading = re.compile(r"\bos\.(?:environ(?!\.setdefault)|getenv)|\bEnv\(\)")
    allowed = {"checkin_site/settings.py"}
    found = {named(path) for path in files(".py") if reading.search(path.read_text())}
    assert {name for name in found if not name.startswith("tests/")} - allowed == set()


def test_every_requirement_has_its_reason():
    lines = [
        line
        for name in ("requirements.in", "requirements-dev.in")
        for line in (BASE / name).read_text().splitlines()
    ]
    parts = [line for line in lines if line.strip() and not line.startswith(("#", "-r"))]
    assert [line for line in parts if not re.search(r"\s# \w+", line)] == []


def test_every_requirement_is_pinned_with_hashes():
    for name in ("requirements.txt", "requirements-dev.txt"):
        pinned = re.split(r"\n(?=\w)", (BASE / name).read_text())
        loose = [p.splitlines()[0] for p in pinned if re.match(r"\w", p) and "--hash=" not in p]
        assert loose == [], name


def test_tests_mirror_the_floors():
    folders = {path.parent.name for path in (BASE / "tests").rglob("test_*.py")}
    assert folders - {*FLOORS, "house", "journeys"} == set()


def test_nobody_leaves_a_note_without_an_issue():
    note = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b(?!.{0,20}#\d+)")
    texts = {named(path): path.read_text() for path in files(".py", ".html", ".css", ".js")}
    del texts["tests/house/test_shape.py"]
    assert [name for name, text in texts.items() if note.search(text)] == []
