"""A database cluster on disk, and the PostgreSQL programs that make it, start it and end it.

Everything is done as the account that owns the cluster; where that is not us, we never write into
it, so that a hijacked server cannot lead us astray. Settings are therefore given at each start.
"""

import shlex
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from runtime.embedded_account import Account, DatabaseDoesNotStart

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "wal_level": "replica",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log must not hold what people wrote: no statements, no parameters, no details, and none of
    # the errors that a statement brought about; the program that sent it hears of them anyway.
    "log_statement": "none",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
NOT_DURABLE = dict.fromkeys(DURABLE, "off") | {"scram_iterations": "1"}
"""For tests, which sign in so often that a costly proof of the password is what costs most."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The data, the programs that go with it, and who runs them."""

    data: Path
    programs: Path
    account: Account
    durable: bool

    def exists(self) -> bool:
        """Say whether the cluster was made."""
        return (self.data / "PG_VERSION").exists()

    def make(self, superuser: str, password: str) -> None:
        """Make an empty cluster, which comes into sight complete or not at all."""
        half_done = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(half_done, ignore_errors=True)
        half_done.mkdir(mode=0o700)
        self.account.own(half_done)
        with tempfile.NamedTemporaryFile("w", dir=self.data.parent, prefix="once-") as file:
            file.write(password)
            file.flush()
            self.account.own(file.fileno())
            self._initialise(half_done, superuser, file.name)
        half_done.replace(self.data)

    def _initialise(self, half_done: Path, superuser: str, password_file: str) -> None:
        made = self.account.run(
            self.programs / "initdb",
            f"--pgdata={half_done}",
            f"--username={superuser}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--data-checksums",
            *([] if self.durable else ["--no-sync"]),
        )
        if made.returncode != 0:
            raise DatabaseDoesNotStart(f"The database cannot be made:\n{made.stdout}")

    def launch(self, port: int, *, log: int, inherit: int) -> None:
        """Launch the server, which then holds the inherited file open as long as it lives."""
        settings = SETTINGS | (DURABLE if self.durable else NOT_DURABLE) | {"port": str(port)}
        options = shlex.join(f"--{name}={value}" for name, value in settings.items())
        command = (self.programs / "pg_ctl", "start", "--no-wait", "--silent", "-o", options)
        self.account.run(*command, f"--pgdata={self.data}", output=log, pass_fds=(inherit,))

    def stop(self, mode: str, seconds: int) -> None:
        """Ask the server to end and wait for it to do so."""
        command = (self.programs / "pg_ctl", "stop", f"--mode={mode}", f"--timeout={seconds}")
        self.account.run(*command, f"--pgdata={self.data}")

    def forget_stale_number(self) -> None:
        """Delete a left-over postmaster.pid whose number is not that of a server on this data.

        PostgreSQL sees that a number is nobody's, but would refuse to start if another program has
        it by now, or if it is that of a dead process which nobody buries, as in containers. Judged
        only where the system tells the folder in which a process works (/proc).
        """
        left_over = self.data / "postmaster.pid"
        if not (left_over.exists() and Path("/proc/self/cwd").exists()):
            return
        number = left_over.read_text().partition("\n")[0]
        found = self.account.run("/usr/bin/env", "readlink", f"/proc/{number}/cwd")
        if found.stdout.strip() != str(self.data.resolve()):
            left_over.unlink()
