"""How the card vendor's reports are kept at once, and worked off afterwards, each of them once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.aggregate import Log, find, get, save, until_unopposed
from domain.billing import Billing, Report
from domain.clearing import Clearing
from domain.payer import NoSuchCardPage, Payer, payer_of
from domain.payment_report import NoSuchReport, PaymentReport, ReportOutcome, report_of
from domain.purchase import NoSuchPurchase, PaymentDiffers
from domain.reconciliation import DifferenceKind, Reconciliation, reconciliation_on
from domain.subscribing import Subscribing


@dataclass(frozen=True, slots=True)
class Hearing:
    """Commands of whoever hears from the card vendor."""

    log: Log
    billing: Billing
    clearing: Clearing
    subscribing: Subscribing

    def receive(self, report: Report, *, at: datetime) -> int:
        """Keep a report; one that came before changes nothing. Asks nobody, so it is quick."""

        def command() -> int:
            if find(self.log, PaymentReport, report_of(report.report_id)):
                return 0
            return save(self.log, PaymentReport.receive(report, at=at))

        return until_unopposed(command)

    def work_off(self, report_id: UUID, *, at: datetime) -> int:
        """Look up what a report is about, record what is new, and that it is done.

        Raises NoSuchReport or BillingIsUnavailable; after the latter it is to be tried again.
        """
        report = get(self.log, PaymentReport, report_id, NoSuchReport)
        if report.outcome is not None:
            return 0
        outcome = self._outcome(report, at)

        def command() -> int:
            report = get(self.log, PaymentReport, report_id, NoSuchReport)
            report.work_off(outcome, at=at)
            if outcome is not ReportOutcome.DIFFERS:
                return save(self.log, report)
            return save(self.log, report, self._told(report, at))

        return until_unopposed(command)

    def _told(self, report: PaymentReport, at: datetime) -> Reconciliation:
        """Return what support finds about money that is not what is on record."""
        day, about = reconciliation_on(self.log, at), report.reference or report.session_id
        day.find(
            DifferenceKind.AMOUNT,
            reference=about or str(report.id),
            purchase_id=report.purchase_id,
            at=at,
        )
        return day

    def _outcome(self, report: PaymentReport, at: datetime) -> ReportOutcome:
        try:
            written = self._looked_up(report, at)
        except (NoSuchPurchase, NoSuchCardPage):
            return ReportOutcome.NOT_OURS
        except PaymentDiffers:
            return ReportOutcome.DIFFERS
        return ReportOutcome.RECORDED if written else ReportOutcome.NO_NEWS

    def _looked_up(self, report: PaymentReport, at: datetime) -> int:
        if report.payer_id is not None:
            return self._card_left(report.payer_id, report.session_id, at)
        purchase_id = report.purchase_id
        if purchase_id is None and report.reference:
            purchase_id = self.billing.charge_of(report.reference).purchase_id
        if purchase_id is None:
            raise NoSuchPurchase
        return self.clearing.clear(purchase_id, at=at, session_id=report.session_id)

    def _card_left(self, payer_id: UUID, session_id: str | None, at: datetime) -> int:
        payer = get(self.log, Payer, payer_of(payer_id), NoSuchCardPage)
        update_id = payer.update_at(session_id)
        _, written = self.subscribing.settle_card(update_id=update_id, payer_id=payer_id, at=at)
        return written
