"""What comes back to our address is taken in on the command line, one mail at a time."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from adapters.return_marks import ReturnMarks
from domain.notification import Channel, Notification
from runtime.command_line import main
from runtime.settings import read_settings
from runtime.stores import Stores, account_keys_of
from tests.adapters.smtp.test_bounced_mail import BOUNCE, MARK
from tests.contracts.mailer import FIRST

pytestmark = pytest.mark.as_owner

ADA = "ada@sample-dental.example"
NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
REPLY = """\
From: "Ada Sample" <{}>
To: noreply@securemail.example
Subject: Re: A secure message is waiting for you
Content-Type: text/plain

My tooth hurts.
"""
AWAY = REPLY.replace("Subject:", "Auto-Submitted: auto-replied\nSubject:")

Receive = Callable[[str], Result]


@pytest.fixture
def receive(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Receive:
    """Take in a mail, in a house with one practice."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECUREMAIL_DATA", str(tmp_path / "data"))
    names = ("--name", "Sample Dental", "--full-name", "Ada Sample", "--email", ADA)
    assert CliRunner().invoke(main, ("practice", "open", *names)).exit_code == 0
    return lambda mail: CliRunner().invoke(main, ("mail", "received"), input=mail.encode())


def told(stores: Stores) -> list[str]:
    """Return what was recorded about mailboxes and notices."""
    events = [one.event for one in stores.log.read(after=0, limit=100)]
    names = [type(one).__name__ for one in events]
    return [name for name in names if name.startswith(("Mail", "Reply", "Notification"))]


def owe(stores: Stores) -> None:
    """Let a notice to Ada be accepted by a carrier."""
    events = [one.event for one in stores.log.read(after=0, limit=100)]
    [ada] = [one.originator_id for one in events if type(one).__name__ == "UserInvited"]
    notice = Notification.owe(
        notice_id=UUID(str(FIRST)),
        recipient_id=ada,
        occasion="registration",
        channel=Channel.EMAIL,
        at=NOW,
    )
    notice.accept(carrier="smtp", reference="1", address_version=1, at=NOW)
    stores.log.save(notice)


def test_a_bounce_is_recorded_with_its_notice_and_with_the_address(
    receive: Receive, stores: Stores
) -> None:
    owe(stores)
    marks = ReturnMarks.under(account_keys_of(read_settings()))
    result = receive(BOUNCE.replace(MARK, marks.mark(FIRST)))
    assert (result.exit_code, result.output) == (0, "taken in: bounce\n")
    assert sorted(told(stores)[-3:]) == ["MailCameBack", "MailboxBegun", "NotificationBounced"]


def test_a_bounce_that_somebody_made_up_is_dropped(receive: Receive, stores: Stores) -> None:
    owe(stores)
    assert receive(BOUNCE).exit_code == 0
    assert receive(BOUNCE.replace(MARK, FIRST.hex)).exit_code == 0
    assert told(stores) == ["NotificationOwed", "NotificationAccepted"]


def test_a_bounce_of_a_notice_that_is_not_ours_is_dropped(receive: Receive, stores: Stores) -> None:
    assert receive(BOUNCE).exit_code == 0
    assert told(stores) == []


def test_who_replies_is_to_be_told_where_to_write(receive: Receive, stores: Stores) -> None:
    result = receive(REPLY.format(ADA))
    assert (result.exit_code, result.output) == (0, "taken in: reply\n")
    assert told(stores) == ["MailboxBegun", "ReplyRefused"]


@pytest.mark.parametrize(
    "mail",
    [REPLY.format("stranger@people.example"), AWAY.format(ADA), "", "\x00\xff", BOUNCE[:300]],
)
def test_strangers_machines_and_what_is_no_mail_get_no_answer(
    receive: Receive, stores: Stores, mail: str
) -> None:
    assert receive(mail).exit_code == 0
    assert told(stores) == []


def test_nothing_of_a_reply_is_kept_or_shown(receive: Receive, stores: Stores) -> None:
    shown = receive(REPLY.format(ADA)).output
    kept = " ".join(str(vars(one.event)) for one in stores.log.read(after=0, limit=100))
    assert [word for word in ("tooth", "Re:", ADA) if word in shown + kept] == []
