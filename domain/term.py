"""Which time a purchase pays for: from when on, until when, and what is left after a refund."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.aggregate import CARD_PROCESSOR
from domain.plan import term_end
from domain.purchase import Purchase
from domain.subscription import Subscription
from domain.subscription_life import SubscriptionState


class Term(NamedTuple):
    """From its first moment up to its end, without it; `months` as they were paid for."""

    starts_at: datetime
    ends_at: datetime
    months: int

    @classmethod
    def beginning(cls, starts_at: datetime, months: int, day: int | None = None) -> "Term":
        """Return the term of so many calendar months that ends on a day like the first one's."""
        return cls(starts_at, term_end(starts_at, months, day), months)


def start_of_term(
    subscription: Subscription, purchase_id: UUID, *, held: bool, at: datetime
) -> datetime | None:
    """Return when the term begins that a payment at a moment buys, None if it buys nothing.

    The next term follows the one before it as long as the tier is kept (`held`): nobody pays for
    days without it.
    """
    ends_at, started_at = subscription.ends_at, subscription.renewal_started_at
    if purchase_id in subscription.terms:
        return None
    if not held:
        return at
    is_past_due = subscription.state is SubscriptionState.PAST_DUE
    if ends_at and started_at and (is_past_due or purchase_id == subscription.renewal_id):
        return max(ends_at, started_at)
    return None


def pay_term(
    subscription: Subscription, purchase: Purchase, *, starts_at: datetime, at: datetime
) -> Term:
    """Record that a purchase has paid for a term, and return the term."""
    first_day = beginning_of_row(subscription, starts_at).day
    term = Term.beginning(starts_at, purchase.plan.months, first_day)
    subscription.happen(
        subscription.TermPaid,
        by=CARD_PROCESSOR,
        at=at,
        user_id=subscription.user_id,
        purchase_id=purchase.id,
        payer_id=purchase.buyer_id,
        starts_at=term.starts_at,
        ends_at=term.ends_at,
        **purchase.plan.as_facts(),
    )
    return term


def revoke_term(subscription: Subscription, purchase_id: UUID, *, at: datetime) -> None:
    """Take back what is left of a term whose money went back; the next one begins instead."""
    terms = {one: Term(*dates) for one, dates in subscription.terms.items()}
    term = terms.get(purchase_id)
    if term is None or at >= term.ends_at:
        return
    cut_at, next_id = max(term.starts_at, at), following(terms, purchase_id)
    ends_at = cut_at
    if next_id:
        moved = Term.beginning(cut_at, terms[next_id].months)
        ends_at = moved.ends_at
        facts = {"purchase_id": next_id, **moved._asdict()}
        subscription.happen(subscription.TermMoved, by=CARD_PROCESSOR, at=at, **facts)
    subscription.happen(
        subscription.TermRevoked,
        by=CARD_PROCESSOR,
        at=at,
        purchase_id=purchase_id,
        payer_id=subscription.payer_id,
        starts_at=term.starts_at,
        cut_at=cut_at,
        months=term.months,
        ends_at=ends_at,
    )


def beginning_of_row(subscription: Subscription, starts_at: datetime) -> datetime:
    """Return when the first of the terms began that lead up to a moment without a pause."""
    begins = {end: start for start, end, _ in subscription.terms.values() if start < end}
    while starts_at in begins:
        starts_at = begins[starts_at]
    return starts_at


def following(terms: Mapping[UUID, Term], purchase_id: UUID) -> UUID | None:
    """Return the purchase that has paid for the term after the one of a purchase."""
    end = terms[purchase_id].ends_at
    return next((one for one, term in terms.items() if term.starts_at >= end), None)
