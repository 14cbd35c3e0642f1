"""`securemail key`: keys are made once, shown by identifier only, and changed while people work."""

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from adapters.key_files import read_key_file
from adapters.keyring import Keyring
from adapters.master_keys import key_id
from adapters.vault import PostgresVault
from domain.ports import content, personal
from runtime.command_line import main
from runtime.stores import Stores

pytestmark = pytest.mark.as_owner

ADA = UUID("00000000-0000-0000-0000-0000000000aa")
NAME, SUBJECT = personal(ADA, "full_name", 1), content(ADA, "subject")

Command = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def command(database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command line on a database of this test."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECUREMAIL_DATA", str(folder))
    return lambda *words: CliRunner().invoke(main, words)


@pytest.fixture
def sealed(stores: Stores, command: Command, folder: Path) -> list[str | None]:
    """A name and a subject, sealed under the keys of a new key file."""
    assert command("key", "create").exit_code == 0
    vault = PostgresVault(stores.pool, read_key_file(folder / "keys.json"))
    return [*vault.seal_all([("Ada", NAME), ("Root canal", SUBJECT)])]


def opened(stores: Stores, keyring: Keyring, sealed: list[str]) -> list[str | None]:
    vault = PostgresVault(stores.pool, keyring)
    return vault.open_all([*zip(sealed, (NAME, SUBJECT), strict=True)])


def test_a_key_file_is_made_once_and_never_replaced(command: Command, folder: Path) -> None:
    assert command("key", "create").exit_code == 0
    path = folder / "keys.json"
    made = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = command("key", "create")
    assert (again.exit_code, path.read_bytes()) == (1, made)


def test_keys_are_rotated_with_a_progress_bar(
    command: Command, stores: Stores, folder: Path, sealed: list[str]
) -> None:
    former = Keyring(read_key_file(folder / "keys.json").keys)
    done = command("key", "rotate")
    assert done.exit_code == 0, done.output
    assert "data keys" in done.output
    assert "destroy copies of the former" in done.output
    present = read_key_file(folder / "keys.json")
    assert opened(stores, present, sealed) == ["Ada", "Root canal"]
    assert opened(stores, former, sealed) == [None, None]
    assert read_key_file(folder / "keys.notifiers.json") == present.only("personal")
    assert read_key_file(folder / "keys.accounts.json") == present.only("personal", "lookup")


@pytest.mark.usefixtures("sealed")
def test_the_status_says_how_much_hangs_under_which_key_and_shows_none(
    command: Command, stores: Stores, folder: Path
) -> None:
    ring = read_key_file(folder / "keys.json")
    (folder / "keys.json").unlink()
    shown = command("key", "status")
    assert shown.exit_code == 0, shown.output
    assert re.findall(r"(\w+) +([0-9a-f]{16}) +(\d+) data keys", shown.output) == [
        ("content", key_id(ring["content"]).hex(), "1"),
        ("personal", key_id(ring["personal"]).hex(), "1"),
    ]
    assert "under way" not in shown.output
    with stores.pool.connection() as connection:
        connection.execute("INSERT INTO vault.master_key VALUES ('\\x0102030405060708', 'content')")
    assert "`securemail key rotate` brings it to its end" in command("key", "status").output


@pytest.mark.usefixtures("sealed")
def test_keys_of_the_environment_are_rotated_by_who_gives_them(
    command: Command,
    stores: Stores,
    folder: Path,
    sealed: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    former = Keyring(read_key_file(folder / "keys.json").keys)
    (folder / "keys.json").unlink()
    monkeypatch.setenv("SECUREMAIL_KEYS", former.text())
    refused = command("key", "rotate")
    assert (refused.exit_code, '"former": {"content":' in refused.output) == (1, True)
    present = former.redrawn().with_former(former)
    monkeypatch.setenv("SECUREMAIL_KEYS", present.text())
    done = command("key", "rotate")
    assert done.exit_code == 0, done.output
    assert opened(stores, present.without_former(), sealed) == ["Ada", "Root canal"]
    assert list(folder.glob("keys*")) == []
    monkeypatch.setenv("SECUREMAIL_KEYS", former.text())
    assert "bring the right key file back" in command(*PRACTICE).output


PRACTICE = (
    *("practice", "open", "--name", "Sample Dental", "--full-name", "Ada Sample"),
    *("--email", "ada@sample-dental.example"),
)


@pytest.mark.usefixtures("sealed")
def test_the_key_file_of_another_house_is_refused(command: Command, folder: Path) -> None:
    (folder / "keys.json").write_text(Keyring.draw().text())
    refused = command("key", "rotate")
    assert (refused.exit_code, "bring the right key file back" in refused.output) == (1, True)


@pytest.mark.usefixtures("sealed")
def test_a_file_with_some_keys_only_is_not_rotated(command: Command, folder: Path) -> None:
    ring = read_key_file(folder / "keys.json")
    (folder / "keys.json").write_text(ring.only("personal", "lookup").text())
    refused = command("key", "rotate")
    assert (refused.exit_code, "has no key 'content'" in refused.output) == (1, True)
    assert json.loads((folder / "keys.json").read_text()).keys() == {"personal", "lookup"}
