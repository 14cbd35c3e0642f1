"""What is to be done about money, for the cashier; what has waited longest comes first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from psycopg_pool import ConnectionPool

from domain.billing import Price
from domain.renewal import (
    CARD_EXPIRY_ANNOUNCED_BEFORE,
    GRACE,
    PRICE_ANNOUNCED_BEFORE,
    RENEWED_BEFORE,
    TRIED_AGAIN_ON,
)

BATCH = 10_000
"""How much of each kind is looked at in a round; what has to wait must not hide what need not."""

LOOKED_UP_AFTER = timedelta(minutes=5)
"""So long after a card page was opened the vendor is asked about it, in case its news were lost."""

IN_STATE = """
SELECT purchase_id FROM billing.purchase WHERE state = %(state)s ORDER BY started_at LIMIT %(limit)s
"""

TO_CLOSE = """
SELECT purchase_id FROM billing.purchase JOIN billing.subscription USING (user_id)
WHERE purchase.state = 'at the card page'
    AND subscription.state IN ('running', 'ending', 'renewing')
LIMIT %(limit)s
"""

TO_LOOK_UP = """
SELECT purchase_id FROM billing.purchase
WHERE state = 'at the card page' AND started_at <= %(now)s - %(after)s::interval
    AND started_at > %(now)s - interval '2 days' -- a page lives for one
ORDER BY started_at LIMIT %(limit)s
"""

CARDS_TO_LOOK_UP = """
SELECT update_id, user_id FROM billing.card_page
WHERE NOT is_closed AND opened_at <= %(now)s - %(after)s::interval
ORDER BY opened_at LIMIT %(limit)s
"""

REPORTS = """
SELECT id FROM billing.report WHERE outcome IS NULL ORDER BY received_at LIMIT %(limit)s
"""

TO_RENEW = """
SELECT user_id FROM billing.subscription
WHERE state = 'running'
    AND ends_at <= %(now)s + %(before)s::interval AND ends_at > %(now)s - %(grace)s::interval
ORDER BY ends_at LIMIT %(limit)s
"""

TO_TRY_AGAIN = """
SELECT subscription.user_id
FROM billing.subscription
    JOIN billing.purchase ON purchase_id = renewal_id
    LEFT JOIN billing.payer ON payer.user_id = subscription.payer_id
WHERE subscription.state = 'past due' AND (
    payer.method <> purchase.method
    OR EXISTS (
        SELECT FROM unnest(%(days)s::integer[]) AS due (day)
        WHERE day > tried_on
            AND grace_ends_at - %(grace)s::interval + day * interval '1 day' <= %(now)s
    )
)
ORDER BY ends_at LIMIT %(limit)s
"""

TO_LAPSE = """
SELECT user_id FROM billing.subscription
WHERE state = 'ending' AND ends_at <= %(now)s
    OR state = 'past due' AND greatest(ends_at, grace_ends_at) <= %(now)s
    OR state = 'running' AND ends_at <= %(now)s - %(grace)s::interval
    OR state = 'renewing'
        AND greatest(ends_at, renewal_started_at + %(grace)s::interval) <= %(now)s
ORDER BY ends_at LIMIT %(limit)s
"""

PRICES_TO_ANNOUNCE = """
SELECT user_id, plan.amount, plan.currency
FROM billing.subscription JOIN billing.plan USING (plan)
WHERE state = 'running' AND is_sold AND plan.months = subscription.months
    AND (plan.amount, plan.currency) <> (subscription.amount, subscription.currency)
    AND ends_at <= %(now)s + %(announced)s::interval AND ends_at > %(now)s + %(before)s::interval
ORDER BY ends_at LIMIT %(limit)s
"""

EXPIRING_CARDS = """
SELECT user_id FROM billing.payer
WHERE (announced_year, announced_month) IS DISTINCT FROM (expires_year, expires_month)
    AND make_timestamptz(expires_year, expires_month, 1, 0, 0, 0, 'UTC') + interval '1 month'
        <= %(now)s + %(expiry)s::interval
    AND EXISTS (
        SELECT FROM billing.subscription
        WHERE subscription.payer_id = payer.user_id
            AND state IN ('running', 'renewing', 'past due')
    )
LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Duties:
    """Questions of the cashier; what a duty is, is said by who asks (`runtime/cashier.py`)."""

    pool: ConnectionPool[Any]

    def reports(self) -> Sequence[UUID]:
        """Return reports that are not worked off."""
        return self._ids(REPORTS)

    def to_charge(self) -> Sequence[UUID]:
        """Return purchases whose saved card is to be charged."""
        return self._ids(IN_STATE, state="being charged")

    def to_withdraw(self) -> Sequence[UUID]:
        """Return purchases whose charge nobody wants any more."""
        return self._ids(IN_STATE, state="given up")

    def to_refund(self) -> Sequence[UUID]:
        """Return purchases whose money goes back."""
        return self._ids(IN_STATE, state="refund owed")

    def to_close(self) -> Sequence[UUID]:
        """Return purchases whose card page would buy nothing any more."""
        return self._ids(TO_CLOSE)

    def to_look_up(self, now: datetime) -> Sequence[UUID]:
        """Return purchases whose card page has been open for so long that news may be lost."""
        return self._ids(TO_LOOK_UP, now=now, after=LOOKED_UP_AFTER)

    def cards_to_look_up(self, now: datetime) -> Sequence[tuple[UUID, UUID]]:
        """Return card updates, with their payers, whose page has been open for so long."""
        rows = self._rows(CARDS_TO_LOOK_UP, now=now, after=LOOKED_UP_AFTER)
        return [(update_id, payer_id) for update_id, payer_id in rows]

    def to_renew(self, now: datetime) -> Sequence[UUID]:
        """Return people whose next term is to be paid."""
        return self._ids(TO_RENEW, now=now)

    def to_try_again(self, now: datetime) -> Sequence[UUID]:
        """Return people whose refused renewal is tried again by itself."""
        return self._ids(TO_TRY_AGAIN, now=now, days=list(TRIED_AGAIN_ON))

    def to_lapse(self, now: datetime) -> Sequence[UUID]:
        """Return people whose paid tier is over."""
        return self._ids(TO_LAPSE, now=now)

    def prices_to_announce(self, now: datetime) -> Sequence[tuple[UUID, Price]]:
        """Return people whose next term costs something else, with the price."""
        rows = self._rows(PRICES_TO_ANNOUNCE, now=now, announced=PRICE_ANNOUNCED_BEFORE)
        return [(user_id, Price(amount, currency)) for user_id, amount, currency in rows]

    def expiring_cards(self, now: datetime) -> Sequence[UUID]:
        """Return payers whose card expires soon, and who pay for somebody."""
        return self._ids(EXPIRING_CARDS, now=now, expiry=CARD_EXPIRY_ANNOUNCED_BEFORE)

    def _ids(self, question: LiteralString, **asked: object) -> list[UUID]:
        return [row[0] for row in self._rows(question, **asked)]

    def _rows(self, question: LiteralString, **asked: object) -> list[Any]:  # differ by question
        numbers = {"limit": BATCH, "before": RENEWED_BEFORE, "grace": GRACE}
        with self.pool.connection() as connection:
            rows: list[Any] = connection.execute(question, {**numbers, **asked}).fetchall()
        return rows
