"""An invitation asks one person into the house: she was written to, or added to a practice.

Invariants:
- an invitation is answered once, and only before it ends (14 days).
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from domain.aggregate import Aggregate, FirstEvent
from domain.ports import Sealed
from domain.refusal import Refusal
from domain.role import Kind

INVITATION_LASTS = timedelta(days=14)


class InvitationHasExpired(Refusal):
    """The invitation was not answered in time."""


class AlreadyRegistered(Refusal):
    """The person has registered before."""


class Status(StrEnum):
    """How far a person has come."""

    INVITED = "invited"
    REGISTERED = "registered"
    ACTIVE = "active"


class Invited(Aggregate):
    """Whoever was asked into the house: what a user is as long as she has not answered."""

    class Event(Aggregate.Event):
        """Something that happened to an account."""

    class UserInvited(Event, FirstEvent):
        """A person was invited: written to at an unknown address, or added to a practice."""

        TOPIC = "user.invited"
        kind: str
        practice_id: UUID | None
        invited_from: UUID | None
        email: Sealed
        full_name: Sealed | None
        invitation_ends_at: datetime

    class InvitationResent(Event):
        """An invitation that had ended was opened again by somebody who wrote to the person."""

        TOPIC = "user.invitation-resent"
        invitation_ends_at: datetime

        def apply(self, aggregate: "Invited") -> None:
            """Remember the new end of the invitation."""
            aggregate.invitation_ends_at = self.invitation_ends_at

    def __init_subclass__(cls) -> None:
        """Let a user keep these very events, so that each topic has one class."""
        for parent in reversed(cls.__mro__[1:]):
            if issubclass(parent, Invited):
                for name, kind in tuple(vars(parent).items()):
                    if isinstance(kind, type):
                        setattr(cls, name, kind)
        super().__init_subclass__()

    def __init__(
        self,
        *,
        kind: str,
        practice_id: UUID | None,
        invited_from: UUID | None,
        email: Sealed,
        invitation_ends_at: datetime,
    ) -> None:
        self.kind = Kind(kind)
        self.practice_id = practice_id
        self.invited_from = invited_from
        self.email = email
        self.invitation_ends_at = invitation_ends_at
        self.status = Status.INVITED

    @classmethod
    def invite(
        cls,
        *,
        user_id: UUID,
        kind: Kind,
        practice_id: UUID | None,
        invited_from: UUID | None,
        email: Sealed,
        full_name: Sealed | None = None,
        by: UUID,
        at: datetime,
    ) -> Self:
        """Invite a person; `practice_id` is None for patients and people of other practices."""
        return cls._create(
            cls.UserInvited,
            id=user_id,
            timestamp=at,
            by=by,
            kind=kind,
            practice_id=practice_id,
            invited_from=invited_from,
            email=email,
            full_name=full_name,
            invitation_ends_at=at + INVITATION_LASTS,
        )

    def renew_invitation(self, *, by: UUID, at: datetime) -> None:
        """Open an invitation again that ended unanswered; any other is left as it is."""
        if self.status is Status.INVITED and at >= self.invitation_ends_at:
            self.trigger_event(
                self.InvitationResent, timestamp=at, by=by, invitation_ends_at=at + INVITATION_LASTS
            )

    def require_open_invitation(self, at: datetime) -> None:
        """Raise AlreadyRegistered or InvitationHasExpired unless registering is possible."""
        if self.status is not Status.INVITED:
            raise AlreadyRegistered
        if at >= self.invitation_ends_at:
            raise InvitationHasExpired
