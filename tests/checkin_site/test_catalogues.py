"""Translations that are compiled while the site starts are read at once."""

from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from checkin_site.preparing import compile_catalogues

SENTENCE = "Nobody says this elsewhere."


@pytest.fixture
def source(tmp_path: Path, settings) -> Iterator[Path]:
    settings.LOCALE_PATHS = [tmp_path]
    source = tmp_path / "vi" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    yield source
    translation_file_changed(None, source.with_suffix(".mo"))


def test_what_was_read_before_does_not_hide_the_compiled_translation(source: Path):
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    catalogue.append(polib.POEntry(msgid=SENTENCE, msgstr="Không ai nói câu này."))
    translation_file_changed(None, source.with_suffix(".mo"))
    with translation.override("vi"):
        assert translation.gettext(SENTENCE) == SENTENCE
    catalogue.save(str(source))
    assert compile_catalogues() == [source.with_suffix(".mo")]
    assert compile_catalogues() == []
    with translation.override("vi"):
        assert translation.gettext(SENTENCE) == "Không ai nói câu này."
