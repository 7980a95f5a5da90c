"""SQL kept in files of its own beside the module that runs it, whole and runnable in psql."""

import re
from pathlib import Path

_VARIABLE = re.compile(r"(?<!:):'(\w+)'")
_COMMENT = re.compile(r"^\s*--.*\n", re.MULTILINE)


def statement_of(module: str, name: str) -> str:
    """Return the statement of the file `name`.sql beside a module (its `__file__`).

    A parameter is written as psql's own: `:'since'::timestamptz`, so that
    `psql -v since=2021-11-24 -f name.sql` runs the file as it is; here it becomes `%(since)s`.
    """
    text = Path(module).with_name(f"{name}.sql").read_text()
    return _VARIABLE.sub(r"%(\1)s", _COMMENT.sub("", text).replace("%", "%%")).strip()
