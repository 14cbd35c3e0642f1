"""A notification is one notice on its way to one person: owed, tried, and what became of it.

Invariants:
- it is owed once for a fact, an occasion, a recipient and a channel;
- once a carrier has accepted it, or it was given up, nobody sends it again;
- what a carrier reports is recorded once, however often and in whatever order it comes;
- where an answer was lost, the next attempt is counted as one that may be a duplicate.
"""

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from domain.aggregate import MAIL_CARRIER, NOTIFIER, Aggregate, FirstEvent
from domain.delivery_report import DeliveryReport, Outcome
from domain.refusal import Refusal

LASTING = (Outcome.BOUNCED, Outcome.DROPPED)
"""Outcomes after which nothing reaches the address until somebody has looked at it."""


class NotificationIsDone(Refusal):
    """A carrier has accepted it, or it was given up."""


class Channel(StrEnum):
    """By which way a notice goes."""

    EMAIL = "email"
    TEXT = "text"
    CALL = "call"


class Fate(StrEnum):
    """What has become of a notice."""

    OWED = "owed"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    ABANDONED = "abandoned"


class Notification(Aggregate):
    """One notice on its way."""

    TOPIC = "notification"

    class Event(Aggregate.Event):
        """Something that happened to a notice."""

    class NotificationOwed(Event, FirstEvent):
        """A fact concerns a person, who is to be told on this channel."""

        TOPIC = "notification.owed"
        recipient_id: UUID
        occasion: str
        channel: str

    class NotificationDeferred(Event):
        """An attempt failed for now; `in_doubt` says that it may have gone out all the same.

        `address_version` is as in NotificationAccepted, 0 as long as it was never handed over:
        what went out in doubt may come back before a carrier has said that it took it.
        """

        TOPIC = "notification.deferred"
        cause: str
        in_doubt: bool
        address_version: int
        next_try_at: datetime

        def apply(self, aggregate: "Notification") -> None:
            """Count the attempt, and remember to where it may have gone."""
            aggregate.attempts += 1
            aggregate.address_version = self.address_version

    class NotificationAccepted(Event):
        """A carrier took it; `address_version` says to which address or number of the person.

        That is the version in which the sealed value of it was recorded.
        """

        TOPIC = "notification.accepted"
        carrier: str
        reference: str
        address_version: int

        def apply(self, aggregate: "Notification") -> None:
            """Remember that it is on its way, and to where."""
            aggregate.attempts += 1
            aggregate.known = Fate.ACCEPTED
            aggregate.address_version = self.address_version

    class NotificationDelivered(Event):
        """The carrier reported that it arrived; `fate` is what all reports so far come to."""

        TOPIC = "notification.delivered"
        report_id: UUID
        reported_at: datetime
        fate: str

        def apply(self, aggregate: "Notification") -> None:
            """Remember the report."""
            aggregate.reports.add(self.report_id)
            aggregate.heard.add((self.reported_at, False))

    class NotificationBounced(Event):
        """It came back, or the carrier refused it at once; `lasting` if that will not change.

        `fate` is as in NotificationDelivered.
        """

        TOPIC = "notification.bounced"
        recipient_id: UUID
        address_version: int
        report_id: UUID
        reported_at: datetime
        outcome: str
        status: str
        lasting: bool
        fate: str

        def apply(self, aggregate: "Notification") -> None:
            """Remember the report."""
            aggregate.reports.add(self.report_id)
            aggregate.heard.add((self.reported_at, True))
            aggregate.address_version = self.address_version
            aggregate.failed_with = self.status if self.lasting else aggregate.failed_with

    class NotificationAbandoned(Event):
        """It was given up, and why."""

        TOPIC = "notification.abandoned"
        cause: str

        def apply(self, aggregate: "Notification") -> None:
            """Remember that nobody sends it."""
            aggregate.attempts += 1
            aggregate.known = Fate.ABANDONED

    def __init__(self, *, recipient_id: UUID, channel: str) -> None:
        self.recipient_id = recipient_id
        self.channel = Channel(channel)
        self.known = Fate.OWED
        self.attempts = 0
        self.address_version = 0
        self.reports: set[UUID] = set()
        self.heard: set[tuple[datetime, bool]] = set()
        self.failed_with: str | None = None

    @property
    def fate(self) -> Fate:
        """What has become of it: by the newest report, and of two at one moment by the worse."""
        if not self.heard:
            return self.known
        return fate_of(max(self.heard))

    def fate_after(self, reported_at: datetime, *, came_back: bool) -> Fate:
        """Return what all reports come to with one more."""
        return fate_of(max(self.heard | {(reported_at, came_back)}))

    @classmethod
    def owe(
        cls, *, notice_id: UUID, recipient_id: UUID, occasion: str, channel: Channel, at: datetime
    ) -> Self:
        """Owe a notice; owing the same one again cannot be saved."""
        return cls._create(
            cls.NotificationOwed,
            id=notice_id,
            timestamp=at,
            by=NOTIFIER,
            recipient_id=recipient_id,
            occasion=occasion,
            channel=channel,
        )

    def require_owed(self) -> None:
        """Raise NotificationIsDone unless it is still to be sent."""
        if self.fate is not Fate.OWED:
            raise NotificationIsDone

    def defer(
        self,
        *,
        cause: str,
        in_doubt: bool,
        next_try_at: datetime,
        at: datetime,
        address_version: int = 0,
    ) -> None:
        """Record an attempt that failed for now. Raises NotificationIsDone."""
        self.require_owed()
        self.trigger_event(
            self.NotificationDeferred,
            timestamp=at,
            by=NOTIFIER,
            cause=cause,
            in_doubt=in_doubt,
            address_version=address_version or self.address_version,
            next_try_at=next_try_at,
        )

    def accept(self, *, carrier: str, reference: str, address_version: int, at: datetime) -> None:
        """Record that a carrier took it. Raises NotificationIsDone."""
        self.require_owed()
        self.trigger_event(
            self.NotificationAccepted,
            timestamp=at,
            by=NOTIFIER,
            carrier=carrier,
            reference=reference,
            address_version=address_version,
        )

    def abandon(self, *, cause: str, at: datetime) -> None:
        """Give it up. Raises NotificationIsDone."""
        self.require_owed()
        self.trigger_event(self.NotificationAbandoned, timestamp=at, by=NOTIFIER, cause=cause)

    def refuse(self, *, status: str, address_version: int, at: datetime) -> None:
        """Record that the carrier refused its address for good. Raises NotificationIsDone."""
        self.require_owed()
        self.trigger_event(
            self.NotificationBounced,
            timestamp=at,
            by=NOTIFIER,
            recipient_id=self.recipient_id,
            address_version=address_version,
            report_id=self.id,
            reported_at=at,
            outcome=Outcome.BOUNCED,
            status=status,
            lasting=True,
            fate=Fate.BOUNCED,
        )

    def learn(self, report: DeliveryReport, *, at: datetime) -> bool:
        """Record what a carrier reports; say whether it was news.

        A report may come before our own record that it was accepted.
        """
        if report.report_id in self.reports or report.outcome not in HEARD:
            return False
        if report.outcome is Outcome.DELIVERED:
            self.trigger_event(
                self.NotificationDelivered,
                timestamp=at,
                by=MAIL_CARRIER,
                report_id=report.report_id,
                reported_at=report.at,
                fate=self.fate_after(report.at, came_back=False),
            )
            return True
        self.trigger_event(
            self.NotificationBounced,
            timestamp=at,
            by=MAIL_CARRIER,
            recipient_id=self.recipient_id,
            address_version=self.address_version,
            report_id=report.report_id,
            reported_at=report.at,
            outcome=report.outcome,
            status=report.status,
            lasting=report.outcome in LASTING,
            fate=self.fate_after(report.at, came_back=True),
        )
        return True


def fate_of(heard: tuple[datetime, bool]) -> Fate:
    """Return what one report says: when it was, and whether the notice came back."""
    return Fate.BOUNCED if heard[1] else Fate.DELIVERED


HEARD = (Outcome.DELIVERED, Outcome.BLOCKED, *LASTING)
"""Outcomes that are recorded; a carrier that goes on trying says nothing yet."""
