"""The database a DATABASE_URL names, as Django wants it told."""

from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict


def database_from_url(url: str) -> dict[str, Any]:
    """Return Django's settings for a libpq address; several hosts are allowed.

    Raises ValueError when the address cannot be read or names no database.
    """
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise ValueError(f"DATABASE_URL cannot be read: {error}") from error
    name = parts.pop("dbname", None)
    if not name:
        raise ValueError("DATABASE_URL names no database")
    known = {key: str(parts.pop(key, "")) for key in ("host", "port", "user", "password")}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "OPTIONS": parts,
        **{key.upper(): value for key, value in known.items()},
    }
