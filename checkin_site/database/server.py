"""The embedded PostgreSQL: one server for a folder, shared by every process that uses it.

It starts with the first connection and outlives the process that made it. Who uses it holds a
shared lock, so that the last one can stop it. All its processes find its socket in the file that
PostgreSQL itself keeps, `postmaster.pid`.
"""

import contextlib
import fcntl
import functools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from psycopg import OperationalError

from .owner import Owner, settle

DATABASE = USER = "checkin"
PORT = 5432  # only the name of the socket: the server listens on no network address
OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # A refused statement holds what somebody typed: it does not belong into a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
_PATIENCE = 300  # seconds, for the recovery after a crash under load
_LONGEST_SOCKET_FOLDER = 85  # bytes; a socket's path has room for about 107
_held: dict[Path, int] = {}  # the locks this process holds, as open files


class ServerError(OperationalError):
    """The embedded server cannot be started; the sentence says why and what to do."""


class EmbeddedServer:
    """A PostgreSQL server in a folder of ours."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.data = self.root / "data"
        self.log = self.root / "log"

    @classmethod
    def of(cls, database: Mapping[str, Any]) -> Self | None:
        """Return the server that Django's settings of a database mean, if it is embedded."""
        root = database.get("EMBEDDED_ROOT")
        return cls(Path(root)) if root else None

    def ensure(self) -> str:
        """Return the folder of the server's socket; starts the server when nobody answers."""
        try:
            if not self.root.exists():
                settle(self.root)
            _share(self.root / "users")
            folder = self._answering()
            if folder is None:
                with self._alone():
                    folder = self._answering() or self._start()
        except OSError as error:
            raise ServerError(
                f"The embedded database in {self.root} does not start: {error}. "
                "Mend this, or name a PostgreSQL of your own in DATABASE_URL."
            ) from error
        return folder

    def stop(self) -> bool:
        """Stop the server unless another process uses it; return whether it is stopped."""
        if not self.root.exists():
            return True
        users = _share(self.root / "users")
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with self._alone():
                self._stop()
        except BlockingIOError:
            return False
        finally:
            fcntl.flock(users, fcntl.LOCK_SH)
        return True

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep every other process from starting or stopping this server."""
        with (self.root / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _postmaster(self) -> list[str]:
        """Return the lines of PostgreSQL's own note: pid, folder, ..., socket folder, ..., state."""
        try:
            return os.fsdecode((self.data / "postmaster.pid").read_bytes()).split("\n")
        except FileNotFoundError:
            return []

    def _answering(self) -> str | None:
        """Return the socket folder of a server that is ready and takes connections."""
        lines = self._postmaster()
        if not lines[7:] or lines[7].strip() != "ready":
            return None
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(5)
            try:
                probe.connect(f"{lines[4]}/.s.PGSQL.{PORT}")
            except (FileNotFoundError, ConnectionRefusedError):
                return None
            except (BlockingIOError, TimeoutError):
                pass  # busy, but there
        return lines[4]

    def _start(self) -> str:
        owner = Owner.of(self.data)
        programs = owner.programs()
        if not self.data.exists():
            self._initialise(owner, programs)
        process = None
        deadline = time.monotonic() + _PATIENCE
        while (folder := self._answering()) is None:
            if process is None:
                if not self._lingers():
                    written = self.log.stat().st_size if self.log.exists() else 0
                    process = self._launch(owner, programs / "postgres")
            elif process.poll() is not None:
                self._raise_unless_it_passes(self.log.read_bytes()[written:])
                process = None
            if time.monotonic() > deadline:
                raise OSError(f"no answer for {_PATIENCE} seconds; see {self.log}")
            time.sleep(0.02)
        if process is not None:
            process.returncode = 0  # it outlives us: nobody is to wait for it
        return folder

    def _initialise(self, owner: Owner, programs: Path) -> None:
        """Make the data folder with its database, whole or not at all."""
        draft = self.root.resolve() / "data.new"
        owner.take(draft)
        owner.run(
            *(programs / "initdb", "-D", draft, "-U", USER, "--auth=trust", "--encoding=UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        )
        owner.run(
            *(programs / "postgres", "--single", "-D", draft, "-c", "exit_on_error=on", "postgres"),
            feed=f"CREATE DATABASE {DATABASE}\n",
        )
        draft.rename(self.data)

    def _launch(self, owner: Owner, postgres: Path) -> subprocess.Popen[str]:
        """Start the server over whatever a killed one left behind.

        The pid it left may belong to another process by now. Named as our grandparent, PostgreSQL
        does not take it for a server; its check for shared memory in use still guards the data.
        """
        stale = self._postmaster()[:1]
        if stale and not stale[0].isdecimal():
            (self.data / "postmaster.pid").unlink()  # cut off when the machine died
        options = OPTIONS | {"unix_socket_directories": f'"{self._socket_folder(owner)}"'}
        arguments = [part for option in options.items() for part in ("-c", "=".join(option))]
        opener = functools.partial(os.open, mode=0o600)
        with open(self.log, "a", opener=opener) as log:
            return owner.start(
                postgres,
                "-D",
                self.data.resolve(),
                *arguments,
                env={"PG_GRANDPARENT_PID": stale[0]} if stale else {},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _socket_folder(self, owner: Owner) -> Path:
        """Return a fresh private folder, with a path that a socket and libpq can take."""
        folder = self.root.resolve() / "socket"
        if len(os.fsencode(folder)) > _LONGEST_SOCKET_FOLDER or set(",\"'\\") & set(str(folder)):
            folder = Path(tempfile.mkdtemp(prefix="checkin-", dir="/tmp"))
        owner.take(folder)
        return folder

    def _lingers(self) -> bool:
        """Whether a server of this folder still runs, starting, stopping or without its socket."""
        lines = self._postmaster()
        try:
            command = Path("/proc", lines[0], "cmdline").read_bytes().split(b"\0")
        except (IndexError, OSError):
            return False
        if os.fsencode(self.data.resolve()) not in command:
            return False
        if lines[7:] and lines[7].strip() == "ready" and self._answering() is None:
            os.kill(int(lines[0]), signal.SIGINT)  # a cleaner took its socket: useless to all
        return True

    def _raise_unless_it_passes(self, said: bytes) -> None:
        """Raise a server's last words, but for children of a killed one that are still ending."""
        if b"shared memory block" not in said:
            raise OSError(said.decode(errors="replace").strip())
        time.sleep(0.2)

    def _stop(self) -> None:
        folder = self._answering()
        if folder is not None:
            owner = Owner.of(self.data)
            owner.run(owner.programs() / "pg_ctl", "-D", self.data.resolve(), "-m", "fast", "stop")
            shutil.rmtree(folder, ignore_errors=True)


def _share(path: Path) -> int:
    """Hold a shared lock to the end of this process: it uses the server."""
    if path not in _held:
        users = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(users, fcntl.LOCK_SH)
        _held[path] = users
    return _held[path]
