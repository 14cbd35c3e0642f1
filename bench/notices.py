"""How quickly people are told, beside the vendor's client alone; and what an outage leaves to do.

The notifier is a process as in the product. Its carrier listens on this machine.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import psycopg

from bench.carrier import carrier, count_at, subjects_at
from bench.database import database
from bench.figure import Figure
from bench.history import order
from bench.posting import seconds_alone
from domain.ports import LinkPurpose
from domain.registering import Registration
from domain.role import RecipientRole
from runtime.clock import now
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores
from tests.fixtures.house import PASSWORD, House, build_house

FACTS = 1_000
ANSWER_SECONDS = 0.1
SENDERS = 16
PATIENCE_SECONDS = 3_600
ADA = "ada@sample-dental.example"
ADAS_NOTICES = 2
"""That she may register, and set a password."""

OWE = """
INSERT INTO notices.owed
    (notice_id, occasion, channel, urgency, recipient_id, facts, owed_at, next_try_at, position)
SELECT md5('outage ' || number)::uuid,
    CASE WHEN is_code THEN 'set-password' ELSE 'unread-nudge' END, 'email',
    CASE WHEN is_code THEN 0 ELSE 5 END, recipient_id,
    CASE WHEN is_code THEN '{"reason": "reset"}'::jsonb
        ELSE jsonb_build_object('message', message_id) END,
    owed_at, owed_at, 0
FROM (
    SELECT number, number %% 10 = 0 AS is_code, message_id, recipient_id,
        %(now)s - make_interval(secs => %(owed)s - number) AS owed_at
    FROM generate_series(1, %(owed)s) AS number
    JOIN (SELECT message_id, recipient_id, row_number() OVER () AS line FROM inbox.message) AS inbox
        ON line = number %% %(facts)s + 1
) AS owed
"""
"""Every tenth is a link to come in, all others remind of what lies unread."""


def notices(on: EmbeddedPostgres) -> Iterator[Figure]:
    """Tell a thousand facts, and then ten thousand that were owed."""
    yield from told(on, owed=10_000)


def outage(on: EmbeddedPostgres) -> Iterator[Figure]:
    """Tell a thousand facts, and then a hundred thousand that were owed."""
    yield from told(on, owed=100_000)


def told(on: EmbeddedPostgres, owed: int) -> Iterator[Figure]:
    """Measure both in one house."""
    with (
        database(on) as url,
        Stores.open(url) as stores,
        TemporaryDirectory() as folder,
    ):
        desk = Office(build_house(stores, now, Path(folder)), url)  # type: ignore[arg-type] # a clock that goes
        yield from a_thousand(desk)
        yield from what_was_owed(desk, owed)


def a_thousand(office: "Office") -> Iterator[Figure]:
    """Tell what happens, and send the same mails without a house."""
    with carrier(ANSWER_SECONDS) as url, carrier(ANSWER_SECONDS) as other:
        with office.notifier(url) as process:
            office.write_to_strangers(FACTS)
            started = time.perf_counter()
            office.catch_up()
            wait_until(lambda: office.open_notices() == 0 and count_at(url) >= FACTS)
            seconds = time.perf_counter() - started
            yield Figure("notices.memory-1000", peak_of(process), "MB", None, "")
        alone = seconds_alone(url, other, SENDERS)
    name = "the vendor's client alone"
    yield Figure("notices.1000-facts", seconds, "s", alone / seconds, name)


def what_was_owed(office: "Office", owed: int) -> Iterator[Figure]:
    """Tell what was owed when the notifier comes back, links to come in before all else."""
    office.owe(owed)
    with carrier(0) as url, office.notifier(url, MAILS_PER_SECOND="100000") as process:
        started = time.perf_counter()
        wait_until(lambda: office.open_notices() == 0)
        seconds, megabytes = time.perf_counter() - started, peak_of(process)
        subjects = subjects_at(url)
    last_code = max(place for place, one in enumerate(subjects) if "password" in one)
    yield Figure(f"notices.{owed}-owed", len(subjects) / seconds, "notices/s", None, "")
    yield Figure(f"notices.memory-{owed}", megabytes, "MB", None, "")
    yield Figure("notices.nudges-before-a-code", last_code + 1 - owed // 10, "notices", None, "")


@dataclass
class Office:
    """A house whose notifier is a process of its own."""

    house: House
    url: str

    def write_to_strangers(self, count: int) -> None:
        """Let Ada write to people who have to be invited; nothing of it has a position yet.

        So many notices are owed, with those of how Ada came in.
        """
        portal, sender_id = self.house.portal, self.let_ada_in()
        for number in range(count - ADAS_NOTICES):
            portal.corresponding.send(
                message_id=portal.new_id(),
                sender_id=sender_id,
                to=f"person-{number}@people.example",
                role=RecipientRole.PATIENT,
                subject="A subject",
                body="A body",
                at=now(),
            )

    def let_ada_in(self) -> UUID:
        """Open a practice, whose doctor registers and sets her password."""
        inviting, registering = self.house.portal.inviting, self.house.portal.registering
        ada, new_id = self.house.portal.new_id(), self.house.portal.new_id
        inviting.open_practice(
            practice_id=new_id(),
            user_id=ada,
            name="Sample Dental",
            address=ADA,
            full_name="Ada Sample",
            paid=True,
            at=now(),
        )
        tokens = [
            registering.links.mint(ada, purpose, at=now(), expires_at=now() + timedelta(days=1))
            for purpose in (LinkPurpose.REGISTER, LinkPurpose.SET_PASSWORD)
        ]
        answers = Registration(ADA, "+12025550123", "Ada Sample", "", accepts_terms=True)
        registering.complete(token=tokens[0], registration=answers, at=now())
        registering.set_password(token=tokens[1], password=PASSWORD, context=[], at=now())
        return ada

    def catch_up(self) -> None:
        """Give everything its position, and let the read models follow."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            order(connection)
        self.house.projections.catch_up()

    def owe(self, count: int) -> None:
        """Owe so many notices."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(OWE, {"owed": count, "facts": FACTS - ADAS_NOTICES, "now": now()})
            connection.execute("ANALYZE notices.owed")

    def open_notices(self) -> int:
        """Return how much is still owed, or waits to be planned."""
        with self.house.stores.pool.connection() as connection:
            row = connection.execute(
                """
                SELECT (SELECT count(*) FROM notices.owed WHERE state = 'owed')
                    + (SELECT %s - least(position, %s) FROM notices.position)
                """,
                (FACTS, FACTS),
            ).fetchone()
        return int(row[0]) if row else 0

    @contextmanager
    def notifier(self, carrier_url: str, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Run the part that tells people, at noon of the people's clock."""
        settings = {
            "DATABASE_URL": self.url,
            "SECUREMAIL_KEYS": self.house.keyring.text(),
            "NOTIFY": "live",
            "SENDGRID_API_KEY": "SG.bench",
            "SENDGRID_HOST": carrier_url,
            "SENDGRID_WEBHOOK_KEY": "none",
            "MAIL_FROM": "no-reply@securemail.example",
            "TIME_ZONE": f"Etc/GMT{now().hour - 12:+}",
            "NOTICE_SENDERS": str(SENDERS),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "runtime.parts.notifiers"],
            env=os.environ | settings | more,
            stdin=subprocess.PIPE,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def peak_of(process: "subprocess.Popen[bytes]") -> float:
    """Return the most megabytes that a process had so far."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def wait_until(question: Callable[[], bool]) -> None:
    """Ask until it is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not question():
        if time.monotonic() > deadline:
            raise RuntimeError("the notifier does not come to an end")
        time.sleep(0.05)
