"""What is owed for a fact about money is decided by the fact alone, too."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.aggregate import CARD_PROCESSOR, CASHIER
from domain.catalogue import EVENTS
from domain.payer import Payer, payer_of
from domain.purchase import Purchase
from domain.subscription import Subscription, subscription_of
from notifiers.notice import Notice
from notifiers.occasions import plan
from tests.fixtures.clock import START

ADA = UUID("00000000-0000-0000-0000-00000000bb01")
BEN = UUID("00000000-0000-0000-0000-00000000bb02")
PURCHASE = UUID("00000000-0000-0000-0000-00000000dd01")
ADAS, BENS = subscription_of(ADA), subscription_of(BEN)
SOON = START + timedelta(days=3)
END = START + timedelta(days=31)
START_TEXT, END_TEXT = "2026-03-02T09:00:00+00:00", "2026-04-02T09:00:00+00:00"

TELLING = {
    "purchase.refund-owed",
    "purchase.partly-refunded",
    "purchase.refunded",
    "subscription.term-paid",
    "subscription.renewal-price-announced",
    "subscription.renewal-failed",
    "subscription.renewal-cancelled",
    "subscription.lapsed",
    "payer.card-expiry-announced",
    "payer.card-page-closed",
    "payer.invoice-summary-requested",
}
"""Topics of the facts about money that somebody is told of."""


def common(of: UUID, by: UUID = CARD_PROCESSOR, version: int = 4) -> dict[str, Any]:
    return {"originator_id": of, "originator_version": version, "timestamp": START, "by": by}


def term_paid(user_id: UUID, starts_at: datetime = START) -> Subscription.TermPaid:
    return Subscription.TermPaid(
        **common(subscription_of(user_id)),
        user_id=user_id,
        purchase_id=PURCHASE,
        payer_id=ADA,
        plan="monthly",
        months=1,
        amount=1000,
        currency="usd",
        starts_at=starts_at,
        ends_at=END,
    )


def refused(*, announced: bool) -> Subscription.RenewalFailed:
    return Subscription.RenewalFailed(
        **common(BENS),
        purchase_id=PURCHASE,
        payer_id=ADA,
        decline="declined",
        grace_ends_at=END,
        day=3,
        announced=announced,
    )


def cancelled(by: UUID) -> Subscription.RenewalCancelled:
    return Subscription.RenewalCancelled(**common(BENS, by), payer_id=ADA, ends_at=END)


def lapsed(payer_id: UUID) -> Subscription.SubscriptionLapsed:
    return Subscription.SubscriptionLapsed(**common(BENS, CASHIER), user_id=BEN, payer_id=payer_id)


TERM = {
    "purchase": str(PURCHASE),
    "amount": "1000",
    "currency": "usd",
    "paid_at": START_TEXT,
    "starts_at": START_TEXT,
    "ends_at": END_TEXT,
}
ONE = {"purchase": str(PURCHASE)}
CANCELLED = {"subscription": str(BENS), "ends_at": END_TEXT}

PLANS: dict[str, tuple[Any, list[tuple[str, UUID, dict[str, str]]]]] = {
    "a term for oneself": (term_paid(ADA), [("receipt", ADA, TERM)]),
    "a term for a colleague": (
        term_paid(BEN),
        [("receipt", ADA, TERM), ("bought-for-you", BEN, ONE)],
    ),
    "a renewal for a colleague": (
        term_paid(BEN, SOON),
        [("receipt", ADA, {**TERM, "starts_at": SOON.isoformat()})],
    ),
    "a payment that bought nothing": (
        Purchase.RefundOwed(**common(PURCHASE), buyer_id=ADA),
        [("refund-owed", ADA, ONE)],
    ),
    "some money back": (
        Purchase.PartlyRefunded(**common(PURCHASE), buyer_id=ADA, refunded=400),
        [("refund", ADA, {**ONE, "refunded": "400", "all": "no"})],
    ),
    "all money back": (
        Purchase.PurchaseRefunded(**common(PURCHASE), buyer_id=ADA, refunded=1000),
        [("refund", ADA, {**ONE, "refunded": "1000", "all": "yes"})],
    ),
    "a refusal that nobody saw": (
        refused(announced=True),
        [
            (
                "renewal-trouble",
                ADA,
                {**ONE, "decline": "declined", "grace_ends_at": END_TEXT, "day": "3"},
            )
        ],
    ),
    "a refusal that the payer saw": (refused(announced=False), []),
    "a cancellation by who pays": (
        cancelled(ADA),
        [("renewal-cancelled", ADA, {**CANCELLED, "by": "payer"})],
    ),
    "a cancellation by the cashier": (
        cancelled(CASHIER),
        [("renewal-cancelled", ADA, {**CANCELLED, "by": "cashier"})],
    ),
    "a cancellation by the card vendor's news": (
        cancelled(CARD_PROCESSOR),
        [("renewal-cancelled", ADA, {**CANCELLED, "by": "processor"})],
    ),
    "the end for who paid for himself": (lapsed(BEN), [("lapsed", BEN, {})]),
    "the end for whom somebody paid": (
        lapsed(ADA),
        [("lapsed", BEN, {}), ("lapsed-colleague", ADA, {"user": str(BEN)})],
    ),
    "another price": (
        Subscription.RenewalPriceAnnounced(
            **common(BENS, CASHIER), payer_id=ADA, ends_at=END, amount=1250, currency="usd"
        ),
        [
            (
                "price-change",
                ADA,
                {
                    "subscription": str(BENS),
                    "amount": "1250",
                    "currency": "usd",
                    "ends_at": END_TEXT,
                },
            )
        ],
    ),
    "another card": (
        Payer.CardPageClosed(
            **common(payer_of(ADA)), update_id=PURCHASE, user_id=ADA, card_left=True
        ),
        [("card-changed", ADA, {})],
    ),
    "a page on which no card was left": (
        Payer.CardPageClosed(
            **common(payer_of(ADA)), update_id=PURCHASE, user_id=ADA, card_left=False
        ),
        [],
    ),
    "a card that expires": (
        Payer.CardExpiryAnnounced(
            **common(payer_of(ADA), CASHIER), user_id=ADA, expires_year=2026, expires_month=4
        ),
        [("card-expiry", ADA, {"year": "2026", "month": "4"})],
    ),
    "a wish for the invoices": (
        Payer.InvoiceSummaryRequested(**common(payer_of(ADA), ADA), user_id=ADA),
        [("invoice-summary", ADA, {})],
    ),
}


@pytest.mark.parametrize(("event", "owed"), PLANS.values(), ids=PLANS.keys())
def test_a_fact_about_money_owes_exactly_these_notices(
    event: Any, owed: list[tuple[str, UUID, dict[str, str]]]
):
    notices = [
        Notice.about(event, occasion, recipient_id, **facts)
        for occasion, recipient_id, facts in owed
    ]
    assert plan(event) == plan(event) == tuple(notices)


SILENT = {
    "money that moved, which is told by what it bought": Purchase.PaymentConfirmed(
        **common(PURCHASE), buyer_id=ADA, amount=1000, currency="usd", reference="pi_1"
    ),
    "a refused charge, which is told by the subscription": Purchase.PaymentFailed(
        **common(PURCHASE), reference="pi_1", decline="declined"
    ),
    "a card that was saved": Payer.CardSaved(
        **common(payer_of(ADA)),
        customer="cus_1",
        method="pm_1",
        expires_year=2031,
        expires_month=4,
    ),
    "a renewal that begins": Subscription.RenewalStarted(
        **common(ADAS, CASHIER), purchase_id=PURCHASE, number=1
    ),
    "a renewal after all": Subscription.RenewalResumed(**common(ADAS, ADA), payer_id=ADA),
    "a dispute": Purchase.DisputeOpened(**common(PURCHASE)),
}


@pytest.mark.parametrize("event", SILENT.values(), ids=SILENT.keys())
def test_nobody_is_told_of_what_is_told_otherwise_or_done_by_herself(event: Any):
    assert plan(event) == ()


def test_the_plans_here_tell_of_every_fact_about_money_that_somebody_is_told_of():
    told = {type(event) for event, owed in PLANS.values() if owed}
    assert told == {EVENTS[topic] for topic in TELLING}
