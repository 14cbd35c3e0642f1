"""What somebody paid, what she pays next, and for whom: for pages, invoices and support."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from domain.billing import Price
from domain.plan import MONTHLY, Plan
from domain.subscription_life import SubscriptionState

PURCHASE = """
SELECT
    purchase_id, buyer_id, user_id, plan, months, amount, currency, started_at, state, reference,
    paid_at, refunded, term_starts_at, term_ends_at
FROM billing.purchase
"""

SUBSCRIPTION = """
SELECT
    user_id, payer_id, plan, months, amount, currency, state, ends_at, grace_ends_at, decline,
    renewal_id
FROM billing.subscription
"""


@dataclass(frozen=True, slots=True)
class PaidItem:
    """One purchase as its buyer and support find it; `refunded` in minor units."""

    purchase_id: UUID
    buyer_id: UUID
    user_id: UUID
    plan: str
    months: int
    amount: int
    currency: str
    started_at: datetime
    state: str
    reference: str | None
    paid_at: datetime | None
    refunded: int
    term_starts_at: datetime | None
    term_ends_at: datetime | None

    @property
    def price(self) -> Price:
        """Return the amount with its currency."""
        return Price(self.amount, self.currency)

    @property
    def description(self) -> str:
        """Return what was bought, with the days (UTC) on which the term begins and ends."""
        words = Plan(self.plan, self.months, self.price).description
        if self.term_starts_at is None or self.term_ends_at is None:
            return words
        begin, end = self.term_starts_at.astimezone(UTC), self.term_ends_at.astimezone(UTC)
        return f"{words}, {begin:%b} {begin.day}, {begin:%Y} to {end:%b} {end.day}, {end:%Y}"


@dataclass(frozen=True, slots=True)
class SubscriptionEntry:
    """The paid tier of one person as it goes on; the amount is what the next term costs."""

    user_id: UUID
    payer_id: UUID
    plan: str
    months: int
    amount: int
    currency: str
    state: str
    ends_at: datetime | None
    grace_ends_at: datetime | None
    decline: str
    renewal_id: UUID | None

    @property
    def price(self) -> Price:
        """Return what the next term costs."""
        return Price(self.amount, self.currency)

    @property
    def renews(self) -> bool:
        """Say whether a next term is wanted."""
        return self.state not in (SubscriptionState.FREE, SubscriptionState.ENDING)

    @property
    def is_past_due(self) -> bool:
        """Say whether the card was refused."""
        return self.state == SubscriptionState.PAST_DUE

    @property
    def has_lapsed(self) -> bool:
        """Say whether there was a paid tier, and is none any more."""
        return self.state == SubscriptionState.FREE

    @property
    def kept_until(self) -> datetime | None:
        """Return until when the tier holds if nothing is paid."""
        ends = [one for one in (self.ends_at, self.grace_ends_at) if one]
        return max(ends, default=None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison with the card vendor that is on record; numbers are counts."""

    ran_at: datetime
    since: datetime
    reports: int
    charges: int
    missed_reports: int
    repaired: int


@dataclass(frozen=True, slots=True)
class DifferenceEntry:
    """Something that did not fit, and that a person has to look at."""

    found_at: datetime
    kind: str
    reference: str
    purchase_id: UUID | None


