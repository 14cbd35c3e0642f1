from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from projections.runner import PROJECTIONS
from runtime.command_line import main
from runtime.stores import Stores
from tests.fixtures.house import build_house

pytestmark = pytest.mark.as_owner

PRACTICE = (
    *("practice", "open", "--name", "Sample Dental", "--full-name", "Ada Sample"),
    *("--email", "ada@sample-dental.example"),
)


@pytest.fixture
def command(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run the command line on a database of this test."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECUREMAIL_DATA", str(tmp_path / "data"))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    return run


def topics(stores: Stores) -> list[str]:
    return [type(one.event).__name__ for one in stores.log.read(after=0, limit=100)]


def test_opening_a_practice_invites_its_first_doctor_as_user_manager(command, stores) -> None:
    done = command(*PRACTICE, "--tier", "paid")
    assert (done.exit_code, "is open" in done.output) == (0, True)
    assert topics(stores) == [
        "PracticeRegistered",
        "UserManagerAppointed",
        "UserInvited",
        "TierGranted",
        "AddressClaimed",
    ]


def test_a_practice_is_opened_with_the_free_tier_unless_told_otherwise(command, stores) -> None:
    command(*PRACTICE)
    assert "TierGranted" not in topics(stores)


def test_an_address_is_used_for_one_account_only(command, stores) -> None:
    command(*PRACTICE)
    head = stores.log.head()
    again = command(*PRACTICE)
    assert again.exit_code == 1
    assert "this address has an account already" in again.output
    assert stores.log.head() == head


@pytest.mark.parametrize(
    "address",
    ["ada", "ada@", "a@b.example, c@d.example", "ädä@sample.example", "a" * 300 + "@b.example"],
)
def test_a_bad_address_is_refused_before_anything_happens(command, stores, address: str) -> None:
    refused = command(*PRACTICE[:-1], address)
    assert refused.exit_code == 2
    assert "address" in refused.output
    assert stores.log.head() == 0


def test_a_practice_needs_a_name(command, stores) -> None:
    refused = command(*PRACTICE[:3], "   ", *PRACTICE[4:])
    assert refused.exit_code == 2
    assert stores.log.head() == 0


def test_a_member_is_added_by_the_practices_name_as_a_free_account(command, stores) -> None:
    command(*PRACTICE)
    member = ("--email", "ben@sample-dental.example", "--role", "staff")
    added = command("practice", "add-member", "--practice", "sample dental", *member)
    assert added.exit_code == 0, added.output
    invited = [one.event for one in stores.log.read(after=0, limit=100)][-2]
    assert (type(invited).__name__, invited.kind) == ("UserInvited", "staff")
    assert invited.practice_id == stores.log.read(after=0, limit=1)[0].event.originator_id


def test_a_member_of_an_unknown_practice_is_refused(command, stores) -> None:
    command(*PRACTICE)
    head = stores.log.head()
    member = ("--email", "ben@sample-dental.example", "--role", "staff")
    for which in ("Nowhere Dental", "00000000-0000-0000-0000-000000000001"):
        refused = command("practice", "add-member", "--practice", which, *member)
        assert refused.exit_code == 1
        assert "no" in refused.output
    assert stores.log.head() == head


def test_two_practices_of_one_name_are_told_apart_by_identifier(command) -> None:
    command(*PRACTICE)
    command(*PRACTICE[:-1], "eve@sample-dental.example")
    member = ("--email", "ben@sample-dental.example", "--role", "staff")
    refused = command("practice", "add-member", "--practice", "Sample Dental", *member)
    assert "several practices have that name" in refused.output


def test_read_models_are_rebuilt_with_a_progress_bar(command, stores, clock, tmp_path) -> None:
    build_house(stores, clock, tmp_path / "outbox").open_practice()
    behind = command("projections", "status")
    assert behind.output.count(" 0 behind") == len(PROJECTIONS)
    rebuilt = command("projections", "rebuild", "--all")
    assert rebuilt.exit_code == 0, rebuilt.output
    assert [one.name for one in PROJECTIONS if one.name not in rebuilt.output] == []
    assert command("projections", "rebuild").exit_code == 2
    assert command("projections", "rebuild", "inbox", "--all").exit_code == 2


def test_lost_keys_are_noticed_before_new_ones_are_made(command, tmp_path: Path) -> None:
    command(*PRACTICE)
    for path in (tmp_path / "data").glob("keys*.json"):
        path.unlink()
    refused = command(*PRACTICE[:-1], "eve@sample-dental.example")
    assert refused.exit_code == 1
    assert "bring it back from its backup" in refused.output
    assert not (tmp_path / "data" / "keys.json").exists()


def test_accounts_are_opened_without_the_keys_of_messages(command, tmp_path: Path) -> None:
    command(*PRACTICE)
    (tmp_path / "data" / "keys.json").unlink()
    opened = command(*PRACTICE[:-1], "eve@sample-dental.example")
    assert opened.exit_code == 0, opened.output


def test_a_timeline_shows_what_happened_with_sealed_values_sealed(command, stores) -> None:
    command(*PRACTICE)
    invited = stores.log.read(after=2, limit=1)[0].event
    shown = command("audit", "timeline", str(invited.originator_id))
    assert "user.invited" in shown.output
    assert "ada@" not in shown.output
    missing = command("audit", "timeline", "00000000-0000-0000-0000-000000000001")
    assert (missing.exit_code, "nothing happened" in missing.output) == (1, True)


def test_a_history_is_verified_against_a_root_that_was_kept(command, stores) -> None:
    command(*PRACTICE)
    stores.log.head()
    shown = command("audit", "verify")
    assert shown.exit_code == 0
    size, root = shown.output.split()[-3], shown.output.split()[-1]
    assert int(size) == stores.log.head()
    assert command("audit", "verify", "--size", size, "--root", root).exit_code == 0
    changed = command("audit", "verify", "--size", size, "--root", "00" * 32)
    assert (changed.exit_code, "the history was changed" in changed.output) == (1, True)


@pytest.mark.parametrize(
    "given", [("--size", "1"), ("--root", "00" * 32), ("--size=1", "--root=x")]
)
def test_half_a_root_is_refused(command, given: tuple[str, ...]) -> None:
    refused = command("audit", "verify", *given)
    assert (refused.exit_code, "give --size and --root together" in refused.output) == (2, True)


def test_a_database_that_is_not_there_is_one_clear_line(command, monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    refused = command("projections", "status")
    assert refused.exit_code == 1
    assert "the database cannot be reached" in refused.output


@pytest.mark.parametrize("name", [(), ("run",), ("practice",), ("practice", "open"), ("key",)])
def test_help_teaches(command, name: tuple[str, ...]) -> None:
    assert len(command(*name, "--help").output.splitlines()) > 4
