"""A house that invites strangers, whose notifiers are processes with the carrier's stand-in."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from adapters.sandbox.sendgrid_server import Fault, SendGridSandbox, create_app
from domain.ports import LinkPurpose
from domain.registering import Registration
from domain.role import RecipientRole
from projections.deliveries import Deliveries, Step
from runtime.clock import now
from runtime.stores import Stores
from tests.adapters.sendgrid.vendor import KEY, OURS, serving
from tests.fixtures.clock import Clock
from tests.fixtures.house import PASSWORD, House, build_house

ADA = "ada@sample-dental.example"
DAY = timedelta(days=1)


@dataclass
class Telling:
    """Who was invited, and what has come to the carrier."""

    house: House
    sandbox: SendGridSandbox
    chance: Random
    invited: list[str] = field(default_factory=list)

    def let_ada_in(self) -> None:
        """Open a practice, whose doctor registers and sets her password."""
        portal, at, ada = self.house.portal, now(), self.house.portal.new_id()
        told = {"practice_id": portal.new_id(), "user_id": ada, "name": "Sample Dental"}
        portal.inviting.open_practice(address=ADA, full_name="Ada Sample", paid=True, at=at, **told)
        registering = portal.registering
        register, set_password = (
            registering.links.mint(ada, purpose, at=at, expires_at=at + DAY)
            for purpose in (LinkPurpose.REGISTER, LinkPurpose.SET_PASSWORD)
        )
        answers = Registration(ADA, "+12025550123", "Ada Sample", "", accepts_terms=True)
        registering.complete(token=register, registration=answers, at=at)
        registering.set_password(token=set_password, password=PASSWORD, context=[], at=at)
        self.house.projections.catch_up()

    def invite(self, count: int) -> None:
        """Let Ada write to so many strangers, each of whom is owed an invitation."""
        ada = self.house.portal.inviting.holder(ADA)
        assert ada is not None
        for _ in range(count):
            self.invited.append(f"person-{len(self.invited)}@people.example")
            self.house.portal.corresponding.send(
                message_id=self.house.portal.new_id(),
                sender_id=ada,
                to=self.invited[-1],
                role=RecipientRole.PATIENT,
                subject="A subject",
                body="A body",
                at=now(),
            )
        self.house.projections.catch_up()

    def spoil(self, count: int) -> None:
        """Let so many of the next mails go wrong, each in its own way."""
        for _ in range(count):
            self.sandbox.fail_next(self.chance.choice(list(Fault)))

    def mend(self) -> None:
        """Let nothing go wrong any more."""
        self.sandbox.faults.clear()
        self.sandbox.release()

    def came(self) -> Counter[UUID]:
        """Return how often each notice has come to the carrier."""
        envelopes = [mail["personalizations"][0] for mail in list(self.sandbox.received)]
        return Counter(UUID(one["custom_args"]["notice_id"]) for one in envelopes)

    def reached(self) -> set[str]:
        """Return the addresses of all to whom a mail has come."""
        mails = list(self.sandbox.received)
        return {mail["personalizations"][0]["to"][0]["email"] for mail in mails}

    def states(self) -> Counter[str]:
        """Return how many notices have come to which state."""
        with self.house.stores.pool.connection() as connection:
            rows = connection.execute("SELECT state, count(*) FROM notices.owed GROUP BY 1")
            return Counter(dict(rows.fetchall()))

    def is_done(self) -> bool:
        """Say whether nothing is owed any more, and Ada's own notices and all others are known."""
        states = self.states()
        return not states["owed"] and states.total() == len(self.invited) + 2

    def life_of(self, notice_id: UUID) -> list[Step]:
        return Deliveries(self.house.stores.pool).life_of(notice_id)


@contextmanager
def telling(
    stores: Stores, folder: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Telling]:
    """Serve the stand-in, and let notifiers that are started from now on tell for real there."""
    sandbox = SendGridSandbox(api_key=KEY)
    house = build_house(stores, Clock(now()), folder)
    one = Telling(house, sandbox, Random(seed))  # noqa: S311 - chooses faults and moments, not keys
    with serving(create_app(sandbox)) as host:
        settings = {
            "SECUREMAIL_KEYS": house.keyring.text(),
            "NOTIFY": "live",
            "SENDGRID_API_KEY": KEY,
            "SENDGRID_HOST": host,
            "SENDGRID_WEBHOOK_KEY": "invented",
            "MAIL_FROM": OURS,
            "NOTICE_SENDERS": "4",
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        try:
            yield one
        finally:
            one.mend()