@dataclass(frozen=True, slots=True)
class Payments:
    """Questions about purchases and subscriptions."""

    pool: ConnectionPool[Any]

    def plans(self) -> list[Plan]:
        """Return what is sold, the shortest term first; the house's plan until that is changed."""
        with self.pool.connection() as connection:
            rows = connection.execute(
                "SELECT plan, months, amount, currency, is_sold FROM billing.plan"
            ).fetchall()
        known = {
            name: (months, Price(amount, currency), sold)
            for name, months, amount, currency, sold in rows
        }
        sold = {MONTHLY.name: MONTHLY} if MONTHLY.name not in known else {}
        sold |= {
            name: Plan(name, months, price)
            for name, (months, price, is_sold) in known.items()
            if is_sold
        }
        return sorted(sold.values(), key=lambda plan: (plan.months, plan.name))

    def paid_by(self, buyer_id: UUID) -> list[PaidItem]:
        """Return what a person paid, newest first."""
        return self._items(
            "WHERE buyer_id = %s AND paid_at IS NOT NULL ORDER BY paid_at DESC", buyer_id
        )

    def item(self, purchase_id: UUID) -> PaidItem | None:
        """Return one purchase, whoever's it is."""
        found = self._items("WHERE purchase_id = %s", purchase_id)
        return found[0] if found else None

    def items(self, purchase_ids: Iterable[UUID]) -> dict[UUID, PaidItem]:
        """Return several purchases."""
        found = self._items("WHERE purchase_id = ANY(%s)", list(purchase_ids))
        return {one.purchase_id: one for one in found}

    def paid_since(self, moment: datetime) -> list[UUID]:
        """Return the purchases that were paid at a moment or later."""
        found = self._items("WHERE paid_at >= %s ORDER BY paid_at", moment)
        return [one.purchase_id for one in found]

    def subscription_of(self, user_id: UUID) -> SubscriptionEntry | None:
        """Return the subscription of a person, None if nobody ever paid for her."""
        return self.subscriptions_of([user_id]).get(user_id)

    def subscriptions_of(self, user_ids: Iterable[UUID]) -> dict[UUID, SubscriptionEntry]:
        """Return the subscriptions of several people."""
        found = self._subscriptions("WHERE user_id = ANY(%s)", list(user_ids))
        return {one.user_id: one for one in found}

    def paid_for_by(self, payer_id: UUID) -> list[SubscriptionEntry]:
        """Return for whom a person pays, or paid last; who lapses first comes first."""
        return self._subscriptions("WHERE payer_id = %s ORDER BY ends_at, user_id", payer_id)

    def in_trouble(self, user_id: UUID) -> list[SubscriptionEntry]:
        """Return what is past due or has lapsed: the person's own, and past due what she pays."""
        return self._subscriptions(
            """
            WHERE user_id = %(user)s AND state IN ('past due', 'free')
                OR payer_id = %(user)s AND state = 'past due'
            ORDER BY user_id <> %(user)s, ends_at
            """,
            user=user_id,
        )

    def has_paid(self, user_id: UUID) -> bool:
        """Say whether a person ever left a card."""
        with self.pool.connection() as connection:
            row = connection.execute(
                "SELECT EXISTS (SELECT FROM billing.payer WHERE user_id = %s)", (user_id,)
            ).fetchone()
        return bool(row and row[0])

    def comparisons(self, limit: int) -> list[Comparison]:
        """Return the last comparisons with the card vendor, newest first."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Comparison))
            rows: list[Comparison] = cursor.execute(
                """
                SELECT ran_at, since, reports, charges, missed_reports, repaired
                FROM billing.reconciliation ORDER BY position DESC LIMIT %s
                """,
                (limit,),
            ).fetchall()
        return rows

    def differences(self, limit: int) -> list[DifferenceEntry]:
        """Return what did not fit, newest first."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(DifferenceEntry))
            rows: list[DifferenceEntry] = cursor.execute(
                """
                SELECT found_at, kind, reference, purchase_id
                FROM billing.difference ORDER BY position DESC LIMIT %s
                """,
                (limit,),
            ).fetchall()
        return rows

    def waiting(self) -> dict[str, int]:
        """Return how many purchases are in each state, and how many reports wait."""
        with self.pool.connection() as connection:
            rows: Sequence[tuple[str, int]] = connection.execute(
                """
                SELECT state, count(*) FROM billing.purchase GROUP BY state
                UNION ALL
                SELECT 'reports that wait', count(*) FROM billing.report WHERE outcome IS NULL
                UNION ALL
                SELECT 'reports that differ', count(*) FROM billing.report
                WHERE outcome = 'differs'
                """
            ).fetchall()
        return dict(rows)

    def _items(self, which: LiteralString, *asked: object) -> list[PaidItem]:
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(PaidItem))
            rows: list[PaidItem] = cursor.execute(PURCHASE + which, asked).fetchall()
        return rows

    def _subscriptions(
        self, which: LiteralString, *asked: object, **named: object
    ) -> list[SubscriptionEntry]:
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(SubscriptionEntry))
            rows: list[SubscriptionEntry] = cursor.execute(
                SUBSCRIPTION + which, named or asked
            ).fetchall()
        return rows
