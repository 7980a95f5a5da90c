"""What settings make of the environment: a database, a mail server, proxies, secrets not given."""

import contextlib
import os
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict


class MailServer(NamedTuple):
    """How messages leave, in the order of Django's settings."""

    backend: str
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    use_ssl: bool = False
    use_tls: bool = False


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


def mail_from_url(url: str) -> MailServer:
    """Return the server of smtp://user:password@host:587, or smtps:// for TLS from the start.

    With smtp:// to another machine the connection is encrypted before anything is said; without
    an address messages are printed. Raises ValueError when the address cannot be read.
    """
    if not url:
        return MailServer("django.core.mail.backends.console.EmailBackend")
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("EMAIL_URL is not smtp://user:password@host:port or smtps://…")
    at_once = parts.scheme == "smtps"
    return MailServer(
        "django.core.mail.backends.smtp.EmailBackend",
        parts.hostname,
        parts.port or (465 if at_once else 587),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        use_ssl=at_once,
        use_tls=not at_once and parts.hostname not in ("localhost", "127.0.0.1", "::1"),
    )


def networks_of(addresses: list[str]) -> list[IPv4Network | IPv6Network]:
    """Return the networks from which proxies connect. Raises ValueError where one cannot be read."""
    try:
        return [ip_network(address) for address in addresses]
    except ValueError as error:
        raise ValueError(f"PROXY_ADDRESSES cannot be read: {error}") from error


def kept_secret(folder: Path, name: str) -> str:
    """Return the secret kept under this name, making it at the first call.

    Two processes that start at once agree: the file is linked into place whole.
    """
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = folder / f".{name}.{os.getpid()}"
        draft.write_text(secrets.token_urlsafe(50))
        draft.chmod(0o600)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
