"""A purchase that Ben makes, as the tests of buying tell it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.aggregate import CARD_PROCESSOR
from domain.billing import Checkout, Payment, Price
from domain.plan import MONTHLY
from domain.purchase import Purchase
from domain.user import User
from tests.domain.people import BEN, BEN_IS_FREE, NOW
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

PURCHASE = UUID("00000000-0000-0000-0000-00000000dd01")
OTHER_PURCHASE = UUID("00000000-0000-0000-0000-00000000dd02")
SESSION = f"cs_memory_{PURCHASE.hex}"
REFERENCE = f"pi_memory_{PURCHASE.hex}"
PAID = Payment(PURCHASE, SESSION, paid=True, reference=REFERENCE, price=Price(1000, "usd"))
IN_A_MONTH = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
IN_TWO_MONTHS = datetime(2026, 5, 2, 9, 0, tzinfo=UTC)


def started(purchase_id: UUID = PURCHASE) -> Fact:
    price: dict[str, Any] = {"plan": "monthly", "months": 1, "amount": 1000, "currency": "usd"}
    return fact(Purchase.PurchaseStarted, purchase_id, by=BEN, at=NOW, **price)


def opened(purchase_id: UUID = PURCHASE) -> Fact:
    session = f"cs_memory_{purchase_id.hex}"
    return fact(Purchase.CheckoutOpened, purchase_id, by=BEN, at=NOW, session_id=session)


def paid(
    purchase_id: UUID = PURCHASE, until: datetime = IN_A_MONTH, at: datetime = NOW
) -> tuple[Fact, Fact]:
    """Return that the money moved and what it brought."""
    return (
        fact(
            Purchase.PaymentConfirmed,
            purchase_id,
            by=CARD_PROCESSOR,
            at=at,
            buyer_id=BEN,
            amount=1000,
            currency="usd",
            reference=f"pi_memory_{purchase_id.hex}",
        ),
        fact(
            User.TierPurchased, BEN, by=CARD_PROCESSOR, at=at, purchase_id=purchase_id, until=until
        ),
    )


def start(rules: Rules, **changed: Any) -> Checkout:
    asked: dict[str, Any] = {
        "purchase_id": PURCHASE,
        "buyer_id": BEN,
        "plan": MONTHLY,
        "return_url": "https://portal.example/back",
        "cancel_url": "https://portal.example/away",
        "at": NOW,
    }
    return rules.purchasing.start(**(asked | changed))


def settle(rules: Rules, buyer_id: UUID = BEN, purchase_id: UUID = PURCHASE) -> tuple[bool, int]:
    return rules.purchasing.settle(purchase_id=purchase_id, buyer_id=buyer_id, at=NOW)


def report(rules: Rules, payment: Payment = PAID, at: datetime = NOW) -> int:
    return rules.purchasing.record(payment=payment, at=at)


def at_the_card_page(rules: Rules) -> Rules:
    rules.given(*BEN_IS_FREE)
    start(rules)
    return rules


def after_paying(rules: Rules) -> Rules:
    at_the_card_page(rules).billing.pay(SESSION)
    return rules
