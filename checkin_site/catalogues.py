"""The translations as the running site reads them, compiled without any tool of the system."""

import gettext
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.utils.translation import trans_real
from django.utils.translation.reloader import translation_file_changed


def compile_catalogues() -> list[Path]:
    """Compile every catalogue that is newer than its compiled form; return those compiled.

    This process, and those forked from it, read the new ones from here on.
    """
    compiled = []
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                draft = source.with_suffix(".mo.new")
                polib.pofile(str(source)).save_as_mofile(str(draft))
                draft.replace(target)
                translation_file_changed(None, target)
                compiled.append(target)
    if compiled:
        _forget_what_was_read()
    return compiled


def _forget_what_was_read() -> None:
    """Let this process, and those forked from it, read the catalogues anew.

    A command has read them before it begins; Django's own reloader forgets them the same way.
    """
    read: Any = gettext
    read._translations.clear()  # noqa: SLF001
    trans_real._translations = {}  # type: ignore[attr-defined]  # noqa: SLF001
    trans_real._default = None  # type: ignore[attr-defined]  # noqa: SLF001
