"""A legal hold on a person, a thread or a practice stops every destruction until it is lifted.

Invariants:
- each hold is lifted once, by who might have placed it: the same practice, or an auditor;
- any number of holds lie on one subject; it is held as long as one of them does.
"""

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from domain.aggregate import Aggregate, FirstEvent
from domain.ports import Place, Sealed, personal
from domain.refusal import Refusal


class NoSuchHold(Refusal):
    """There is no such hold, or it is somebody else's; the answer is the same."""


class Subject(StrEnum):
    """What a hold can lie on."""

    PERSON = "person"
    THREAD = "thread"
    PRACTICE = "practice"


class LegalHolds(Aggregate):
    """All holds that ever lay on one subject."""

    TOPIC = "legal-holds"

    class Event(Aggregate.Event):
        """Something that happened to the holds on a subject."""

    class RegisterOpened(Event, FirstEvent):
        """A subject was held for the first time."""

        TOPIC = "legal-holds.register-opened"
        subject: str
        subject_id: UUID

    class LegalHoldPlaced(Event):
        """Nothing of the subject is destroyed any more; without a practice an auditor placed it."""

        TOPIC = "legal-holds.placed"
        hold_id: UUID
        practice_id: UUID | None
        reason: Sealed

        def apply(self, aggregate: "LegalHolds") -> None:
            """Remember the hold, and whose it is."""
            aggregate.holders[self.hold_id] = self.practice_id
            aggregate.open.add(self.hold_id)

    class LegalHoldLifted(Event):
        """The hold ended, and with the last one on all subjects destruction catches up."""

        TOPIC = "legal-holds.lifted"
        hold_id: UUID
        reason: Sealed

        def apply(self, aggregate: "LegalHolds") -> None:
            """Remember that it holds nothing any more."""
            aggregate.open.discard(self.hold_id)

    def __init__(self) -> None:
        self.holders: dict[UUID, UUID | None] = {}
        self.open: set[UUID] = set()

    @classmethod
    def begin(cls, subject: Subject, subject_id: UUID, *, by: UUID, at: datetime) -> Self:
        """Open the register of a subject."""
        return cls._create(
            cls.RegisterOpened,
            id=holds_on(subject_id),
            timestamp=at,
            by=by,
            subject=subject.value,
            subject_id=subject_id,
        )

    def place(
        self, *, hold_id: UUID, practice_id: UUID | None, reason: Sealed, by: UUID, at: datetime
    ) -> None:
        """Place a hold; the same one twice changes nothing, whether it was lifted or not."""
        if hold_id not in self.holders:
            self.trigger_event(
                self.LegalHoldPlaced,
                timestamp=at,
                by=by,
                hold_id=hold_id,
                practice_id=practice_id,
                reason=reason,
            )

    def lift(
        self, *, hold_id: UUID, practice_id: UUID | None, reason: Sealed, by: UUID, at: datetime
    ) -> None:
        """Lift a hold; doing so again changes nothing. Raises NoSuchHold, also for another's."""
        if hold_id not in self.holders or self.holders[hold_id] != practice_id:
            raise NoSuchHold
        if hold_id in self.open:
            self.trigger_event(
                self.LegalHoldLifted, timestamp=at, by=by, hold_id=hold_id, reason=reason
            )


def holds_on(subject_id: UUID) -> UUID:
    """Return the identifier of the register of a subject."""
    return uuid5(subject_id, "legal-holds")


def hold_reason(hold_id: UUID, version: int) -> Place:
    """Return the place of the reason for placing or lifting a hold, under a key of its own."""
    return personal(hold_id, "reason", version)
