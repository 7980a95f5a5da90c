"""SQL kept in files of its own beside the module that runs it, whole and runnable in psql."""

import re
from pathlib import Path


def statement_of(module: str, name: str) -> str:
    """Return the statement of the file `name`.sql beside a module (its `__file__`).

    A parameter is written as psql's own: `:'since'::timestamptz`, so that
    `psql -v since=2021-11-24 -f name.sql` runs the file as it is; here it becomes `%(since)s`.
    """
    text = Path(module).with_name(f"{name}.sql").read_text()
    bare = re.sub(r"^\s*--.*\n", "", text, flags=re.MULTILINE).replace("%", "%%")
    return re.sub(r"(?<!:):'(\w+)'", r"%(\1)s", bare).strip()
