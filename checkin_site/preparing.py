"""What is made of the sources before the site starts: compiled translations, collected static files."""

import gettext
import hashlib
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
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


def collect_if_changed() -> bool:
    """Collect and compress the static files; return whether there was anything to do."""
    stamp = settings.VAR_DIR / "collected.sha256"
    state = _state()
    if settings.STATIC_ROOT.exists() and stamp.exists() and stamp.read_text() == state:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state)
    return True


def _forget_what_was_read() -> None:
    """Let this process, and those forked from it, read the catalogues anew.

    A command has read them before it begins; Django's own reloader forgets them the same way.
    """
    read: Any = gettext
    read._translations.clear()  # noqa: SLF001
    trans_real._translations = {}  # type: ignore[attr-defined]  # noqa: SLF001
    trans_real._default = None  # type: ignore[attr-defined]  # noqa: SLF001


def _state() -> str:
    """Return a checksum of where the files come from and go to, their sizes and times."""
    state = hashlib.sha256(f"{settings.STATIC_ROOT} {settings.STORAGES}".encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            modified = storage.get_modified_time(name).timestamp()
            state.update(f"\n{name} {storage.size(name)} {modified}".encode())
    return state.hexdigest()
