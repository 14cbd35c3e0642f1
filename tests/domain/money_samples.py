"""One sample of every event about money, as `samples.py` has them of all others."""

from typing import Any

from domain.payer import Payer
from domain.payment_report import PaymentReport
from domain.plan_catalogue import PlanCatalogue
from domain.purchase import Purchase
from domain.reconciliation import Reconciliation
from domain.subscription import Subscription
from domain.user import User
from tests.domain.sample_values import (
    ACTOR,
    AT,
    CATALOGUE,
    DAY,
    LATER,
    OTHER,
    PAYER,
    PURCHASE,
    REPORT,
    SUBSCRIPTION,
    USER,
)
from tests.scenario import Fact, fact

PLAN: dict[str, Any] = {"plan": "monthly", "months": 1, "amount": 1000, "currency": "usd"}
CARD: dict[str, Any] = {
    "customer": "cus_sample",
    "method": "pm_sample",
    "expires_year": 2031,
    "expires_month": 4,
}


def plans(event: type[PlanCatalogue.Event], **facts: Any) -> Fact:
    return fact(event, CATALOGUE, by=ACTOR, at=AT, **facts)


def purchase(event: type[Purchase.Event], **facts: Any) -> Fact:
    return fact(event, PURCHASE, by=ACTOR, at=AT, **facts)


def subscription(event: type[Subscription.Event], **facts: Any) -> Fact:
    return fact(event, SUBSCRIPTION, by=ACTOR, at=AT, **facts)


def payer(event: type[Payer.Event], **facts: Any) -> Fact:
    return fact(event, PAYER, by=ACTOR, at=AT, **facts)


def report(event: type[PaymentReport.Event], **facts: Any) -> Fact:
    return fact(event, REPORT, by=ACTOR, at=AT, **facts)


def day(event: type[Reconciliation.Event], **facts: Any) -> Fact:
    return fact(event, DAY, by=ACTOR, at=AT, **facts)


MONEY_FACTS: tuple[Fact, ...] = (
    fact(User.TierEndChanged, USER, by=ACTOR, at=AT, until=LATER, cause="grace"),
    plans(PlanCatalogue.CatalogueOpened),
    plans(PlanCatalogue.PlanOffered, plan="annual", months=12, amount=10800, currency="usd"),
    plans(PlanCatalogue.PlanWithdrawn, plan="annual"),
    fact(Purchase.PurchaseStarted, PURCHASE, by=USER, at=AT, **PLAN),
    fact(Purchase.BeneficiaryNamed, PURCHASE, by=USER, at=AT, user_id=OTHER),
    fact(Purchase.CheckoutOpened, PURCHASE, by=USER, at=AT, session_id="cs_sample"),
    purchase(Purchase.CheckoutClosed),
    purchase(Purchase.ChargeStarted, buyer_id=USER, user_id=OTHER, **PLAN),
    purchase(Purchase.ChargeRequested, attempt=0, **CARD),
    purchase(Purchase.PaymentFailed, reference="pi_sample", decline="needs-holder"),
    purchase(Purchase.ChargeGivenUp),
    purchase(Purchase.ChargeWithdrawn),
    purchase(
        Purchase.PaymentConfirmed,
        buyer_id=USER,
        amount=1000,
        currency="usd",
        reference="pi_sample",
    ),
    purchase(Purchase.RefundOwed, buyer_id=USER),
    purchase(Purchase.PartlyRefunded, buyer_id=USER, refunded=250),
    purchase(Purchase.PurchaseRefunded, buyer_id=USER, refunded=1000),
    purchase(Purchase.DisputeOpened),
    purchase(Purchase.DisputeWon),
    purchase(Purchase.DisputeLost, buyer_id=USER),
    subscription(Subscription.SubscriptionBegun, user_id=OTHER),
    subscription(
        Subscription.TermPaid,
        user_id=OTHER,
        purchase_id=PURCHASE,
        payer_id=USER,
        starts_at=AT,
        ends_at=LATER,
        **PLAN,
    ),
    subscription(
        Subscription.RenewalPriceAnnounced,
        payer_id=USER,
        ends_at=LATER,
        amount=1200,
        currency="usd",
    ),
    subscription(Subscription.RenewalStarted, purchase_id=PURCHASE, number=1),
    subscription(
        Subscription.RenewalFailed,
        purchase_id=PURCHASE,
        payer_id=USER,
        decline="declined",
        grace_ends_at=LATER,
        day=0,
        announced=True,
    ),
    subscription(Subscription.RenewalCancelled, payer_id=USER, ends_at=LATER),
    subscription(Subscription.RenewalResumed, payer_id=USER),
    subscription(
        Subscription.TermMoved, purchase_id=PURCHASE, starts_at=AT, ends_at=LATER, months=1
    ),
    subscription(
        Subscription.TermRevoked,
        purchase_id=PURCHASE,
        payer_id=USER,
        starts_at=AT,
        cut_at=AT,
        months=1,
        ends_at=LATER,
    ),
    subscription(Subscription.SubscriptionLapsed, user_id=OTHER, payer_id=USER),
    payer(Payer.PayerRegistered, user_id=USER),
    payer(Payer.CardSaved, **CARD),
    payer(Payer.CardPageOpened, update_id=OTHER, session_id="cs_sample"),
    payer(Payer.CardPageClosed, update_id=OTHER, user_id=USER, card_left=True),
    payer(Payer.CardExpiryAnnounced, user_id=USER, expires_year=2031, expires_month=4),
    payer(Payer.InvoiceSummaryRequested, user_id=USER),
    report(
        PaymentReport.PaymentReported,
        report_id="evt_sample",
        kind="checkout.session.completed",
        reported_at=AT,
        session_id="cs_sample",
        reference=None,
        purchase_id=PURCHASE,
        payer_id=None,
    ),
    report(PaymentReport.ReportWorkedOff, outcome="recorded"),
    day(Reconciliation.DayOpened, day="2026-03-02"),
    day(
        Reconciliation.RunFinished,
        since=AT,
        reports=7,
        charges=3,
        missed_reports=1,
        repaired=1,
    ),
    day(
        Reconciliation.DifferenceFound,
        kind="unknown purchase",
        reference="pi_sample",
        purchase_id=None,
    ),
)
"""In the order of the catalogue."""
