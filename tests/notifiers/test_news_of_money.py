"""News of money is told while it is true: to whom it concerns, late if need be, or given up."""

from datetime import timedelta

import pytest

from domain.billing import Price
from domain.plan import MONTHLY, Plan
from domain.renewal import RENEWED_BEFORE
from tests.notifiers.till import Till

RECEIPT = "Your SecureMail receipt"
REFUSED = "Your card for SecureMail was refused"
CANCELLED = "SecureMail is not renewed any more"
CHANGED = "Another card is charged for SecureMail"
HAVE = "You have the paid version of SecureMail"
OVER = "Your paid version of SecureMail has ended"
DEARER = Plan(MONTHLY.name, MONTHLY.months, Price(1250, "usd"))
PRICE = "SecureMail costs $12.50 from April 2, 2026 on"


@pytest.fixture
def paid(till: Till) -> Till:
    """Ada has paid for herself, and was told of it."""
    till.buy(till.ada, till.ada)
    till.told()
    return till


@pytest.fixture
def refused(paid: Till) -> Till:
    """Ada's card was refused for the next term, and she was not told yet."""
    paid.card_answers(paid.ada, "declined")
    paid.go_to(paid.end_of(paid.ada) - RENEWED_BEFORE)
    return paid


@pytest.fixture
def paid_for_ben(till: Till) -> Till:
    """Ada has paid for Ben, and both were told."""
    till.buy(till.ada, till.ben)
    till.told()
    return till


def later(till: Till, **by: float) -> list[tuple[str, str]]:
    """Let time pass in which the cashier does nothing, and return what is told then."""
    till.clock.forward(**by)
    return till.told()


def test_a_purchase_for_oneself_is_told_by_its_receipt_alone(till: Till):
    till.buy(till.ada, till.ada)
    assert till.told() == [("ada", RECEIPT)]


def test_a_purchase_for_a_colleague_is_told_to_both(till: Till):
    till.buy(till.ada, till.ben)
    assert sorted(till.told()) == [("ada", RECEIPT), ("ben", HAVE)]


def test_the_renewal_for_a_colleague_is_told_to_who_pays_alone(paid_for_ben: Till):
    paid_for_ben.go_to(paid_for_ben.end_of(paid_for_ben.ben) - RENEWED_BEFORE)
    assert paid_for_ben.told() == [("ada", RECEIPT)]


def test_nobody_is_told_of_a_purchase_for_him_before_it_is_paid(till: Till):
    purchase = till.choose(till.ada, till.ben)
    assert till.told() == []
    till.pay(purchase, till.ada)
    assert sorted(till.told()) == [("ada", RECEIPT), ("ben", HAVE)]


def test_nobody_is_told_of_a_purchase_for_him_that_bought_nothing(till: Till):
    adas = till.choose(till.ada, till.ben)
    till.buy(till.ben, till.ben)
    till.pay(adas, till.ada)
    assert [subject for who, subject in till.told() if who == "ben"] == [RECEIPT]


def test_a_term_is_not_told_of_once_its_money_went_back(till: Till):
    till.give_back(till.buy(till.ada, till.ben))
    told = [subject for _, subject in till.told()]
    assert "We have given back $10.00" in told
    assert not {HAVE, RECEIPT} & set(told)


def test_a_payment_that_bought_nothing_has_no_receipt_and_its_way_back_is_told(till: Till):
    bens, adas = till.choose(till.ben, till.ben), till.choose(till.ada, till.ben)
    till.pay(bens, till.ben)
    till.pay(adas, till.ada)
    goes_back = "Your payment of $10.00 goes back to you"
    assert sorted(till.told()) == [("ada", goes_back), ("ben", RECEIPT)]
    till.work()
    assert till.told() == [("ada", "We have given back $10.00")]


def test_money_that_is_back_already_is_told_once(till: Till):
    bens, adas = till.choose(till.ben, till.ben), till.choose(till.ada, till.ben)
    till.pay(bens, till.ben)
    till.pay(adas, till.ada)
    till.work()
    assert sorted(till.told()) == [("ada", "We have given back $10.00"), ("ben", RECEIPT)]
    assert till.result("refund-owed") == ("abandoned", "the money went back already")


def test_a_refused_card_is_told_of_on_days_0_3_and_6_and_then_the_end(refused: Till):
    told = {}
    for day in range(8):
        told[day] = [subject for _, subject in refused.told()]
        refused.go_to(refused.clock() + timedelta(days=1))
    assert {day: subjects for day, subjects in told.items() if subjects} == {
        0: [REFUSED],
        3: [REFUSED],
        6: [REFUSED],
        7: [OVER],
    }


def test_what_the_payer_tried_herself_in_vain_is_not_told(refused: Till):
    refused.told()
    refused.money.renewing.retry(refused.ada, by=refused.ada, at=refused.clock())
    refused.work()
    assert refused.told() == []


def test_a_refusal_is_not_told_once_another_card_has_paid(refused: Till):
    refused.leave_card(refused.ada)
    assert sorted(refused.told()) == [("ada", CHANGED), ("ada", RECEIPT)]
    reason = "the charge is not refused any more"
    assert refused.result("renewal-trouble") == ("abandoned", reason)


def test_a_refusal_is_not_told_once_the_payer_has_cancelled(refused: Till):
    refused.cancel(refused.ada, refused.ada)
    assert refused.told() == [("ada", CANCELLED)]


