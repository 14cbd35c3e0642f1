"""Database servers of one test, and what is done to them from outside."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from runtime.embedded_account import Account, account_for
from runtime.embedded_place import data_for, programs_for
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.migration import migrate
from tests.fixtures.product import eventually

BACKUP = ("--write-recovery-conf", "--checkpoint=fast", "--wal-method=stream")


@dataclass(frozen=True, slots=True)
class Standby:
    """A server that repeats what another one does, until it is promoted."""

    server: EmbeddedPostgres
    data: Path

    def promote(self) -> None:
        run(self.data, "pg_ctl", "promote", f"--pgdata={self.data}")


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """Make a folder that an account without rights can pass through, too."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        yield Path(name).resolve()


@contextmanager
def migrated_server(folder: Path, *, durable: bool) -> Iterator[EmbeddedPostgres]:
    """Run a server with an empty log in a folder, and delete it afterwards."""
    server = EmbeddedPostgres(folder, durable=durable)
    try:
        migrate(server.start())
        yield server
    finally:
        server.delete()


def data_of(server: EmbeddedPostgres) -> Path:
    with psycopg.connect(server.superuser_url) as superuser:
        row = superuser.execute("SELECT current_setting('data_directory')").fetchone()
    assert row
    return Path(row[0])


def run(data: Path, program: str, *words: str) -> None:
    """Run one of PostgreSQL's programs as the account that runs the server."""
    account = account_for(data)
    ran = account.run(programs_for(account) / program, *words)
    assert ran.returncode == 0, ran.stdout


def end_at_once(server: EmbeddedPostgres, data: Path, by: signal.Signals) -> None:
    """End a server without giving it time to write anything down."""
    number = int((data / "postmaster.pid").read_text().partition("\n")[0])
    os.kill(number, by)
    eventually(lambda: not server.is_running, "the end of the server")


def copy_dump(source_url: str, target_url: str) -> None:
    """Dump one database, and read the dump into another one that is empty."""
    programs = programs_for(Account())
    dump = subprocess.run(  # noqa: S603 - fixed programs
        [programs / "pg_dump", "--no-owner", source_url], capture_output=True, check=True
    )
    subprocess.run(  # noqa: S603 - fixed programs
        [programs / "psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", target_url],
        input=dump.stdout,
        capture_output=True,
        check=True,
    )


@contextmanager
def standby_of(primary: EmbeddedPostgres, primary_folder: Path, folder: Path) -> Iterator[Standby]:
    """Run a hot standby of a server in a folder, and delete it afterwards."""
    folder.mkdir(mode=0o711)
    shutil.copy(primary_folder / "passwords", folder)
    data = data_for(folder)
    data.mkdir(mode=0o700)
    account_for(data_of(primary)).own(data)
    address = primary.superuser_url
    run(data, "pg_basebackup", f"--pgdata={data}", f"--dbname={address}", *BACKUP)
    standby = Standby(EmbeddedPostgres(folder), data)
    try:
        standby.server.start()
        yield standby
    finally:
        standby.server.delete()
