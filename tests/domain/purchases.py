"""A purchase on a card page, mostly Ben's for himself, as the tests of buying tell it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.aggregate import CARD_PROCESSOR
from domain.billing import Checkout, PageState, Payment, Price, SavedCard
from domain.payer import Payer, payer_of
from domain.plan import MONTHLY
from domain.purchase import Purchase
from domain.purchase_life import PurchaseState
from domain.purchasing import Ways
from domain.subscription import Subscription, subscription_of
from domain.user import User
from tests.domain.people import BEN, BEN_IS_FREE, NOW
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

PURCHASE = UUID("00000000-0000-0000-0000-00000000dd01")
OTHER_PURCHASE = UUID("00000000-0000-0000-0000-00000000dd02")
WAYS = Ways("https://portal.example/back", "https://portal.example/away")
IN_A_MONTH = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
IN_TWO_MONTHS = datetime(2026, 5, 2, 9, 0, tzinfo=UTC)
MONTH_OF_IT: dict[str, Any] = {"plan": "monthly", "months": 1, "amount": 1000, "currency": "usd"}


def session(purchase_id: UUID = PURCHASE) -> str:
    return f"cs_memory_{purchase_id.hex}"


def reference(purchase_id: UUID = PURCHASE) -> str:
    return f"pi_memory_{purchase_id.hex}"


def card_of(purchase_id: UUID = PURCHASE) -> SavedCard:
    """Return the card that was left on the page of a purchase, by somebody new."""
    return SavedCard(f"cus_memory_{purchase_id.hex}", f"pm_memory_{purchase_id.hex}", 2031, 4)


SESSION, REFERENCE, CARD = session(), reference(), card_of()
PAID = Payment(PURCHASE, SESSION, PageState.COMPLETE, REFERENCE, Price(1000, "usd"), CARD)


def started(purchase_id: UUID = PURCHASE, buyer_id: UUID = BEN, at: datetime = NOW) -> Fact:
    return fact(Purchase.PurchaseStarted, purchase_id, by=buyer_id, at=at, **MONTH_OF_IT)


def opened(purchase_id: UUID = PURCHASE, buyer_id: UUID = BEN, at: datetime = NOW) -> Fact:
    facts = {"session_id": session(purchase_id)}
    return fact(Purchase.CheckoutOpened, purchase_id, by=buyer_id, at=at, **facts)


def named(user_id: UUID, purchase_id: UUID = PURCHASE, *, by: UUID) -> Fact:
    return fact(Purchase.BeneficiaryNamed, purchase_id, by=by, at=NOW, user_id=user_id)


def happened(
    event: type[Purchase.Event], purchase_id: UUID = PURCHASE, *, at: datetime = NOW, **facts: Any
) -> Fact:
    """Return something that the card vendor said of a purchase."""
    return fact(event, purchase_id, by=CARD_PROCESSOR, at=at, **facts)


def confirmed(purchase_id: UUID = PURCHASE, buyer_id: UUID = BEN, at: datetime = NOW) -> Fact:
    return happened(
        Purchase.PaymentConfirmed,
        purchase_id,
        at=at,
        buyer_id=buyer_id,
        amount=1000,
        currency="usd",
        reference=reference(purchase_id),
    )


def refund_owed(purchase_id: UUID = PURCHASE, buyer_id: UUID = BEN, at: datetime = NOW) -> Fact:
    return happened(Purchase.RefundOwed, purchase_id, at=at, buyer_id=buyer_id)


def refunded(purchase_id: UUID = PURCHASE, buyer_id: UUID = BEN, at: datetime = NOW) -> Fact:
    facts = {"buyer_id": buyer_id, "refunded": 1000}
    return happened(Purchase.PurchaseRefunded, purchase_id, at=at, **facts)


def tier(purchase_id: UUID, until: datetime, *, user_id: UUID = BEN, at: datetime = NOW) -> Fact:
    return fact(
        User.TierPurchased, user_id, by=CARD_PROCESSOR, at=at, purchase_id=purchase_id, until=until
    )


def begun(user_id: UUID = BEN, at: datetime = NOW) -> Fact:
    return fact(
        Subscription.SubscriptionBegun,
        subscription_of(user_id),
        by=CARD_PROCESSOR,
        at=at,
        user_id=user_id,
    )


def term(
    purchase_id: UUID = PURCHASE,
    starts_at: datetime = NOW,
    ends_at: datetime = IN_A_MONTH,
    *,
    user_id: UUID = BEN,
    payer_id: UUID = BEN,
    at: datetime = NOW,
) -> Fact:
    return fact(
        Subscription.TermPaid,
        subscription_of(user_id),
        by=CARD_PROCESSOR,
        at=at,
        user_id=user_id,
        purchase_id=purchase_id,
        payer_id=payer_id,
        starts_at=starts_at,
        ends_at=ends_at,
        **MONTH_OF_IT,
    )


def registered_payer(user_id: UUID = BEN, at: datetime = NOW) -> Fact:
    return fact(Payer.PayerRegistered, payer_of(user_id), by=CARD_PROCESSOR, at=at, user_id=user_id)


def card_saved(card: SavedCard = CARD, user_id: UUID = BEN, at: datetime = NOW) -> Fact:
    return fact(
        Payer.CardSaved,
        payer_of(user_id),
        by=CARD_PROCESSOR,
        at=at,
        customer=card.customer,
        method=card.method,
        expires_year=card.expires_year,
        expires_month=card.expires_month,
    )


def paid_for_the_first_time(at: datetime = NOW, until: datetime = IN_A_MONTH) -> tuple[Fact, ...]:
    """Return all that Ben's first payment brings."""
    return (
        tier(PURCHASE, until, at=at),
        begun(at=at),
        term(PURCHASE, at, until, at=at),
        confirmed(at=at),
        registered_payer(at=at),
        card_saved(at=at),
    )


def start(rules: Rules, **changed: Any) -> Checkout:
    asked: dict[str, Any] = {
        "purchase_id": PURCHASE,
        "buyer_id": BEN,
        "user_id": changed.get("buyer_id", BEN),
        "plan": MONTHLY,
        "ways": WAYS,
        "at": NOW,
    }
    return rules.purchasing.start(**(asked | changed))


def settle(
    rules: Rules, buyer_id: UUID = BEN, purchase_id: UUID = PURCHASE, at: datetime = NOW
) -> tuple[PurchaseState, int]:
    return rules.purchasing.settle(purchase_id=purchase_id, buyer_id=buyer_id, at=at)


def report(rules: Rules, payment: Payment = PAID, at: datetime = NOW) -> int:
    return rules.clearing.record_payment(payment, at=at)


def at_the_card_page(rules: Rules) -> Rules:
    rules.given(*BEN_IS_FREE)
    start(rules)
    return rules


def after_paying(rules: Rules) -> Rules:
    at_the_card_page(rules).billing.pay(SESSION)
    return rules
