"""What a carrier reports about a notice that it took: it arrived, or why not."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.refusal import Refusal


class ReportIsMalformed(Refusal):
    """What came is no list of reports."""


class ReportIsNotGenuine(Refusal):
    """What came was not signed by our carrier, or not just now."""


class Outcome(StrEnum):
    """What became of a notice, in the words of all carriers."""

    DELIVERED = "delivered"
    """The server of the recipient took it."""

    BOUNCED = "bounced"
    """The server of the recipient refused it for good, at once or later."""

    BLOCKED = "blocked"
    """It was refused this time; another one may arrive."""

    DROPPED = "dropped"
    """The carrier did not try, since earlier ones bounced or were reported as spam."""

    DEFERRED = "deferred"
    """The carrier goes on trying."""

    SPAM_REPORTED = "spam-reported"
    """The recipient's mail program says that she takes it for spam."""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """One report about one notice; the same report always has the same identifier.

    `status` is an enhanced status code such as "5.1.1" (RFC 3463), or empty. Nothing of the
    address, and no sentence of a server, is kept.
    """

    report_id: UUID
    notice_id: UUID
    outcome: Outcome
    status: str
    at: datetime


class CarrierReports(Protocol):
    """Reads what our carrier of mails reports by itself."""

    def read(
        self, raw: bytes, *, signature: str | None, timestamp: str | None, now: datetime
    ) -> list[DeliveryReport]:
        """Return the reports of a signed body.

        Raises ReportIsNotGenuine or ReportIsMalformed.
        """
