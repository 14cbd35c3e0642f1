"""How a purchase begins: from "Buy Now" to the card page."""

from domain.billing import BillingIsUnavailable, Checkout, Price
from domain.purchase import NoSuchPurchase
from domain.tier import AlreadyPaid, PatientsAreNeverCharged
from tests.domain.people import (
    ADA,
    ADA_PAYS,
    BEN_IS_FREE,
    CARLA,
    CARLA_IS_A_PATIENT,
    DORA,
    DORA_IS_ELSEWHERE,
    EMIL,
)
from tests.domain.purchases import (
    SESSION,
    at_the_card_page,
    opened,
    start,
    started,
)
from tests.domain.rules import Rules


def test_a_purchase_is_recorded_before_and_after_the_card_page_is_made(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE)
    outcome = rules.when(lambda: start(rules))
    outcome.then(started(), opened())
    assert outcome.answer == Checkout(SESSION, f"https://cards.example/{SESSION}")
    assert rules.billing.asked[SESSION] == (
        Price(1000, "usd"),
        "SecureMail, monthly plan",
        "https://portal.example/back",
        "https://portal.example/away",
    )


def test_starting_again_is_silent_and_gives_the_same_card_page(rules: Rules) -> None:
    at_the_card_page(rules)
    again = rules.when(lambda: start(rules))
    again.then()
    assert again.answer == Checkout(SESSION, f"https://cards.example/{SESSION}")


def test_a_double_click_on_buy_starts_one_purchase(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE)
    rules.log.rivals.append(lambda: start(rules))
    rules.when(lambda: start(rules)).then(started(), opened())


def test_patients_are_never_charged(rules: Rules) -> None:
    rules.given(*CARLA_IS_A_PATIENT)
    rules.when(lambda: start(rules, buyer_id=CARLA)).refused(PatientsAreNeverCharged)
    assert rules.billing.asked == {}


def test_who_has_the_paid_tier_buys_nothing(rules: Rules) -> None:
    rules.given(*ADA_PAYS)
    rules.when(lambda: start(rules, buyer_id=ADA)).refused(AlreadyPaid)
    assert rules.billing.asked == {}


def test_who_does_not_exist_buys_nothing(rules: Rules) -> None:
    rules.when(lambda: start(rules, buyer_id=EMIL)).refused(NoSuchPurchase)


def test_nobody_goes_to_the_card_page_of_somebody_else(rules: Rules) -> None:
    at_the_card_page(rules)
    rules.given(*DORA_IS_ELSEWHERE)
    rules.when(lambda: start(rules, buyer_id=DORA)).refused(NoSuchPurchase)


def test_a_purchase_survives_a_vendor_that_is_down(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE).billing.is_down = True
    rules.when(lambda: start(rules)).refused(BillingIsUnavailable, started())
    rules.billing.is_down = False
    rules.when(lambda: start(rules)).then(opened())


def test_a_purchase_survives_an_answer_that_was_lost(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE).billing.lost_answers = 1
    rules.when(lambda: start(rules)).refused(BillingIsUnavailable, started())
    rules.when(lambda: start(rules)).then(opened())
    assert list(rules.billing.asked) == [SESSION]
