"""One try to pay for one term."""

from collections.abc import Callable

import pytest

from domain.aggregate import CASHIER
from domain.billing import Price, SavedCard
from domain.plan import MONTHLY
from domain.purchase import PaymentDiffers, Purchase
from domain.purchase_life import UNPAID, PurchaseState
from tests.domain.people import ADA, BEN, NOW
from tests.domain.purchases import (
    CARD,
    MONTH_OF_IT,
    PURCHASE,
    REFERENCE,
    confirmed,
    happened,
    named,
    opened,
    refund_owed,
    refunded,
    started,
)
from tests.domain.rules import Rules
from tests.scenario import fact

OTHER_CARD = SavedCard("cus_1", "pm_other", 2032, 5)
CHARGE_STARTED = fact(
    Purchase.ChargeStarted, PURCHASE, by=CASHIER, at=NOW, buyer_id=ADA, user_id=BEN, **MONTH_OF_IT
)
CHARGE_REQUESTED = fact(
    Purchase.ChargeRequested,
    PURCHASE,
    by=CASHIER,
    at=NOW,
    attempt=0,
    customer=CARD.customer,
    method=CARD.method,
    expires_year=CARD.expires_year,
    expires_month=CARD.expires_month,
)
FAILED = happened(Purchase.PaymentFailed, reference=REFERENCE, decline="declined")


def tell(rules: Rules, command: Callable[[Purchase], None]) -> Callable[[], None]:
    def told() -> None:
        purchase = rules.now(Purchase, PURCHASE)
        command(purchase)
        rules.log.save(purchase)

    return told


def confirm(purchase: Purchase, price: Price = MONTHLY.price, reference: str = REFERENCE) -> None:
    purchase.confirm_payment(price=price, reference=reference, at=NOW)


def open_page(purchase: Purchase) -> None:
    facts = {"session_id": f"cs_memory_{PURCHASE.hex}"}
    purchase.happen(Purchase.CheckoutOpened, by=BEN, at=NOW, **facts)


def test_a_purchase_begins_with_what_is_asked(rules: Rules) -> None:
    purchase = Purchase.start(purchase_id=PURCHASE, buyer_id=BEN, plan=MONTHLY, at=NOW)
    rules.when(lambda: rules.log.save(purchase)).then(started())
    assert (purchase.buyer_id, purchase.user_id, purchase.plan) == (BEN, BEN, MONTHLY)
    assert (purchase.session_id, purchase.is_paid, purchase.is_settled) == (None, False, False)


def test_whose_tier_it_is_is_said_only_if_it_is_not_the_buyers(rules: Rules) -> None:
    rules.given(started(buyer_id=ADA))
    rules.when(tell(rules, lambda it: it.name_beneficiary(ADA, at=NOW))).then()
    rules.when(tell(rules, lambda it: it.name_beneficiary(BEN, at=NOW))).then(named(BEN, by=ADA))
    assert rules.now(Purchase, PURCHASE).user_id == BEN


def test_a_charge_off_session_begins_with_who_pays_and_for_whom(rules: Rules) -> None:
    purchase = Purchase.start_charge(
        purchase_id=PURCHASE, buyer_id=ADA, user_id=BEN, plan=MONTHLY, at=NOW
    )
    rules.when(lambda: rules.log.save(purchase)).then(CHARGE_STARTED)
    assert (purchase.buyer_id, purchase.user_id) == (ADA, BEN)


def test_a_charge_is_asked_for_once_and_again_only_after_it_failed(rules: Rules) -> None:
    rules.given(CHARGE_STARTED)
    ask = tell(rules, lambda it: it.request_charge(CARD, by=CASHIER, at=NOW))
    rules.when(ask).then(CHARGE_REQUESTED)
    rules.when(ask).then()
    rules.given(FAILED)
    again = rules.when(tell(rules, lambda it: it.request_charge(OTHER_CARD, by=ADA, at=NOW)))
    [requested] = again.appended
    assert (requested.by, requested.payload["attempt"]) == (ADA, 1)
    purchase = rules.now(Purchase, PURCHASE)
    assert (purchase.card, purchase.requested_by, purchase.reference) == (
        OTHER_CARD,
        ADA,
        REFERENCE,
    )


