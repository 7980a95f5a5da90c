"""Brings the catalogues up to date with the sentences in the code and the templates."""

from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.template import templatize

_PLURAL, _CONTEXT, _PLURAL_IN_CONTEXT = (1, 2), ((1, "c"), 2), ((1, "c"), 2, 3)
_KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": _PLURAL,
    "ngettext_lazy": _PLURAL,
    "pgettext": _CONTEXT,
    "pgettext_lazy": _CONTEXT,
    "npgettext": _PLURAL_IN_CONTEXT,
    "npgettext_lazy": _PLURAL_IN_CONTEXT,
}
_HEADER = """#
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
_NOT_OURS = {".venv", "var", "staticfiles", "tests", "node_modules"}


class Sentence(NamedTuple):
    """A sentence as a catalogue knows it."""

    msgid: str
    plural: str = ""
    context: str = ""


class Command(BaseCommand):
    """Needs requirements-dev.txt; the running site never does this."""

    help = "Add new sentences to the catalogues, drop those no longer said, keep translations."

    def handle(self, **options: Any) -> None:
        said = sentences(settings.BASE_DIR)
        for language in languages():
            catalogue = updated(language, said)
            with path_of(language).open("wb") as file:
                file.write(_HEADER.format(language=language).encode())
                write_po(
                    file,
                    catalogue,
                    width=100,
                    omit_header=True,
                    include_lineno=False,
                    ignore_obsolete=True,
                )
            missing = sum(not any(m.string or ()) for m in catalogue if m.id)
            self.stdout.write(f"{language}: {len(said)} sentences, {missing} to translate")


def languages() -> list[str]:
    """Return the languages that need a catalogue; the sentences themselves are English."""
    return [language for language, _name in settings.LANGUAGES if language != "en"]


def path_of(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def sentences(base: Path) -> dict[Sentence, set[str]]:
    """Return every sentence that can be translated, and the files that say it."""
    places: dict[Sentence, set[str]] = defaultdict(set)
    for path in sorted([*base.rglob("*.py"), *base.rglob("*.html"), *base.rglob("*.txt")]):
        place = path.relative_to(base)
        if place.parts[0] in _NOT_OURS or (
            path.suffix == ".txt" and "templates" not in place.parts
        ):
            continue
        for sentence in _said_in(path):
            places[sentence].add(str(place))
    return places


def updated(language: str, said: dict[Sentence, set[str]]) -> Catalog:
    """Return the catalogue with exactly these sentences and the translations it had."""
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = Catalog(language, fuzzy=False)
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, language)
    template = Catalog()
    for sentence, places in sorted(said.items(), key=lambda item: (min(item[1]), item[0])):
        template.add(
            (sentence.msgid, sentence.plural) if sentence.plural else sentence.msgid,
            locations=[(place, 0) for place in sorted(places)],
            context=sentence.context or None,
        )
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    return catalogue


def _said_in(path: Path) -> Iterator[Sentence]:
    source = path.read_text()
    if path.suffix != ".py":
        # What templatize leaves of a template is no block of Python: its indents mean nothing.
        source = "\n".join(line.lstrip() for line in templatize(source).splitlines())
    found: Any = extract_python(BytesIO(source.encode()), _KEYWORDS, [], {"encoding": "utf-8"})
    for _line, function, messages, _comments in found:
        if function and messages and (sentence := _sentence(function, messages)):
            yield sentence


def _sentence(function: str, messages: str | tuple[str, ...]) -> Sentence | None:
    """Return the sentence of a call; what is no literal text comes as None or empty."""
    parts = [messages] if isinstance(messages, str) else list(messages)
    kind = _KEYWORDS[function]
    context = parts.pop(0) if kind in (_CONTEXT, _PLURAL_IN_CONTEXT) else ""
    texts = [part for part in parts if part]
    if not texts:
        return None
    plural = texts[1] if kind in (_PLURAL, _PLURAL_IN_CONTEXT) else ""
    return Sentence(texts[0], plural, context or "")
