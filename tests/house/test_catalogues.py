"""Every sentence of the site can be read in Vietnamese and Khmer."""

import re
from functools import cache
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType

from checkin_site.management.commands import update_catalogues
from checkin_site.management.commands.update_catalogues import Sentence

LANGUAGES = update_catalogues.languages()
TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
ADVICE = "run `manage.py update_catalogues`, then translate what is empty"
# Names of the languages are written in their own language on every page.
OWN_NAMES = {name for _code, name in settings.LANGUAGES} | {"CSV", "XLSX"}
_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|\{\w*\}")
# Between these tags stands nothing that is said in plain text.
SILENT = {
    "blocktranslate": "endblocktranslate",
    "comment": "endcomment",
    "block body_class": "endblock",
}


@cache
def said() -> dict[Sentence, set[str]]:
    return update_catalogues.sentences(settings.BASE_DIR)


@cache
def catalogue(language: str) -> polib.POFile:
    path = update_catalogues.path_of(language)
    assert path.exists(), f"there is no {path}: {ADVICE}"
    return polib.pofile(str(path), check_for_duplicates=True)


def placeholders(text: str) -> list[str]:
    """Return what will be filled in, in alphabetical order."""
    return sorted(_PLACEHOLDER.findall(text.replace("%%", "")))


def test_placeholders_are_found_and_percent_signs_are_not():
    assert placeholders("%(people)s of %d, 100 %% sure, {name}") == ["%(people)s", "%d", "{name}"]


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_exactly_the_sentences_that_are_said(language: str):
    known = {Sentence(e.msgid, e.msgid_plural or "", e.msgctxt or "") for e in catalogue(language)}
    assert set(said()) - known == set(), f"new sentences: {ADVICE}"
    assert known - set(said()) == set(), f"nobody says these any more: {ADVICE}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str):
    entries = catalogue(language)
    empty = [entry.msgid for entry in entries if not all(map(str.strip, translations(entry)))]
    unsure = [entry.msgid for entry in entries if entry.fuzzy]
    assert empty + unsure == [], f"{len(empty)} to translate, {len(unsure)} to confirm: {ADVICE}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_placeholders_markup_and_edges(language: str):
    wrong = []
    for entry in catalogue(language):
        whole = entry.msgid_plural or entry.msgid
        for text in filter(None, translations(entry)):
            same = all(part(whole) == part(text) for part in (placeholders, _markup, _outer_space))
            wrong += [] if same else [(whole, text)]
    assert not wrong


def test_khmer_is_written_in_khmer_letters():
    texts = {e.msgid: "".join(translations(e)) for e in catalogue("km") if " " in e.msgid}
    assert [m for m, text in texts.items() if text and not re.search("[\u1780-\u17ff]", text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(settings.BASE_DIR)))
def test_a_template_says_nothing_that_cannot_be_translated(path: Path):
    assert list(_plain_text(path.read_text())) == []


def _markup(text: str) -> list[str]:
    return sorted(re.findall(r"</?\w+", text))


def _outer_space(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()


def _plain_text(source: str):
    """Yield words of a template that stand in no translate tag and in no marked language."""
    kept, until = [], ""
    for token in Lexer(source).tokenize():
        tag = token.contents if token.token_type == TokenType.BLOCK else ""
        until = until or next((end for start, end in SILENT.items() if tag.startswith(start)), "")
        kept.append("\x00" if until or token.token_type != TokenType.TEXT else token.contents)
        if until and tag.startswith(until):
            until = ""
    html = re.sub(
        r"<script\b.*?</script>|<!--.*?-->|<!doctype[^>]*>", "", "".join(kept), flags=re.DOTALL
    )
    spoken = re.findall(
        r"""\b(?:aria-label|title|alt|placeholder|data-\w*hint)=["']([^"']*)""", html
    )
    for text in [*re.split(r"<[^>]*>", html), *spoken]:
        if re.search(r"[^\W\d_]{2,}", text) and text.strip() not in OWN_NAMES:
            yield " ".join(text.split())
