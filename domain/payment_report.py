"""A payment report is one piece of the card vendor's news, kept once under its own name.

It says that something happened, never what is true now: that is looked up when it is worked off.
"""

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from domain.aggregate import CARD_PROCESSOR, CASHIER, HOUSE, Aggregate, FirstEvent
from domain.billing import Report
from domain.refusal import Refusal


class NoSuchReport(Refusal):
    """Nothing was reported under that name."""


class ReportOutcome(StrEnum):
    """What working a report off came to."""

    RECORDED = "recorded"
    NO_NEWS = "no news"
    """All of it was known."""
    NOT_OURS = "not ours"
    """It is about money or cards of no purchase and no payer here."""
    DIFFERS = "differs"
    """The money that moved is not what was asked for; a person has to look."""


class PaymentReport(Aggregate):
    """One piece of news from the card vendor."""

    TOPIC = "payment-report"

    class Event(Aggregate.Event):
        """Something that happened to a report."""

    class PaymentReported(Event, FirstEvent):
        """The card vendor reported that something happened to a page, a charge or a card."""

        TOPIC = "payment-report.received"
        report_id: str
        kind: str
        reported_at: datetime
        session_id: str | None
        reference: str | None
        purchase_id: UUID | None
        payer_id: UUID | None

    class ReportWorkedOff(Event):
        """What it is about was looked up, and what was new about it recorded."""

        TOPIC = "payment-report.worked-off"
        outcome: str

        def apply(self, aggregate: "PaymentReport") -> None:
            """Remember that it is done."""
            aggregate.outcome = self.outcome

    def __init__(
        self,
        *,
        session_id: str | None,
        reference: str | None,
        purchase_id: UUID | None,
        payer_id: UUID | None,
    ) -> None:
        self.session_id = session_id
        self.reference = reference
        self.purchase_id = purchase_id
        self.payer_id = payer_id
        self.outcome: str | None = None

    @classmethod
    def receive(cls, report: Report, *, at: datetime) -> Self:
        """Keep a report."""
        return cls._create(
            cls.PaymentReported,
            id=report_of(report.report_id),
            timestamp=at,
            by=CARD_PROCESSOR,
            report_id=report.report_id,
            kind=report.kind,
            reported_at=report.at,
            session_id=report.session_id,
            reference=report.reference,
            purchase_id=report.purchase_id,
            payer_id=report.payer_id,
        )

    def work_off(self, outcome: ReportOutcome, *, at: datetime) -> None:
        """Record what became of it; once."""
        if self.outcome is None:
            self.trigger_event(self.ReportWorkedOff, timestamp=at, by=CASHIER, outcome=outcome)


def report_of(report_id: str) -> UUID:
    """Return the identifier of a report, so that the same one is kept once."""
    return uuid5(HOUSE, f"payment-report {report_id}")
