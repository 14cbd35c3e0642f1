"""What the command line says of notices, and the door of support that it opens."""

import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from adapters.links import PostgresLinks
from domain.aggregate import OPERATOR
from domain.delivering import Delivering
from domain.delivery_report import DeliveryReport, Outcome
from domain.ports import LinkPurpose
from projections.deliveries import Deliveries
from projections.runner import Runner
from runtime.clock import now
from runtime.command_line import main
from runtime.parts.notifiers import notice_runner
from runtime.settings import read_settings
from runtime.stores import Stores

pytestmark = pytest.mark.as_owner

ADA = "ada@sample-dental.example"
NOBODY = "00000000-0000-0000-0000-000000000001"
PRACTICE = ("practice", "open", "--name", "Sample Dental", "--full-name", "Ada Sample")

Command = Callable[..., Result]


@pytest.fixture
def command(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command line in a house with one practice."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECUREMAIL_DATA", str(tmp_path / "data"))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    assert run(*PRACTICE, "--email", ADA).exit_code == 0
    return run


def told(stores: Stores) -> UUID:
    """Let the registration mail leave, and return its number."""
    Runner(stores.log, stores.pool).catch_up()
    notice_runner(read_settings(), stores).work_off()
    Runner(stores.log, stores.pool).catch_up()
    return Deliveries(stores.pool).newest()[0].notice_id


def bounce(stores: Stores, notice_id: UUID) -> None:
    report = DeliveryReport(UUID(int=1), notice_id, Outcome.BOUNCED, "5.1.1", now())
    Delivering(stores.log).hear([report], at=now())


def test_the_status_says_what_waits_and_what_came_back(command: Command, stores: Stores) -> None:
    stores.log.head()
    assert "0 attempts in doubt" in command("notice", "status").output
    notice_id = told(stores)
    bounce(stores, notice_id)
    said = command("notice", "status").output
    assert re.search(r"email +0 wait", said)
    assert f"{notice_id}  registration by email: bounced 5.1.1, 1 attempts" in said


def test_the_life_of_a_notice_is_shown_and_the_look_recorded(
    command: Command, stores: Stores
) -> None:
    notice_id = told(stores)
    shown = command("notice", "show", str(notice_id)).output
    assert [words for words in ("owed email", "accepted outbox") if words not in shown] == []
    newest = stores.log.read(after=stores.log.head() - 1, limit=1)[0]
    assert newest.topic == "mailbox.support-looked"
    assert str(notice_id) in command("notice", "list", "--email", ADA).output
    assert ADA not in shown


def test_what_is_not_there_is_said_so(command: Command) -> None:
    assert "there is no notice" in command("notice", "show", NOBODY).output
    assert "nobody has this address" in command("notice", "list", "--email", "x@y.example").output
    assert "this is no address" in command("notice", "confirm", "--email", "x").output


def test_an_address_that_failed_can_be_confirmed(command: Command, stores: Stores) -> None:
    bounce(stores, told(stores))
    assert "Mails go there again" in command("notice", "confirm", "--email", ADA).output
    assert "Mails go there as it is" in command("notice", "confirm", "--email", ADA).output


def test_the_door_of_support_is_a_link_that_works(command: Command, stores: Stores) -> None:
    said = command("support", "open").output
    token = said.strip().rpartition("/support/enter/")[2]
    links = PostgresLinks(stores.pool)
    assert links.owner(token, LinkPurpose.SUPPORT, at=now()) == OPERATOR
