"""A practice is the main account under which all its people live.

Invariants:
- a practice has a public name from its first moment;
- a user manager is appointed once; appointing her again changes nothing.
"""

from datetime import datetime
from typing import Self
from uuid import UUID

from domain.aggregate import Aggregate, FirstEvent
from domain.refusal import Refusal

LONGEST_PRACTICE_NAME = 120
"""Characters."""


class PracticeNameIsUnusable(Refusal):
    """A practice's name is empty or longer than LONGEST_PRACTICE_NAME."""


class NoSuchPractice(Refusal):
    """There is no practice with that identifier."""


class Practice(Aggregate):
    """A main account."""

    TOPIC = "practice"

    class Event(Aggregate.Event):
        """Something that happened to a practice."""

    class PracticeRegistered(Event, FirstEvent):
        """A practice was opened; its name is public and lies in clear."""

        TOPIC = "practice.registered"
        name: str

    class UserManagerAppointed(Event):
        """A member was made user manager of the practice."""

        TOPIC = "practice.user-manager-appointed"
        user_id: UUID

        def apply(self, aggregate: "Practice") -> None:
            """Remember the user manager."""
            aggregate.user_managers.add(self.user_id)

    def __init__(self) -> None:
        self.user_managers: set[UUID] = set()

    @classmethod
    def register(cls, *, practice_id: UUID, name: str, by: UUID, at: datetime) -> Self:
        """Open a practice under its public name."""
        name = name.strip()
        if not 0 < len(name) <= LONGEST_PRACTICE_NAME:
            raise PracticeNameIsUnusable
        return cls._create(cls.PracticeRegistered, id=practice_id, timestamp=at, by=by, name=name)

    def appoint_user_manager(self, *, user_id: UUID, by: UUID, at: datetime) -> None:
        """Make a member user manager; appointing her again changes nothing."""
        if user_id not in self.user_managers:
            self.trigger_event(self.UserManagerAppointed, timestamp=at, by=by, user_id=user_id)
