"""How people of a long history end things: sooner, later, by recall, by hold, by erasure."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from domain.aggregate import OPERATOR
from domain.corresponding import Corresponding
from domain.destroying import Destroying
from domain.ending import Ending
from domain.erasing import Erasing
from domain.erasure import Erasure
from domain.expiry import ExpiryRule
from domain.holding import Holding
from domain.inviting import Inviting
from domain.legal_hold import LegalHolds, Subject
from domain.message import Message
from domain.practice import Practice
from domain.role import RecipientRole
from domain.settling import Settling
from eventlog.log import EventLog
from projections.projection import Event
from tests.doubles.credentials import MemoryCredentials
from tests.doubles.shredder import MemoryShredder
from tests.doubles.uploads import MemoryUploads
from tests.doubles.vault import MemoryVault


class Endings(Protocol):
    """What somebody who lives through a history does besides."""

    chance: random.Random
    now: datetime
    log: EventLog
    vault: MemoryVault
    inviting: Inviting
    corresponding: Corresponding
    addresses: list[str]
    uploads: MemoryUploads

    def new_id(self) -> UUID: ...
    def events(self) -> list[Event]: ...
    def somebody(self) -> UUID: ...

    def begin_to_end(self, credentials: MemoryCredentials) -> None:
        shredder = MemoryShredder(self.vault)
        self.ending = Ending(self.log, self.vault, shredder)
        self.holding = Holding(self.log, self.vault, shredder)
        self.erasing = Erasing(self.log, shredder)
        self.settling = Settling(self.log)
        self.destroying = Destroying(self.log, shredder, credentials, self.uploads)

    def one_of(self, kind: type[Event]) -> Event:
        return self.chance.choice([one for one in self.events() if isinstance(one, kind)])

    def days(self, most: int) -> timedelta:
        return timedelta(days=self.chance.randrange(1, most))

    def manager(self) -> tuple[UUID, UUID]:
        """Return a practice with its user manager."""
        appointed = self.one_of(Practice.UserManagerAppointed)
        assert isinstance(appointed, Practice.UserManagerAppointed)
        return appointed.originator_id, appointed.user_id

    def message_and_sender(self) -> tuple[UUID, UUID]:
        sent = self.one_of(Message.MessageSent)
        assert isinstance(sent, Message.MessageSent)
        return sent.originator_id, sent.by

    def change_the_end(self) -> object:
        message_id, sender_id = self.message_and_sender()
        return self.ending.change_expiry(
            message_id=message_id, ends_at=self.now + self.days(35), by=sender_id, at=self.now
        )

    def recall(self) -> object:
        message_id, sender_id = self.message_and_sender()
        return self.ending.recall(
            message_ids=[message_id], reason="A mistake", by=sender_id, at=self.now
        )

    def announce(self) -> object:
        message_id, _ = self.message_and_sender()
        ends_at = self.log.repository.get(message_id).ends_at  # type: ignore[attr-defined] - a message
        return self.destroying.announce(message_id, at=ends_at - timedelta(days=1))

    def destroy(self) -> object:
        message_id, _ = self.message_and_sender()
        return self.destroying.destroy_content(message_id, at=self.now)

    def place_a_hold(self) -> object:
        message_id, sender_id = self.message_and_sender()
        practice_id, manager_id = self.manager()
        subjects = {
            Subject.PERSON: sender_id,
            Subject.THREAD: message_id,
            Subject.PRACTICE: practice_id,
        }
        subject = self.chance.choice(list(subjects))
        return self.holding.place(
            hold_id=self.new_id(),
            subject=subject,
            subject_id=subjects[subject],
            reason="A case",
            by=self.chance.choice([manager_id, OPERATOR]),
            at=self.now,
        )

    def lift_a_hold(self) -> object:
        placed = self.one_of(LegalHolds.LegalHoldPlaced)
        assert isinstance(placed, LegalHolds.LegalHoldPlaced)
        opened = self.log.stream(placed.originator_id)[0]
        assert isinstance(opened, LegalHolds.RegisterOpened)
        return self.holding.lift(
            hold_id=placed.hold_id,
            subject_id=opened.subject_id,
            reason="Closed",
            by=placed.by,
            at=self.now,
        )

    def change_the_rules(self) -> object:
        practice_id, manager_id = self.manager()
        return self.settling.change_practice(
            practice_id=practice_id,
            rule=ExpiryRule(0, self.chance.randrange(1, 9), self.chance.randrange(9, 40)),
            retention=self.chance.randrange(3),
            by=manager_id,
            at=self.now,
        )

    def change_a_preference(self) -> object:
        days = self.chance.choice([None, 1, 7, 30])
        return self.settling.change_usual_expiry(user_id=self.somebody(), days=days, at=self.now)

    def ask_for_an_erasure(self) -> object:
        _, manager_id = self.manager()
        return self.erasing.request(user_id=self.somebody(), by=manager_id, at=self.now)

    def requested(self) -> Erasure.ErasureRequested:
        found = self.one_of(Erasure.ErasureRequested)
        assert isinstance(found, Erasure.ErasureRequested)
        return found

    def ask_for_it_again(self) -> object:
        before = self.requested()
        return self.erasing.request(user_id=before.user_id, by=before.by, at=self.now)

    def think_better_of_it(self) -> object:
        before = self.requested()
        return self.erasing.withdraw(user_id=before.user_id, by=before.by, at=self.now)

    def erase(self) -> object:
        user_id = self.requested().user_id
        address = next(one for one in self.addresses if self.inviting.holder(one) == user_id)
        address_id = self.vault.address_id(address)
        return self.destroying.erase(user_id, address_id=address_id, at=self.now)

    def come_back(self) -> object:
        """Write to an address that was freed."""
        _, manager_id = self.manager()
        free = [one for one in self.addresses if self.inviting.holder(one) is None]
        return self.corresponding.send(
            message_id=self.new_id(),
            sender_id=manager_id,
            to=self.chance.choice(free),
            role=RecipientRole.PATIENT,
            subject="A subject",
            body="A body",
            at=self.now,
        )

    def let_time_pass(self) -> None:
        self.now += timedelta(days=3)

    def acts_that_end(self) -> list[Callable[[], object]]:
        return [
            *[self.change_the_end, self.recall, self.announce, self.destroy] * 2,
            *[self.place_a_hold, self.lift_a_hold, self.lift_a_hold],
            *[self.change_the_rules, self.change_the_rules, self.change_a_preference],
            *[self.ask_for_an_erasure, self.ask_for_it_again, self.think_better_of_it] * 2,
            *[self.erase, self.erase, self.come_back, self.come_back, self.let_time_pass],
        ]
