"""The part that tells people, as a process: in which mode it begins, and what it leaves alone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.outbox_mailer import OutboxMailer
from runtime.clock import now
from tests.fixtures.house import House
from tests.fixtures.product import PATIENCE, ROOT, eventually

ADA = "ada@sample-dental.example"


@pytest.fixture
def outbox(tmp_path: Path) -> OutboxMailer:
    """Where the part leaves mails in the sandbox."""
    return OutboxMailer(tmp_path / "data" / "outbox", now)


@contextmanager
def telling(house: House, folder: Path, mode: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the part until the block ends; then let it end in good order."""
    settings = {
        "DATABASE_URL": house.stores.database_url,
        "SECUREMAIL_KEYS": house.keyring.text(),
        "SECUREMAIL_DATA": str(folder / "data"),
        "NOTIFY": mode,
    }
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "runtime.parts.notifiers"],
            cwd=ROOT,
            env=os.environ | settings,
            stdin=subprocess.PIPE,
            stderr=said,
        )
    try:
        yield process
        assert process.stdin
        process.stdin.close()
        process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()


def begun_in(house: House) -> str | None:
    """Return the mode in which a notifier worked last."""
    with house.stores.pool.connection() as connection:
        row = connection.execute("SELECT mode FROM notices.position").fetchone()
    return row[0] if row else None


def owed(house: House) -> int:
    with house.stores.pool.connection() as connection:
        row = connection.execute("SELECT count(*) FROM notices.owed").fetchone()
    return int(row[0]) if row else 0


def open_practice(house: House) -> None:
    """Open a practice whose doctor is to be invited, and tell nobody."""
    portal = house.portal
    portal.inviting.open_practice(
        practice_id=portal.new_id(),
        user_id=portal.new_id(),
        name="Sample Dental",
        address=ADA,
        full_name="Ada Sample",
        paid=True,
        at=now(),
    )
    house.projections.catch_up()


def test_what_is_switched_off_owes_nothing_not_even_when_it_ends(
    house: House, tmp_path: Path, outbox: OutboxMailer
):
    open_practice(house)
    with telling(house, tmp_path, "off") as process:
        eventually(lambda: begun_in(house) == "off", "the part")
    assert process.returncode == 0
    assert owed(house) == 0
    assert outbox.mails() == []


def test_in_the_sandbox_mails_lie_in_the_outbox(house: House, tmp_path: Path, outbox: OutboxMailer):
    open_practice(house)
    with telling(house, tmp_path, "sandbox") as process:
        eventually(outbox.mails, "a mail")
    assert process.returncode == 0
    assert [mail.to for mail in outbox.mails()] == [ADA]


def test_one_that_should_tell_for_real_and_has_no_carrier_does_not_start(
    house: House, tmp_path: Path
):
    with telling(house, tmp_path, "live") as process:
        process.wait(PATIENCE)
    assert process.returncode != 0
    said = (tmp_path / "said").read_text()
    assert "one of SENDGRID_API_KEY and SMTP_HOST must be set" in said
    assert begun_in(house) is None
