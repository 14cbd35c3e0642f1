"""Auditors place, list and lift legal holds on the command line."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from domain.aggregate import OPERATOR
from domain.holding import is_held
from domain.pseudonym import pseudonym
from runtime.command_line import main
from runtime.stores import Stores

pytestmark = pytest.mark.as_owner

ADA = "ada@sample-dental.example"
PRACTICE = (
    *("practice", "open", "--name", "Sample Dental", "--full-name", "Ada Sample"),
    *("--email", ADA),
)
NOBODY = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
def command(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run the command line on a database with one practice."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECUREMAIL_DATA", str(tmp_path / "data"))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    assert run(*PRACTICE).exit_code == 0
    return run


def events(stores: Stores) -> list:
    return [one.event for one in stores.log.read(after=0, limit=100)]


def practice_and_person(stores: Stores) -> tuple[UUID, UUID]:
    by_name = {type(one).__name__: one.originator_id for one in events(stores)}
    return by_name["PracticeRegistered"], by_name["UserInvited"]


def placed(command, *about: str) -> str:
    done = command("hold", "place", *about, "--reason", "Miller against Sample")
    assert done.exit_code == 0, done.output
    found = re.search(r"Hold (\S+) is in force", done.output)
    assert found is not None
    return found.group(1)


def test_a_hold_is_in_force_from_the_moment_the_command_returns_until_it_is_lifted(
    command, stores
) -> None:
    practice_id, person_id = practice_and_person(stores)
    for about in (("person", ADA), ("person", str(person_id)), ("practice", "sample dental")):
        subject_id = practice_id if about[0] == "practice" else person_id
        hold_id = placed(command, *about)
        assert is_held(stores.log, [subject_id])
        assert events(stores)[-1].by == OPERATOR
        lifted = command("hold", "lift", hold_id, "--reason", "Case closed")
        assert lifted.exit_code == 0, lifted.output
        assert not is_held(stores.log, [subject_id])


def test_the_list_tells_on_what_why_and_since_when_and_people_by_pseudonym(command, stores) -> None:
    _, person_id = practice_and_person(stores)
    assert command("hold", "list").output == "No hold is in force.\n"
    first, second = placed(command, "person", ADA), placed(command, "practice", "Sample Dental")
    shown = command("hold", "list").output
    assert f"on person {pseudonym(person_id)}, {person_id}" in shown
    assert shown.count("for an auditor: Miller against Sample") == 2
    assert ADA not in shown
    command("hold", "lift", first, "--reason", "Case closed")
    assert first not in command("hold", "list").output
    every = command("hold", "list", "--all").output
    assert every.index(second) < every.index(first)
    assert "UTC: Case closed" in every


def test_lifting_twice_changes_nothing(command, stores) -> None:
    hold_id = placed(command, "person", ADA)
    command("hold", "lift", hold_id, "--reason", "Case closed")
    head = stores.log.head()
    assert command("hold", "lift", hold_id, "--reason", "Again").exit_code == 0
    assert stores.log.head() == head


@pytest.mark.parametrize(
    ("about", "words"),
    [
        (("person", "nobody@sample-dental.example"), "there is no such person"),
        (("person", "no address"), "there is no such person"),
        (("person", NOBODY), "there is no such person"),
        (("thread", NOBODY), "there is no such person"),
        (("thread", ADA), "there is no such person"),
        (("practice", NOBODY), "there is no such person"),
        (("practice", "Nowhere Dental"), "there is no practice of that name"),
    ],
)
def test_a_hold_on_what_does_not_exist_is_refused(
    command, stores, about: tuple[str, ...], words: str
) -> None:
    head = stores.log.head()
    refused = command("hold", "place", *about, "--reason", "Case 7")
    assert (refused.exit_code, words in refused.output) == (1, True)
    assert stores.log.head() == head


@pytest.mark.parametrize("reason", ["", "  ", "a" * 501])
def test_a_reason_of_bearable_length_is_needed(command, stores, reason: str) -> None:
    hold_id, head = placed(command, "person", ADA), stores.log.head()
    for refused in (
        command("hold", "place", "person", ADA, "--reason", reason),
        command("hold", "lift", hold_id, "--reason", reason),
    ):
        assert (refused.exit_code, "1 to 500 characters" in refused.output) == (2, True)
    assert stores.log.head() == head


def test_what_is_no_hold_is_not_lifted(command) -> None:
    refused = command("hold", "lift", NOBODY, "--reason", "Case closed")
    assert (refused.exit_code, "no such hold of an auditor" in refused.output) == (1, True)


@pytest.mark.parametrize("name", [(), ("place",), ("lift",), ("list",)])
def test_help_teaches(command, name: tuple[str, ...]) -> None:
    assert len(command("hold", *name, "--help").output.splitlines()) > 4
