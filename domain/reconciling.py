"""How our purchases are compared with the card vendor's: what was missed is made good, or told.

A report that never reached us is found here, so that a lost webhook costs minutes, not money.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.aggregate import Log, find, save, until_unopposed
from domain.billing import Billing, Charge, ChargeState, NoSuchCharge
from domain.clearing import Clearing
from domain.hearing import Hearing
from domain.purchase import PaymentDiffers, Purchase
from domain.reconciliation import DifferenceKind, reconciliation_on


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not fit and that nobody can repair but a person."""

    kind: DifferenceKind
    reference: str
    purchase_id: UUID | None


@dataclass(frozen=True, slots=True)
class Findings:
    """What a comparison came to; all numbers are counts."""

    reports: int
    charges: int
    missed_reports: int
    repaired: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Reconciling:
    """The command that compares."""

    log: Log
    billing: Billing
    clearing: Clearing
    hearing: Hearing

    def compare(
        self, *, since: datetime, paid_since: Iterable[UUID], at: datetime
    ) -> tuple[Findings, int]:
        """Compare everything since a moment; return the findings, and what was written.

        `paid_since` are the purchases that were paid here since then: the vendor has to know the
        money of each. Raises BillingIsUnavailable; the next run begins at the same moment.
        """
        reports = list(self.billing.reports(since=since))
        missed = sum(self.hearing.receive(report, at=at) > 0 for report in reports)
        charges = list(self.billing.charges(since=since))
        seen = {one.purchase_id for one in charges if one.state is ChargeState.PAID}
        compared = [self._compared(charge, at) for charge in charges]
        differences = [one for one in compared if isinstance(one, Difference)]
        findings = Findings(
            reports=len(reports),
            charges=len(charges),
            missed_reports=missed,
            repaired=sum(one is True for one in compared),
            differences=(*differences, *self._not_paid_there(set(paid_since) - seen)),
        )
        return findings, self._record(findings, since, at)

    def _compared(self, charge: Charge, at: datetime) -> Difference | bool:
        """Return what does not fit, or whether something had to be repaired."""
        if charge.state is not ChargeState.PAID or charge.purchase_id is None:
            return False
        purchase = find(self.log, Purchase, charge.purchase_id)
        if purchase is None:
            return Difference(DifferenceKind.UNKNOWN_PURCHASE, charge.reference, charge.purchase_id)
        if purchase.is_paid:
            is_known = purchase.reference == charge.reference
            twice = Difference(DifferenceKind.PAID_TWICE, charge.reference, purchase.id)
            return False if is_known else twice
        try:
            written = self.clearing.clear(purchase.id, at=at)
            return (written or self.clearing.record_charge(charge, at=at)) > 0
        except PaymentDiffers:
            return Difference(DifferenceKind.AMOUNT, charge.reference, purchase.id)

    def _not_paid_there(self, paid_since: Iterable[UUID]) -> Iterable[Difference]:
        for purchase_id in paid_since:
            purchase = find(self.log, Purchase, purchase_id)
            if purchase is None or purchase.reference is None:
                continue
            if not self._is_paid_there(purchase.reference):
                yield Difference(DifferenceKind.NOT_PAID_THERE, purchase.reference, purchase_id)

    def _is_paid_there(self, reference: str) -> bool:
        try:
            return self.billing.charge_of(reference).state is ChargeState.PAID
        except NoSuchCharge:
            return False

    def _record(self, findings: Findings, since: datetime, at: datetime) -> int:
        def command() -> int:
            day = reconciliation_on(self.log, at)
            day.finish_run(
                since=since,
                reports=findings.reports,
                charges=findings.charges,
                missed_reports=findings.missed_reports,
                repaired=findings.repaired,
                at=at,
            )
            for one in findings.differences:
                day.find(one.kind, reference=one.reference, purchase_id=one.purchase_id, at=at)
            return save(self.log, day)

        return until_unopposed(command)
