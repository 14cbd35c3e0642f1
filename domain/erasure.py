"""An erasure ends what the house knows of a person: asked for by her practice, done in its time.

Invariants:
- it is done once, not before its day, and not while it is withdrawn;
- what was done cannot be withdrawn: the key is gone.
"""

from datetime import datetime
from typing import Self
from uuid import UUID, uuid5

from domain.aggregate import Aggregate, FirstEvent, Log, find
from domain.refusal import Refusal


class PersonWasErased(Refusal):
    """The person's data are destroyed; nothing reaches her any more."""


class ErasureIsNotDue(Refusal):
    """The erasure was withdrawn, or its day has not come."""


class Erasure(Aggregate):
    """The erasure of one person."""

    TOPIC = "erasure"

    class Event(Aggregate.Event):
        """Something that happened to an erasure."""

        user_id: UUID

    class ErasureRequested(Event, FirstEvent):
        """A user manager of the person's practice asked for it; it is done when its day comes."""

        TOPIC = "erasure.requested"
        practice_id: UUID
        due_at: datetime

    class ErasureWithdrawn(Event):
        """A user manager called it off before its day came."""

        TOPIC = "erasure.withdrawn"

        def apply(self, aggregate: "Erasure") -> None:
            """Forget the day."""
            aggregate.due_at = None

    class ErasureRequestedAgain(Event):
        """A user manager asked for it after it was withdrawn."""

        TOPIC = "erasure.requested-again"
        due_at: datetime

        def apply(self, aggregate: "Erasure") -> None:
            """Remember the new day."""
            aggregate.due_at = self.due_at

    class PersonErased(Event):
        """The personal key was destroyed, with everything by which the person could sign in."""

        TOPIC = "erasure.person-erased"

        def apply(self, aggregate: "Erasure") -> None:
            """Remember that it is done."""
            aggregate.is_done = True

    def __init__(self, *, user_id: UUID, practice_id: UUID, due_at: datetime) -> None:
        self.user_id = user_id
        self.practice_id = practice_id
        self.due_at: datetime | None = due_at
        self.is_done = False

    @classmethod
    def request(
        cls, user_id: UUID, *, practice_id: UUID, due_at: datetime, by: UUID, at: datetime
    ) -> Self:
        """Ask for the erasure of a person."""
        return cls._create(
            cls.ErasureRequested,
            id=erasure_of(user_id),
            timestamp=at,
            by=by,
            user_id=user_id,
            practice_id=practice_id,
            due_at=due_at,
        )

    def request_again(self, *, due_at: datetime, by: UUID, at: datetime) -> None:
        """Ask once more; one that stands keeps its day. Raises PersonWasErased."""
        self._require_not_done()
        if self.due_at is None:
            self.trigger_event(
                self.ErasureRequestedAgain, timestamp=at, by=by, user_id=self.user_id, due_at=due_at
            )

    def withdraw(self, *, by: UUID, at: datetime) -> None:
        """Think better of it; doing so again changes nothing. Raises PersonWasErased."""
        self._require_not_done()
        if self.due_at is not None:
            self.trigger_event(self.ErasureWithdrawn, timestamp=at, by=by, user_id=self.user_id)

    def require_due(self, at: datetime) -> None:
        """Raise ErasureIsNotDue unless the day has come."""
        if self.due_at is None or at < self.due_at:
            raise ErasureIsNotDue

    def complete(self, *, by: UUID, at: datetime) -> None:
        """Record that the key is gone; doing so again changes nothing. Raises ErasureIsNotDue."""
        self.require_due(at)
        if not self.is_done:
            self.trigger_event(self.PersonErased, timestamp=at, by=by, user_id=self.user_id)

    def _require_not_done(self) -> None:
        if self.is_done:
            raise PersonWasErased


def erasure_of(user_id: UUID) -> UUID:
    """Return the identifier of a person's erasure."""
    return uuid5(user_id, "erasure")


def require_not_erased(log: Log, user_id: UUID) -> None:
    """Raise PersonWasErased if the person's data are destroyed."""
    if is_erased(log, user_id):
        raise PersonWasErased


def is_erased(log: Log, user_id: UUID) -> bool:
    """Say whether the person's data are destroyed."""
    erasure = find(log, Erasure, erasure_of(user_id))
    return erasure is not None and erasure.is_done
