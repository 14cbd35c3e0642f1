"""Compares our purchases with the card vendor's every few minutes: lost news costs little."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
from eventsourcing.domain import EventSourcingError

from domain.billing import BillingIsUnavailable
from domain.reconciling import Findings, Reconciling
from projections.payments import Payments

PAUSE = timedelta(minutes=10)
"""Between two comparisons; as long as the news of a webhook that was lost can take."""

OVERLAP = timedelta(hours=1)
"""So far back each comparison begins before the last one, for clocks that differ and late news."""

FURTHEST_BACK = timedelta(days=29)
"""Stripe lists the events of 30 days (https://docs.stripe.com/api/events)."""

logger = logging.getLogger(__name__)


@dataclass
class Reconciler:
    """Compares when it is time; what failed is begun again at the same moment."""

    reconciling: Reconciling
    payments: Payments
    clock: Callable[[], datetime]
    compared_at: datetime | None = None
    next_at: datetime | None = None

    def work(self) -> int:
        """Compare if it is time; return how much was found or repaired."""
        now = self.clock()
        if self.next_at is not None and now < self.next_at:
            return 0
        self.next_at = now + PAUSE
        try:
            findings = self.compare()
        except BillingIsUnavailable as reason:
            logger.warning("the comparison with the card vendor is tried again: %s", reason)
            return 0
        except (EventSourcingError, psycopg.Error):
            raise
        except Exception as mistake:  # noqa: BLE001 - it must not keep the cashier from its work
            logger.error("the comparison failed: %s", type(mistake).__name__)  # noqa: TRY400 - a traceback would show values
            return 0
        return findings.missed_reports + findings.repaired

    def compare(self) -> Findings:
        """Compare everything since the last time. Raises BillingIsUnavailable."""
        now = self.clock()
        since = max((self.compared_at or self._last_on_record()) - OVERLAP, now - FURTHEST_BACK)
        paid_since = self.payments.paid_since(since)
        findings, _ = self.reconciling.compare(since=since, paid_since=paid_since, at=now)
        self.compared_at = now
        return findings

    def _last_on_record(self) -> datetime:
        """Return when something was last compared, as far as the log says."""
        last = self.payments.comparisons(1)
        return last[0].ran_at if last else self.clock() - FURTHEST_BACK
