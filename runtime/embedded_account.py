"""Who runs the database server that comes with the product.

An ordinary account runs it itself. PostgreSQL refuses to run as root, so root gives its rights away
to an account that has none: the one that owns the data, else `postgres`, else `nobody`.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

BARE_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class DatabaseDoesNotStart(Exception):
    """The database server cannot be started; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server; without numbers it is whoever runs us."""

    uid: int | None = None
    gid: int | None = None

    def run(
        self, *command: str | Path, output: int = subprocess.PIPE, pass_fds: tuple[int, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, with none of our environment, groups or open files."""
        return subprocess.run(  # noqa: S603 - fixed programs, no shell, no words of other people
            command,
            check=False,
            cwd="/",
            env=BARE_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            umask=0o077,
            pass_fds=pass_fds,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )

    def own(self, handle: Path | int) -> None:
        """Give a file or folder that we have just made to this account."""
        if self.uid is None or self.gid is None:
            return
        if isinstance(handle, int):
            os.fchown(handle, self.uid, self.gid)
        else:
            os.chown(handle, self.uid, self.gid, follow_symlinks=False)

    def can(self, test: str, path: Path) -> bool:
        """Say whether this account passes a shell test on a path, such as -x or -r."""
        return self.run("/bin/sh", "-c", f'test {test} "$1"', "sh", path).returncode == 0


def account_for(data: Path) -> Account:
    """Return who is to run the server on this data."""
    if os.geteuid() != 0:
        return Account()
    owner = data.stat().st_uid if data.exists() else 0
    return _account_numbered(owner) if owner else _account_without_rights()


def _account_numbered(uid: int) -> Account:
    try:
        return Account(uid, pwd.getpwuid(uid).pw_gid)
    except KeyError:
        return Account(uid, uid)


def _account_without_rights() -> Account:
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise DatabaseDoesNotStart(
        "PostgreSQL does not run as root, and there is neither an account 'postgres' nor 'nobody'."
        " Start as an ordinary account."
    )
