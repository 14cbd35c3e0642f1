"""One try to pay for a term."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.aggregate import CARD_PROCESSOR
from domain.billing import Price
from domain.plan import MONTHLY
from domain.purchase import PaymentDiffers, Purchase
from tests.domain.people import BEN, NOW
from tests.domain.rules import Rules
from tests.scenario import fact

PURCHASE = UUID("00000000-0000-0000-0000-00000000dd01")
STARTED = fact(
    Purchase.PurchaseStarted,
    PURCHASE,
    by=BEN,
    at=NOW,
    plan="monthly",
    months=1,
    amount=1000,
    currency="usd",
)
OPENED = fact(Purchase.CheckoutOpened, PURCHASE, by=BEN, at=NOW, session_id="cs_1")
CONFIRMED = fact(
    Purchase.PaymentConfirmed,
    PURCHASE,
    by=CARD_PROCESSOR,
    at=NOW,
    buyer_id=BEN,
    amount=1000,
    currency="usd",
    reference="pi_1",
)


def tell(rules: Rules, command: Callable[[Purchase], None]) -> None:
    purchase = rules.now(Purchase, PURCHASE)
    command(purchase)
    rules.log.save(purchase)


def confirm(purchase: Purchase, price: Price = MONTHLY.price, reference: str = "pi_1") -> None:
    purchase.confirm_payment(price=price, reference=reference, by=CARD_PROCESSOR, at=NOW)


def test_a_purchase_begins_with_what_is_asked(rules: Rules) -> None:
    purchase = Purchase.start(purchase_id=PURCHASE, buyer_id=BEN, plan=MONTHLY, at=NOW)
    rules.when(lambda: rules.log.save(purchase)).then(STARTED)
    assert (purchase.buyer_id, purchase.price, purchase.session_id, purchase.paid) == (
        BEN,
        Price(1000, "usd"),
        None,
        False,
    )


def test_a_card_page_is_recorded_once(rules: Rules) -> None:
    rules.given(STARTED)
    rules.when(lambda: tell(rules, lambda it: it.open_checkout(session_id="cs_1", at=NOW))).then(
        OPENED
    )
    rules.when(lambda: tell(rules, lambda it: it.open_checkout(session_id="cs_1", at=NOW))).then()


def test_another_card_page_replaces_the_first(rules: Rules) -> None:
    rules.given(STARTED, OPENED)
    rules.when(lambda: tell(rules, lambda it: it.open_checkout(session_id="cs_2", at=NOW))).then(
        fact(Purchase.CheckoutOpened, PURCHASE, by=BEN, at=NOW, session_id="cs_2")
    )
    assert rules.now(Purchase, PURCHASE).session_id == "cs_2"


def test_a_purchase_is_paid_once_whatever_is_reported_twice(rules: Rules) -> None:
    rules.given(STARTED, OPENED)
    rules.when(lambda: tell(rules, confirm)).then(CONFIRMED)
    rules.when(lambda: tell(rules, confirm)).then()
    rules.when(lambda: tell(rules, lambda it: confirm(it, reference="pi_2"))).then()


def test_a_purchase_is_paid_once_in_whatever_order_it_is_reported(rules: Rules) -> None:
    rules.given(STARTED)
    rules.when(lambda: tell(rules, confirm)).then(CONFIRMED)
    rules.when(lambda: tell(rules, lambda it: it.open_checkout(session_id="cs_1", at=NOW))).then(
        OPENED
    )
    rules.when(lambda: tell(rules, confirm)).then()


@pytest.mark.parametrize(
    "price", [Price(999, "usd"), Price(1001, "usd"), Price(0, "usd"), Price(1000, "eur")]
)
def test_what_was_paid_is_what_was_asked_in_amount_and_currency(rules: Rules, price: Price) -> None:
    rules.given(STARTED, OPENED)
    rules.when(lambda: tell(rules, lambda it: confirm(it, price))).refused(PaymentDiffers)


def test_a_purchase_knows_when_its_term_ends(rules: Rules) -> None:
    purchase = rules.given(STARTED).now(Purchase, PURCHASE)
    last_of_january = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)
    assert purchase.term_end(last_of_january) == datetime(2026, 2, 28, 9, 0, tzinfo=UTC)
