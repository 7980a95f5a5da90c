"""Django's PostgreSQL engine, with the server started by whoever connects first."""

from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base

from .server import PORT, USER, EmbeddedServer


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the embedded PostgreSQL in the folder that EMBEDDED_ROOT names."""

    def get_connection_params(self) -> dict[str, Any]:
        """Add the server's socket; a server that is down, or was killed, is started first."""
        server = EmbeddedServer(Path(self.settings_dict["EMBEDDED_ROOT"]))
        address = {"host": server.ensure(), "port": PORT, "user": USER}
        return super().get_connection_params() | address
