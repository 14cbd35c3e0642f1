"""A message that waits: whether its reader has seen it, and what she is told until it is over.

Invariants:
- it is over at its end, when it was recalled, or when its content was destroyed;
- its recipient is told once for each end that it comes near;
- she is told once that it was not read, after two days, and not when its end is told anyway.
"""

from datetime import datetime, timedelta
from uuid import UUID

from domain.aggregate import Aggregate

ANNOUNCED_BEFORE = timedelta(days=3)
"""How long before its end an unread message is announced."""

NUDGED_AFTER = timedelta(days=2)
"""How long a message lies unread until its recipient is reminded of it."""


class Waiting(Aggregate):
    """What a message is to its recipient until it is over."""

    class Event(Aggregate.Event):
        """Something that happened to a message."""

    class ExpiryAnnounced(Event):
        """The end of an unread message came near, and its recipient was told."""

        TOPIC = "message.expiry-announced"
        recipient_id: UUID
        ends_at: datetime

        def apply(self, aggregate: "Waiting") -> None:
            """Remember which end was announced."""
            aggregate.announced_end = self.ends_at

    class UnreadAnnounced(Event):
        """It lay unread for two days, and its recipient was reminded, of several at once.

        Of those that were announced together one names no other, and by that she is told.
        """

        TOPIC = "message.unread-announced"
        recipient_id: UUID
        along_with: UUID | None

        def apply(self, aggregate: "Waiting") -> None:
            """Remember that she was reminded."""
            aggregate.was_nudged = True

    def __init__(self, *, recipient_id: UUID, ends_at: datetime) -> None:
        self.recipient_id = recipient_id
        self.ends_at = ends_at
        self.readers: set[UUID] = set()
        self.announced_end: datetime | None = None
        self.was_nudged = False
        self.is_recalled = False
        self.is_destroyed = False

    @property
    def is_read(self) -> bool:
        """Whether its recipient has seen it."""
        return self.recipient_id in self.readers

    def is_over(self, at: datetime) -> bool:
        """Say whether its content is closed to everybody."""
        return self.is_recalled or self.is_destroyed or at >= self.ends_at

    def is_to_be_announced(self, at: datetime) -> bool:
        """Say whether the recipient should be told that the end is near.

        A message that was sent so shortly before its end is told by its first notice.
        """
        return (
            not self.is_read
            and not self.is_over(at)
            and self.created_on < self.ends_at - ANNOUNCED_BEFORE <= at
            and self.announced_end != self.ends_at
        )

    def announce_expiry(self, *, by: UUID, at: datetime) -> None:
        """Record that the recipient is told; nothing to tell changes nothing."""
        if self.is_to_be_announced(at):
            self.trigger_event(
                self.ExpiryAnnounced,
                timestamp=at,
                by=by,
                recipient_id=self.recipient_id,
                ends_at=self.ends_at,
            )

    def is_to_be_nudged(self, at: datetime) -> bool:
        """Say whether the recipient should be reminded that it waits."""
        return (
            not self.is_read
            and not self.is_over(at)
            and not self.was_nudged
            and self.created_on + NUDGED_AFTER <= at < self.ends_at - ANNOUNCED_BEFORE
        )

    def announce_unread(self, *, along_with: UUID | None, by: UUID, at: datetime) -> None:
        """Record that the recipient is reminded; nothing to remind of changes nothing."""
        if self.is_to_be_nudged(at):
            self.trigger_event(
                self.UnreadAnnounced,
                timestamp=at,
                by=by,
                recipient_id=self.recipient_id,
                along_with=along_with,
            )
