"""A reconciliation compares our purchases with what the card vendor knows, and keeps what it found.

One a day is kept, with every run of that day that repaired or found something.
"""

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from domain.aggregate import CASHIER, HOUSE, Aggregate, FirstEvent, Log, find


class DifferenceKind(StrEnum):
    """What does not fit."""

    UNKNOWN_PURCHASE = "unknown purchase"
    """Money moved for a purchase that we never began."""
    AMOUNT = "amount"
    """Another amount or currency moved, or went back, than is on record."""
    PAID_TWICE = "paid twice"
    """Money moved for a purchase that other money had paid already."""
    NOT_PAID_THERE = "not paid there"
    """A purchase is paid here, and the vendor says that no money moved."""


class Reconciliation(Aggregate):
    """What the comparisons of one day (UTC) came to."""

    TOPIC = "reconciliation"

    class Event(Aggregate.Event):
        """Something that happened on a day of comparing."""

    class DayOpened(Event, FirstEvent):
        """The first comparison of a day was made."""

        TOPIC = "reconciliation.day-opened"
        day: str

    class RunFinished(Event):
        """Reports and charges since a moment were compared; the numbers are counts."""

        TOPIC = "reconciliation.run-finished"
        since: datetime
        reports: int
        charges: int
        missed_reports: int
        repaired: int

        def apply(self, aggregate: "Reconciliation") -> None:
            """Remember that there was one."""
            aggregate.has_run = True

    class DifferenceFound(Event):
        """Something did not fit and could not be repaired; a person has to look."""

        TOPIC = "reconciliation.difference-found"
        kind: str
        reference: str
        purchase_id: UUID | None

        def apply(self, aggregate: "Reconciliation") -> None:
            """Remember it, so that it is told once a day."""
            aggregate.found.add((self.kind, self.reference))

    def __init__(self) -> None:
        self.has_run = False
        self.found: set[tuple[str, str]] = set()

    @classmethod
    def open(cls, *, at: datetime) -> Self:
        """Begin the comparisons of a day."""
        return cls._create(
            cls.DayOpened,
            id=reconciliation_of(at),
            timestamp=at,
            by=CASHIER,
            day=f"{at:%Y-%m-%d}",
        )

    def finish_run(
        self,
        *,
        since: datetime,
        reports: int,
        charges: int,
        missed_reports: int,
        repaired: int,
        at: datetime,
    ) -> None:
        """Record a run that repaired something, and the first of the day in any case."""
        if not self.has_run or missed_reports or repaired:
            self.trigger_event(
                self.RunFinished,
                timestamp=at,
                by=CASHIER,
                since=since,
                reports=reports,
                charges=charges,
                missed_reports=missed_reports,
                repaired=repaired,
            )

    def find(
        self, kind: DifferenceKind, *, reference: str, purchase_id: UUID | None, at: datetime
    ) -> None:
        """Record what does not fit; once a day."""
        if (kind, reference) not in self.found:
            self.trigger_event(
                self.DifferenceFound,
                timestamp=at,
                by=CASHIER,
                kind=kind,
                reference=reference,
                purchase_id=purchase_id,
            )


def reconciliation_on(log: Log, at: datetime) -> Reconciliation:
    """Return the reconciliation of a day, from nothing if need be."""
    return find(log, Reconciliation, reconciliation_of(at)) or Reconciliation.open(at=at)


def reconciliation_of(at: datetime) -> UUID:
    """Return the identifier of the reconciliation of a day."""
    return uuid5(HOUSE, f"reconciliation {at:%Y-%m-%d}")