def test_a_card_page_is_recorded_once(rules: Rules) -> None:
    rules.given(started())
    rules.when(tell(rules, open_page)).then(opened())
    rules.when(tell(rules, open_page)).then()


def test_a_purchase_is_paid_once_whatever_is_reported_twice(rules: Rules) -> None:
    rules.given(started(), opened())
    rules.when(tell(rules, confirm)).then(confirmed())
    rules.when(tell(rules, confirm)).then()


def test_a_second_payment_under_another_name_is_not_passed_over_in_silence(rules: Rules) -> None:
    rules.given(started(), opened(), confirmed())
    rules.when(tell(rules, lambda it: confirm(it, reference="pi_2"))).refused(PaymentDiffers)


def test_money_may_turn_out_to_have_moved_after_all(rules: Rules) -> None:
    rules.given(CHARGE_STARTED, CHARGE_REQUESTED, FAILED, happened(Purchase.ChargeGivenUp))
    rules.given(happened(Purchase.ChargeWithdrawn))
    rules.when(tell(rules, confirm)).then(confirmed(buyer_id=ADA))


@pytest.mark.parametrize(
    "price", [Price(999, "usd"), Price(1001, "usd"), Price(0, "usd"), Price(1000, "eur")]
)
def test_what_was_paid_is_what_was_asked_in_amount_and_currency(rules: Rules, price: Price) -> None:
    rules.given(started(), opened())
    rules.when(tell(rules, lambda it: confirm(it, price))).refused(PaymentDiffers)


def test_what_was_given_back_is_recorded_as_far_as_it_is_news(rules: Rules) -> None:
    rules.given(started(), opened(), confirmed())
    give = {
        amount: tell(rules, lambda it, amount=amount: it.confirm_refund(amount, at=NOW))
        for amount in (0, 250, 1000, 1001)
    }
    rules.when(give[0]).then()
    part = happened(Purchase.PartlyRefunded, buyer_id=BEN, refunded=250)
    rules.when(give[250]).then(part)
    rules.when(give[250]).then()
    assert not rules.now(Purchase, PURCHASE).is_returned
    rules.when(give[1000]).then(refunded())
    rules.when(give[1000]).then()
    rules.when(give[250]).refused(PaymentDiffers)
    rules.when(give[1001]).refused(PaymentDiffers)
    assert rules.now(Purchase, PURCHASE).is_returned


def test_money_that_is_owed_can_be_given_back(rules: Rules) -> None:
    rules.given(started(), opened(), confirmed(), refund_owed())
    rules.when(tell(rules, lambda it: it.confirm_refund(1000, at=NOW))).then(refunded())


def test_money_counts_as_moved_in_every_state_but_those_before_a_payment(rules: Rules) -> None:
    purchase = rules.given(started()).now(Purchase, PURCHASE)
    paid = set()
    for state in PurchaseState:
        purchase.state = state
        paid |= {state} if purchase.is_paid else set()
        assert purchase.may(Purchase.PaymentConfirmed) is not purchase.is_paid
    assert paid == {
        PurchaseState.PAID,
        PurchaseState.REFUND_OWED,
        PurchaseState.REFUNDED,
        PurchaseState.DISPUTED,
        PurchaseState.CHARGED_BACK,
    }
    assert paid.isdisjoint(UNPAID)


def test_only_money_that_cannot_move_any_more_is_settled(rules: Rules) -> None:
    purchase = rules.given(started()).now(Purchase, PURCHASE)
    unsettled = set()
    for state in PurchaseState:
        purchase.state = state
        unsettled |= set() if purchase.is_settled else {state}
    assert unsettled == {
        PurchaseState.STARTED,
        PurchaseState.OPEN,
        PurchaseState.CHARGING,
        PurchaseState.FAILED,
        PurchaseState.GIVEN_UP,
    }
