"""The database that comes with the product, tried with the real programs, killed and imitated."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from runtime.embedded_account import BARE_ENVIRONMENT, DatabaseDoesNotStart, account_for
from runtime.embedded_postgres import EmbeddedPostgres, throw_away_postgres

REPOSITORY = Path(__file__).parents[2]

START_IN_ANOTHER_PROCESS = """
import os, signal, sys
from pathlib import Path
from runtime.embedded_postgres import EmbeddedPostgres
print(EmbeddedPostgres(Path(sys.argv[1]), durable=False).start(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def parent() -> Iterator[Path]:
    """A folder that an account without rights can pass through, too."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        yield Path(name).resolve()


@pytest.fixture
def fresh(parent: Path) -> Iterator[Path]:
    """A folder that does not exist yet; what is made in it is deleted."""
    folder = parent / "fresh"
    yield folder
    EmbeddedPostgres(folder).delete()


@pytest.fixture(scope="module")
def made_once(parent: Path) -> Iterator[EmbeddedPostgres]:
    with throw_away_postgres(parent / "database") as server:
        yield server


@pytest.fixture
def folder(parent: Path) -> Path:
    """The folder of `server`."""
    return parent / "database"


@pytest.fixture
def server(made_once: EmbeddedPostgres) -> EmbeddedPostgres:
    """A running server on which nothing is kept yet."""
    ask(made_once.start(), "DROP TABLE IF EXISTS kept")
    return made_once


def ask(url: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchall() if cursor.description else []


def born(url: str) -> list[tuple[object, ...]]:
    return ask(url, "SELECT pg_postmaster_start_time()")


def process_number(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().partition("\n")[0])


def in_another_process(folder: Path) -> subprocess.CompletedProcess[str]:
    """Start the server from a process that is then killed."""
    return subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", START_IN_ANOTHER_PROCESS, folder],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_was_written_is_still_there_after_a_stop_and_a_start(server: EmbeddedPostgres) -> None:
    ask(server.url, "CREATE TABLE kept AS SELECT 'Carla' AS name")
    first = server.url
    server.stop()
    with pytest.raises(psycopg.OperationalError):
        ask(first, "SELECT 1")
    assert server.start() == first
    assert ask(first, "SELECT name FROM kept") == [("Carla",)]


def test_after_the_server_was_killed_the_next_start_recovers_every_commit(fresh: Path) -> None:
    server = EmbeddedPostgres(fresh)
    ask(server.start(), "CREATE TABLE kept AS SELECT 'Carla' AS name")
    os.kill(process_number(fresh), signal.SIGKILL)
    assert ask(server.start(), "SELECT name FROM kept") == [("Carla",)]


def test_a_server_that_outlived_us_is_found_again_and_can_be_stopped(
    server: EmbeddedPostgres, folder: Path
) -> None:
    server.stop()
    killed = in_another_process(folder)
    assert killed.returncode == -signal.SIGKILL
    since = born(killed.stdout.strip())
    assert born(server.start()) == since
    server.stop()
    with pytest.raises(psycopg.OperationalError):
        born(server.url)


def test_two_who_start_at_the_same_time_get_the_same_server(fresh: Path) -> None:
    with ThreadPoolExecutor() as both:
        first, second = both.map(in_another_process, (fresh, fresh))
    assert first.stdout.startswith("postgresql://securemail:")
    assert first.stdout == second.stdout
    assert born(first.stdout.strip())


def test_stopping_what_does_not_run_changes_nothing(server: EmbeddedPostgres, fresh: Path) -> None:
    EmbeddedPostgres(fresh).stop()
    assert not fresh.exists()
    server.stop()
    server.stop()
    assert born(server.start())


def test_a_port_that_somebody_else_took_is_left_to_them(server: EmbeddedPostgres) -> None:
    ask(server.url, "CREATE TABLE kept AS SELECT 'Carla' AS name")
    was = urlsplit(server.url).port
    server.stop()
    with socket.create_server(("127.0.0.1", was or 0)):
        assert urlsplit(server.start()).port != was
        assert ask(server.url, "SELECT name FROM kept") == [("Carla",)]


def test_a_left_over_number_that_another_program_has_by_now_troubles_neither_of_them(
    server: EmbeddedPostgres, folder: Path
) -> None:
    server.stop()
    account = account_for(folder / "data")
    with subprocess.Popen(["/bin/sleep", "60"], user=account.uid, cwd="/") as stranger:
        left_over = folder / "data" / "postmaster.pid"
        left_over.write_text(f"{stranger.pid}\n{folder}/data\n1\n1\n\n127.0.0.1\n")
        account.own(left_over)
        try:
            server.stop()
            assert born(server.start())
            assert stranger.poll() is None
        finally:
            stranger.kill()


@pytest.mark.parametrize("role", ["securemail", "postgres"])
@pytest.mark.parametrize("password", ["", ":wrong"])
def test_nobody_gets_in_without_the_right_password(
    server: EmbeddedPostgres, role: str, password: str
) -> None:
    port = urlsplit(server.url).port
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://{role}{password}@127.0.0.1:{port}/securemail")


def test_every_way_in_asks_for_a_password_and_is_on_this_machine(
    server: EmbeddedPostgres,
) -> None:
    rules = ask(server.superuser_url, "SELECT DISTINCT auth_method FROM pg_hba_file_rules")
    assert rules == [("scram-sha-256",)]
    names = "name IN ('listen_addresses', 'unix_socket_directories')"
    ways = f"SELECT setting FROM pg_settings WHERE {names} ORDER BY 1"  # noqa: S608 - literals
    assert ask(server.superuser_url, ways) == [("",), ("127.0.0.1",)]


def test_a_stranger_on_the_port_cannot_ask_us_for_the_password(fresh: Path) -> None:
    def ask_for_it_in_clear() -> bytes:
        caller, _ = listener.accept()
        with caller:
            caller.recv(1024)
            caller.sendall(b"R\x00\x00\x00\x08\x00\x00\x00\x03")  # AuthenticationCleartextPassword
            return caller.recv(1024)

    fresh.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor() as stranger:
        (fresh / "port").write_text(str(listener.getsockname()[1]))
        answer = stranger.submit(ask_for_it_in_clear)
        with pytest.raises(psycopg.OperationalError, match="requested a cleartext password"):
            psycopg.connect(EmbeddedPostgres(fresh).url)
        assert answer.result() == b""


def test_the_owner_of_the_database_has_no_rights_beyond_it(server: EmbeddedPostgres) -> None:
    rights = "rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
    question = f"SELECT {rights} FROM pg_roles WHERE rolname = current_user"  # noqa: S608 - literals
    assert ask(server.url, question) == [(False,) * 5]
    owner = "SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = current_user"
    assert ask(server.url, owner) == [("securemail",)]


def test_the_server_reads_alike_everywhere_and_notices_a_rotten_disk(
    server: EmbeddedPostgres,
) -> None:
    names = ("data_checksums", "server_encoding", "TimeZone", "wal_level", "max_connections")
    shown = [ask(server.url, f"SHOW {name}")[0][0] for name in names]
    assert shown == ["on", "UTF8", "UTC", "replica", "100"]
    collation = "SELECT datcollate FROM pg_database WHERE datname = current_database()"
    assert ask(server.url, collation) == [("C",)]


def test_the_log_holds_nothing_of_what_people_wrote(server: EmbeddedPostgres, folder: Path) -> None:
    ask(server.url, "CREATE TABLE kept (name text UNIQUE CHECK (name <> 'Carla Nightingale'))")
    for wrong in (
        "INSERT INTO kept VALUES ('Ada Nightingale'), ('Ada Nightingale')",
        "INSERT INTO kept VALUES ('Carla Nightingale')",
        "SELECT 'Ben Nightingale'::uuid",
        "SELEKT 'Nightingale'",
    ):
        with pytest.raises(psycopg.Error, match=r"(?i)nightingale|name"):
            ask(server.url, wrong)
    server.stop()
    log = (folder / "server.log").read_text()
    assert "ready to accept connections" in log
    assert "Nightingale" not in log


def test_nobody_else_can_read_passwords_port_log_and_data(
    server: EmbeddedPostgres, folder: Path
) -> None:
    assert server.url
    assert {path.name: path.stat().st_mode & 0o077 for path in folder.iterdir()} == dict.fromkeys(
        ("alive", "data", "passwords", "port", "server.log", "turn"), 0
    )


def test_a_password_is_in_a_closed_file_and_never_on_a_command_line(
    fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = fresh.parent / "programs"
    programs.mkdir()
    (programs / "initdb").write_text(
        '#!/bin/sh\necho "called with $*"; env\n'
        'for word; do case "$word" in --pwfile=*)\n'
        '  ls -l "${word#*=}"; wc -c "${word#*=}";;\n'
        "esac; done\n"
        "exit 1\n"
    )
    for path in (programs, programs / "initdb"):
        path.chmod(0o755)
    monkeypatch.setenv("MASTER_KEY", "not-for-the-server")
    server = EmbeddedPostgres(fresh, programs=programs)
    with pytest.raises(DatabaseDoesNotStart, match="cannot be made") as refused:
        server.start()
    told = str(refused.value)
    assert "called with --pgdata=" in told
    assert "-rw------- 1" in told
    assert f"{len(urlsplit(server.superuser_url).password or '')} /" in told
    assert str(urlsplit(server.superuser_url).password) not in told
    assert "not-for-the-server" not in told
    assert not (fresh / "data").exists()
    assert set(BARE_ENVIRONMENT) == {"PATH", "LC_ALL", "TZ"}


def test_a_server_that_ends_at_once_says_why(server: EmbeddedPostgres, folder: Path) -> None:
    server.stop()
    settings = folder / "data" / "postgresql.conf"
    before = settings.read_text()
    settings.write_text("colour = 'blue'\n")
    with pytest.raises(DatabaseDoesNotStart, match='unrecognized configuration parameter "colour"'):
        server.start()
    settings.write_text(before)


def test_without_the_password_file_the_start_says_what_is_missing(
    server: EmbeddedPostgres, folder: Path
) -> None:
    (folder / "passwords").rename(folder / "mislaid")
    with pytest.raises(DatabaseDoesNotStart, match="passwords is gone"):
        server.start()
    (folder / "mislaid").rename(folder / "passwords")
    assert born(server.start())


def test_only_a_database_for_tests_does_not_flush_and_is_content_with_a_cheap_proof(
    server: EmbeddedPostgres, folder: Path
) -> None:
    assert ask(server.url, "SHOW fsync") == [("off",)]
    assert ask(server.url, "SHOW scram_iterations") == [("1",)]
    server.stop()
    with EmbeddedPostgres(folder) as durable:
        settings = "fsync", "synchronous_commit", "full_page_writes"
        assert [ask(durable.url, f"SHOW {name}") for name in settings] == [[("on",)]] * 3
        assert ask(durable.url, "SHOW scram_iterations") == [("4096",)]
