"""Static files as the web server hands them out, collected anew only when one changed."""

import hashlib

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_if_changed() -> bool:
    """Collect and compress the static files; return whether there was anything to do."""
    stamp = settings.VAR_DIR / "collected.sha256"
    state = _state()
    if settings.STATIC_ROOT.exists() and stamp.exists() and stamp.read_text() == state:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state)
    return True


def _state() -> str:
    """Return a checksum of where the files come from and go to, their sizes and times."""
    state = hashlib.sha256(f"{settings.STATIC_ROOT} {settings.STORAGES}".encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            modified = storage.get_modified_time(name).timestamp()
            state.update(f"\n{name} {storage.size(name)} {modified}".encode())
    return state.hexdigest()
