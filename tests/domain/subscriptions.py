"""Ben's subscription as it goes on: paid once, then renewed by the card that he left.

It is told from 2 March on: his term ends on 2 April, and three days before that it is renewed.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from domain.aggregate import CARD_PROCESSOR, CASHIER
from domain.billing import SavedCard
from domain.purchase import Purchase
from domain.subscription import Subscription, subscription_of
from domain.user import User
from tests.domain.people import BEN
from tests.domain.purchases import (
    CARD,
    IN_A_MONTH,
    MONTH_OF_IT,
    SESSION,
    at_the_card_page,
    happened,
    settle,
)
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

BENS = subscription_of(BEN)
DUE = IN_A_MONTH - timedelta(days=3)
RENEWAL = uuid5(BENS, f"{IN_A_MONTH} 1")
RENEWAL_REFERENCE = f"pi_memory_{RENEWAL.hex}"
GRACE_ENDS = DUE + timedelta(days=7)


def on_day(day: int) -> datetime:
    """Return a day of the grace period, which begins when the renewal was due."""
    return DUE + timedelta(days=day)


def became(event: type[Subscription.Event], *, by: UUID, at: datetime, **facts: Any) -> Fact:
    return fact(event, BENS, by=by, at=at, **facts)


def renewal_started(at: datetime = DUE) -> Fact:
    return became(Subscription.RenewalStarted, by=CASHIER, at=at, purchase_id=RENEWAL, number=1)


def charge_started(at: datetime = DUE, payer_id: UUID = BEN, **changed: Any) -> Fact:
    facts = MONTH_OF_IT | {"buyer_id": payer_id, "user_id": BEN} | changed
    return fact(Purchase.ChargeStarted, RENEWAL, by=CASHIER, at=at, **facts)


def charge_requested(
    attempt: int = 0, card: SavedCard = CARD, *, by: UUID = CASHIER, at: datetime = DUE
) -> Fact:
    return fact(
        Purchase.ChargeRequested,
        RENEWAL,
        by=by,
        at=at,
        attempt=attempt,
        customer=card.customer,
        method=card.method,
        expires_year=card.expires_year,
        expires_month=card.expires_month,
    )


def payment_failed(decline: str = "declined", at: datetime = DUE) -> Fact:
    facts = {"reference": RENEWAL_REFERENCE, "decline": decline}
    return happened(Purchase.PaymentFailed, RENEWAL, at=at, **facts)


def renewal_failed(
    day: int = 0, decline: str = "declined", *, announced: bool = True, at: datetime = DUE
) -> Fact:
    return became(
        Subscription.RenewalFailed,
        by=CARD_PROCESSOR,
        at=at,
        purchase_id=RENEWAL,
        payer_id=BEN,
        decline=decline,
        grace_ends_at=GRACE_ENDS,
        day=day,
        announced=announced,
    )


def cancelled(at: datetime, ends_at: datetime = IN_A_MONTH, by: UUID = BEN) -> Fact:
    facts = {"payer_id": BEN, "ends_at": ends_at}
    return became(Subscription.RenewalCancelled, by=by, at=at, **facts)


def given_up(by: UUID, at: datetime) -> Fact:
    return fact(Purchase.ChargeGivenUp, RENEWAL, by=by, at=at)


def withdrawn(at: datetime, by: UUID = CARD_PROCESSOR) -> Fact:
    return fact(Purchase.ChargeWithdrawn, RENEWAL, by=by, at=at)


def lapsed(at: datetime) -> Fact:
    facts = {"user_id": BEN, "payer_id": BEN}
    return became(Subscription.SubscriptionLapsed, by=CASHIER, at=at, **facts)


def tier_ends(until: datetime, cause: str, at: datetime, by: UUID = CARD_PROCESSOR) -> Fact:
    return fact(User.TierEndChanged, BEN, by=by, at=at, until=until, cause=cause)


def running(rules: Rules, card: str = "good") -> Rules:
    """Let Ben have paid with a card that answers later charges so."""
    at_the_card_page(rules).billing.pay(SESSION, card)
    settle(rules)
    return rules


def renewing(rules: Rules, card: str = "good") -> Rules:
    """Let the renewal be begun, and nothing be charged yet."""
    running(rules, card).renewing.start(BEN, at=DUE)
    return rules


def past_due(rules: Rules, card: str = "declined") -> Rules:
    """Let the card have been refused."""
    renewing(rules, card).renewing.charge(RENEWAL, at=DUE)
    return rules


def renewed(rules: Rules) -> Rules:
    """Let the next term be paid as well."""
    renewing(rules).renewing.charge(RENEWAL, at=DUE)
    return rules