def test_a_refusal_is_not_told_while_the_card_is_tried_again(refused: Till):
    refused.money.renewing.retry(refused.ada, by=refused.ada, at=refused.clock())
    refused.projections.catch_up()
    assert refused.told() == []
    assert refused.result("renewal-trouble") == ("owed", "the charge is being tried")
    refused.work()
    assert later(refused, seconds=1.25) == [("ada", REFUSED)]


def test_a_refusal_is_told_even_if_late(refused: Till):
    assert later(refused, days=2) == [("ada", REFUSED)]


def test_while_the_payments_lag_behind_news_wait(refused: Till):
    with refused.stores.pool.connection() as connection:
        connection.execute("DELETE FROM billing.purchase")
    assert refused.told() == []
    reason = "the payments do not show the purchase yet"
    assert refused.result("renewal-trouble") == ("owed", reason)


def test_a_cancellation_is_not_told_while_it_renews_after_all(paid: Till):
    paid.cancel(paid.ada, paid.ada)
    paid.resume(paid.ada, paid.ada)
    assert paid.told() == []
    assert paid.result("renewal-cancelled") == ("owed", "the payments do not show that it ends")


def test_a_cancellation_is_not_told_once_the_end_has_come(paid: Till):
    paid.cancel(paid.ada, paid.ada)
    paid.go_to(paid.end_of(paid.ada))
    assert paid.told() == [("ada", OVER)]
    reason = "the end has come, which is told by itself"
    assert paid.result("renewal-cancelled") == ("abandoned", reason)


def test_a_refusal_is_not_told_once_somebody_else_has_paid(paid_for_ben: Till):
    till = paid_for_ben
    till.card_answers(till.ada, "declined")
    till.go_to(till.end_of(till.ben) - RENEWED_BEFORE)
    till.buy(till.ben, till.ben)
    till.work()
    assert till.told() == [("ben", RECEIPT)]
    reason = "the charge is not refused any more"
    assert till.result("renewal-trouble") == ("abandoned", reason)


def test_the_end_is_told_once_to_who_paid_for_herself(paid: Till):
    paid.cancel(paid.ada, paid.ada)
    paid.told()
    paid.go_to(paid.end_of(paid.ada))
    assert paid.told() == [("ada", OVER)]


def test_the_end_is_not_told_once_it_was_bought_again(paid_for_ben: Till):
    till = paid_for_ben
    till.cancel(till.ben, till.ada)
    till.told()
    till.go_to(till.end_of(till.ben))
    till.buy(till.ben, till.ben)
    assert till.told() == [("ben", RECEIPT)]
    assert till.result("lapsed") == ("abandoned", "it was paid for again")
    assert till.result("lapsed-colleague") == ("abandoned", "it was paid for again")


def test_the_end_of_what_was_paid_is_not_told_to_who_was_given_it_for_good(paid_for_ben: Till):
    till = paid_for_ben
    till.cancel(till.ben, till.ada)
    till.told()
    till.grant(till.ben)
    till.go_to(till.end_of(till.ben))
    assert till.told() == []
    assert till.result("lapsed") == ("abandoned", "the person has it without paying")


def test_the_end_is_not_told_to_who_never_came(till: Till):
    till.invite(till.carla, "carla@sample-dental.example")
    till.buy(till.ada, till.carla)
    till.cancel(till.carla, till.ada)
    till.told()
    till.clock.moment = till.end_of(till.carla)
    till.work()
    assert till.told() == [("ada", "A paid version of SecureMail has ended")]


def test_a_term_that_was_given_back_ends_and_both_are_told(paid_for_ben: Till):
    purchase = paid_for_ben.newest_purchase(paid_for_ben.ben)
    paid_for_ben.give_back(purchase)
    assert sorted(paid_for_ben.told()) == [
        ("ada", "A paid version of SecureMail has ended"),
        ("ada", "We have given back $10.00"),
        ("ben", OVER),
    ]


def announce_price(till: Till) -> None:
    till.go_to(till.end_of(till.ada) - timedelta(days=9))
    till.costs(DEARER)


def test_another_price_is_told_even_if_late(paid: Till):
    announce_price(paid)
    assert later(paid, days=5) == [("ada", PRICE)]


def test_another_price_is_not_told_when_it_is_too_late_to_decide(paid: Till):
    announce_price(paid)
    assert later(paid, days=6) == []
    reason = "it is too late to decide about the next term"
    assert paid.result("price-change") == ("abandoned", reason)


def test_another_price_is_not_told_to_who_has_cancelled(paid: Till):
    announce_price(paid)
    paid.cancel(paid.ada, paid.ada)
    assert paid.told() == [("ada", CANCELLED)]


def test_who_cancelled_and_came_back_is_told_the_price(paid: Till):
    announce_price(paid)
    paid.cancel(paid.ada, paid.ada)
    paid.told()
    paid.resume(paid.ada, paid.ada)
    assert later(paid, hours=1) == [("ada", PRICE)]


def test_the_expiry_of_a_card_is_told_once(paid: Till):
    paid.leave_card(paid.ada, expires=(2026, 3))
    paid.go_to(paid.clock() + timedelta(days=1))
    assert paid.told() == [
        ("ada", CHANGED),
        ("ada", "Your card for SecureMail expires soon"),
    ]


def test_news_for_who_was_erased_are_given_up(refused: Till):
    refused.erase(refused.ada)
    assert refused.told() == []
    assert refused.result("renewal-trouble") == ("abandoned", "the person was erased")
