"""An invitation asks one person into the house: she was written to, or added to a practice.

Invariants:
- an invitation is answered once, and only before it ends (14 days) or is withdrawn;
- what was withdrawn is over: her address is free, and who writes to it invites somebody anew;
- it is sent again at most once a minute, and sent again or changed ten times a day;
- while messages of another practice wait for her, nobody lets them be read at another address;
- each reminder is told once after the latest mail that invited, and none that a later one overtook.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from domain.aggregate import Aggregate, FirstEvent
from domain.ports import Sealed, sealed_in_version
from domain.refusal import Refusal
from domain.role import Kind

INVITATION_LASTS = timedelta(days=14)

REMINDED_AFTER = (3, 10)
"""Days after the latest mail that invited."""

PAUSE = timedelta(minutes=1)
"""Who asks for the same mail again before that is taken to have clicked twice."""

MOST_A_DAY = 10
"""So often an invitation is sent again or changed in 24 hours."""


class InvitationHasExpired(Refusal):
    """The invitation was not answered in time."""


class InvitationWasWithdrawn(Refusal):
    """Who invited thought better of it; only a new invitation opens the door."""


class AlreadyRegistered(Refusal):
    """The person has registered before."""


class InvitationWasSentTooOften(Refusal):
    """It was sent again, or changed, MOST_A_DAY times within 24 hours."""


class OthersHaveWritten(Refusal):
    """Somebody of another practice wrote to the address too, and meant who reads mail there."""


class Status(StrEnum):
    """How far a person has come."""

    INVITED = "invited"
    REGISTERED = "registered"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


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

        def apply(self, aggregate: "Invited") -> None:
            """Remember who invited."""
            aggregate.invited_by = self.by

    class InvitationResent(Event):
        """An invitation was opened again by somebody who wrote, or its mail was sent once more.

        What opened it is told by the notice of the message; only an explicit one is mailed.
        """

        TOPIC = "user.invitation-resent"
        class_version = 2
        invitation_ends_at: datetime
        by_message: bool = True

        @staticmethod
        def upcast_v1_v2(state: dict[str, object]) -> None:
            """Add what was true of all of the first version: somebody had written."""
            state["by_message"] = True

        def apply(self, aggregate: "Invited") -> None:
            """Remember the new end of the invitation."""
            aggregate.invitation_ends_at = self.invitation_ends_at
            aggregate.mailed_at = self.timestamp
            aggregate.mailed_again.add(self.timestamp)
            aggregate.reminded_day = 0
            aggregate.resent.add((self.by, self.by_message))

    class InvitationAmended(Event):
        """The address was corrected; what was mailed to the former one opens nothing any more."""

        TOPIC = "user.invitation-amended"
        email: Sealed
        invitation_ends_at: datetime

        def apply(self, aggregate: "Invited") -> None:
            """Remember the address, and the new end of the invitation."""
            aggregate.email = self.email
            aggregate.invitation_ends_at = self.invitation_ends_at
            aggregate.mailed_at = self.timestamp
            aggregate.mailed_again.add(self.timestamp)
            aggregate.reminded_day = 0

    class InvitationReminded(Event):
        """Nobody had answered for so many days, and the person was reminded."""

        TOPIC = "user.invitation-reminded"
        day: int

        def apply(self, aggregate: "Invited") -> None:
            """Remember which reminder was told."""
            aggregate.reminded_day = self.day

    class InvitationWithdrawn(Event):
        """Who invited, or a user manager of the practice, thought better of it."""

        TOPIC = "user.invitation-withdrawn"

        def apply(self, aggregate: "Invited") -> None:
            """Remember that nobody can register with it."""
            aggregate.status = Status.WITHDRAWN

    def __init__(
        self,
        *,
        kind: str,
        practice_id: UUID | None,
        invited_from: UUID | None,
        email: Sealed,
        invitation_ends_at: datetime,
    ) -> None:
        self.invited_by: UUID | None = None
        self.kind = Kind(kind)
        self.practice_id = practice_id
        self.invited_from = invited_from
        self.email = email
        self.new_email: Sealed | None = None
        self.asked_to_confirm: tuple[datetime, ...] = ()
        self.status = Status.INVITED
        self.invitation_ends_at = invitation_ends_at
        self.mailed_at = self.created_on
        self.mailed_again: set[datetime] = set()
        self.resent: set[tuple[UUID, bool]] = set()
        self.reminded_day = 0

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

    @property
    def writers(self) -> set[UUID]:
        """Return whose messages opened the invitation again."""
        return {by for by, by_message in self.resent if by_message}

    @property
    def is_registered(self) -> bool:
        """Say whether the person has answered the invitation."""
        return self.status in (Status.REGISTERED, Status.ACTIVE)

    @property
    def address_version(self) -> int:
        """Return in which version of the account the present address was recorded."""
        return sealed_in_version(self.email)

    def renew_invitation(self, *, by: UUID, at: datetime, is_elsewhere: bool = False) -> None:
        """Open an invitation again that ended unanswered; any other is left as it is.

        It is opened again as well when somebody of another practice first writes to her
        (`is_elsewhere`): from then on it is not only theirs who invited.
        """
        is_theirs_too = is_elsewhere and by not in self.writers
        if self.status is Status.INVITED and (is_theirs_too or at >= self.invitation_ends_at):
            self.trigger_event(
                self.InvitationResent, timestamp=at, by=by, invitation_ends_at=at + INVITATION_LASTS
            )

    def resend_invitation(self, *, by: UUID, at: datetime) -> None:
        """Have the mail sent once more, with another 14 days; within a minute it was sent already.

        Raises AlreadyRegistered, InvitationWasWithdrawn or InvitationWasSentTooOften.
        """
        self.require_unanswered()
        if at < self.mailed_at + PAUSE:
            return
        self._require_seldom(at)
        self.trigger_event(
            self.InvitationResent,
            timestamp=at,
            by=by,
            invitation_ends_at=at + INVITATION_LASTS,
            by_message=False,
        )

    def amend_invitation(self, email: Sealed, *, by: UUID, at: datetime) -> None:
        """Correct the address, with another 14 days; `email` is sealed for the next version.

        Raises AlreadyRegistered, InvitationWasWithdrawn or InvitationWasSentTooOften.
        """
        self.require_unanswered()
        self._require_seldom(at)
        self.trigger_event(
            self.InvitationAmended,
            timestamp=at,
            by=by,
            email=email,
            invitation_ends_at=at + INVITATION_LASTS,
        )

    def withdraw_invitation(self, *, by: UUID, at: datetime) -> None:
        """Let nobody register with it; doing so again changes nothing. Raises AlreadyRegistered."""
        if self.is_registered:
            raise AlreadyRegistered
        if self.status is not Status.WITHDRAWN:
            self.trigger_event(self.InvitationWithdrawn, timestamp=at, by=by)

    def reminder_due(self, at: datetime) -> int | None:
        """Return after how many days the person is to be reminded now, None if she is not.

        Of two that are due the later is told, and the other is not made up for.
        """
        if self.status is not Status.INVITED or at >= self.invitation_ends_at:
            return None
        due = (day for day in REMINDED_AFTER if at >= self.mailed_at + timedelta(days=day))
        latest = max(due, default=0)
        return latest if latest > self.reminded_day else None

    def remind(self, *, by: UUID, at: datetime) -> None:
        """Record that the person is reminded; nothing to remind of changes nothing."""
        day = self.reminder_due(at)
        if day is not None:
            self.trigger_event(self.InvitationReminded, timestamp=at, by=by, day=day)

    def require_unanswered(self) -> None:
        """Raise AlreadyRegistered or InvitationWasWithdrawn unless the person may still come."""
        if self.is_registered:
            raise AlreadyRegistered
        if self.status is Status.WITHDRAWN:
            raise InvitationWasWithdrawn

    def require_open_invitation(self, at: datetime) -> None:
        """Raise unless registering is possible.

        That is AlreadyRegistered, InvitationWasWithdrawn or InvitationHasExpired.
        """
        self.require_unanswered()
        if at >= self.invitation_ends_at:
            raise InvitationHasExpired

    def _require_seldom(self, at: datetime) -> None:
        """Raise InvitationWasSentTooOften if mails that invite left too often within a day."""
        recent = [one for one in self.mailed_again if one > at - timedelta(days=1)]
        if len(recent) >= MOST_A_DAY:
            raise InvitationWasSentTooOften
