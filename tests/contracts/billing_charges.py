"""What every `Charges` must do: a purchase is charged once, whatever gets lost on the way."""

import pytest

from domain.billing import BillingIsUnavailable, Charge, ChargeState, Decline, NoSuchCharge
from tests.contracts.billing_desk import (
    ADAS_PURCHASE,
    AFTER_CONFIRMING,
    BENS_PURCHASE,
    TEN_DOLLARS,
    Desk,
    charged,
)

DECLINED = (ChargeState.DECLINED, Decline.DECLINED)
NEEDS_HOLDER = (ChargeState.DECLINED, Decline.NEEDS_HOLDER)
PAID = (ChargeState.PAID, None)


def state(desk: Desk, charge: Charge) -> tuple[ChargeState, Decline | None]:
    """Look a charge up."""
    now = desk.billing.charge_of(charge.reference)
    return now.state, now.decline


def times_charged(desk: Desk) -> int:
    return sum(
        charge.purchase_id == ADAS_PURCHASE for charge in desk.billing.charges(since=desk.began)
    )


def tries(desk: Desk, charge: Charge) -> int:
    """Return how often a bank was asked for the money of a charge."""
    outcomes = ("payment_intent.succeeded", "payment_intent.payment_failed")
    told = desk.billing.reports(since=desk.began)
    return sum(one.kind in outcomes and one.reference == charge.reference for one in told)


class ChargingContract:
    def test_a_good_card_pays(self, desk: Desk):
        charge = charged(desk.billing, desk.saved_card())
        assert (charge.state, charge.decline) == PAID
        assert (charge.purchase_id, charge.price) == (ADAS_PURCHASE, TEN_DOLLARS)
        assert (charge.refunded, charge.dispute) == (0, None)
        assert charge.created_at >= desk.began
        assert desk.billing.charge_of(charge.reference) == charge

    def test_a_purchase_is_charged_once_however_often_it_is_asked_for(self, desk: Desk):
        card = desk.saved_card()
        assert charged(desk.billing, card) == charged(desk.billing, card)
        assert times_charged(desk) == 1

    @pytest.mark.parametrize(
        ("card", "outcome"),
        [("declined", DECLINED), ("asks-in-vain", DECLINED), ("needs-holder", NEEDS_HOLDER)],
    )
    def test_a_card_that_is_declined_is_an_answer(self, desk: Desk, card: str, outcome):
        saved = desk.saved_card(card)
        charge = charged(desk.billing, saved)
        assert (charge.state, charge.decline) == outcome
        assert charge.purchase_id == ADAS_PURCHASE
        assert charge == charged(desk.billing, saved) == desk.billing.charge_of(charge.reference)

    def test_a_charge_whose_answer_was_lost_can_be_found(self, desk: Desk):
        card = desk.saved_card()
        desk.lose_charge()
        with pytest.raises(BillingIsUnavailable):
            charged(desk.billing, card)
        found = desk.billing.find_charge(ADAS_PURCHASE, customer=card.customer)
        assert found.state is ChargeState.PAID
        assert charged(desk.billing, card) == found
        assert times_charged(desk) == 1

    def test_a_charge_that_never_happened_is_not_found(self, desk: Desk):
        card, other = desk.saved_card(), desk.saved_card()
        charged(desk.billing, card, BENS_PURCHASE)
        assert desk.billing.find_charge(ADAS_PURCHASE, customer=card.customer) is None
        assert desk.billing.find_charge(BENS_PURCHASE, customer=other.customer) is None

    def test_a_declined_charge_is_found_too(self, desk: Desk):
        card = desk.saved_card("declined")
        charge = charged(desk.billing, card)
        assert desk.billing.find_charge(ADAS_PURCHASE, customer=card.customer) == charge

    def test_a_vendor_that_is_down_charges_nothing_and_says_nothing(self, desk: Desk):
        card = desk.saved_card()
        charge = charged(desk.billing, card)
        desk.go_down()
        for call in (
            lambda: charged(desk.billing, card, BENS_PURCHASE),
            lambda: desk.billing.find_charge(ADAS_PURCHASE, customer=card.customer),
            lambda: desk.billing.charge_of(charge.reference),
            lambda: desk.billing.charge_again(charge.reference, card=card, attempt=1),
            lambda: desk.billing.withdraw_charge(charge.reference),
            lambda: desk.billing.refund(charge.reference, purchase_id=ADAS_PURCHASE),
            lambda: list(desk.billing.charges(since=desk.began)),
            lambda: list(desk.billing.reports(since=desk.began)),
        ):
            with pytest.raises(BillingIsUnavailable):
                call()

    def test_a_charge_that_nobody_made_is_told_from_a_vendor_that_is_down(self, desk: Desk):
        with pytest.raises(NoSuchCharge):
            desk.billing.charge_of("pi_nobody_made_this")
        desk.go_down()
        with pytest.raises(BillingIsUnavailable) as refused:
            desk.billing.charge_of("pi_nobody_made_this")
        assert not isinstance(refused.value, NoSuchCharge)

    def test_nothing_can_be_done_with_a_charge_that_nobody_made(self, desk: Desk):
        nobodys, card = "pi_nobody_made_this", desk.saved_card()
        for call in (
            lambda: desk.billing.charge_of(nobodys),
            lambda: desk.billing.charge_again(nobodys, card=card, attempt=1),
            lambda: desk.billing.ask_holder(nobodys, card=card, return_url=AFTER_CONFIRMING),
            lambda: desk.billing.withdraw_charge(nobodys),
            lambda: desk.billing.refund(nobodys, purchase_id=ADAS_PURCHASE),
        ):
            with pytest.raises(BillingIsUnavailable):
                call()


class RestrictedContract:
    """What takes a vendor who turns against us, which none does on demand."""

    def test_a_vendor_that_serves_us_no_more_is_not_a_card_that_is_refused(self, desk: Desk):
        card = desk.saved_card("needs-holder")
        charge = charged(desk.billing, card)
        desk.restrict()
        for call in (
            lambda: charged(desk.billing, card, BENS_PURCHASE),
            lambda: desk.billing.charge_again(charge.reference, card=card, attempt=1),
            lambda: desk.billing.ask_holder(
                charge.reference, card=card, return_url=AFTER_CONFIRMING
            ),
        ):
            with pytest.raises(BillingIsUnavailable):
                call()
        assert state(desk, charge) == NEEDS_HOLDER
        assert desk.billing.find_charge(BENS_PURCHASE, customer=card.customer) is None


class ChargingAgainContract:
    def test_a_declined_charge_is_paid_with_another_card_of_the_buyer(self, desk: Desk):
        declined, good = desk.cards_of_one_buyer("declined", "good")
        charge = charged(desk.billing, declined)
        again = desk.billing.charge_again(charge.reference, card=good, attempt=1)
        assert (again.state, again.decline, again.reference) == (*PAID, charge.reference)
        assert times_charged(desk) == 1

    def test_a_charge_that_is_declined_again_stays_declined(self, desk: Desk):
        card = desk.saved_card("declined")
        charge = charged(desk.billing, card)
        for attempt in (1, 2):
            again = desk.billing.charge_again(charge.reference, card=card, attempt=attempt)
            assert (again.state, again.decline) == DECLINED
        assert tries(desk, charge) == 3

    def test_the_same_attempt_happens_once(self, desk: Desk):
        card = desk.saved_card("declined")
        charge = charged(desk.billing, card)
        for _ in range(3):
            desk.billing.charge_again(charge.reference, card=card, attempt=1)
        assert tries(desk, charge) == 2

    def test_the_same_attempt_cannot_be_made_with_another_card(self, desk: Desk):
        declined, good = desk.cards_of_one_buyer("declined", "good")
        charge = charged(desk.billing, declined)
        desk.billing.charge_again(charge.reference, card=declined, attempt=1)
        with pytest.raises(BillingIsUnavailable):
            desk.billing.charge_again(charge.reference, card=good, attempt=1)

    def test_a_paid_charge_is_not_paid_again(self, desk: Desk):
        card = desk.saved_card()
        charge = charged(desk.billing, card)
        assert desk.billing.charge_again(charge.reference, card=card, attempt=1) == charge
        assert tries(desk, charge) == 1

    def test_an_attempt_whose_answer_was_lost_is_not_made_twice(self, desk: Desk):
        declined, good = desk.cards_of_one_buyer("declined", "good")
        charge = charged(desk.billing, declined)
        desk.lose_answers(1)
        with pytest.raises(BillingIsUnavailable):
            desk.billing.charge_again(charge.reference, card=good, attempt=1)
        again = desk.billing.charge_again(charge.reference, card=good, attempt=1)
        assert again.state is ChargeState.PAID
        assert tries(desk, charge) == 2

    def test_a_withdrawn_charge_can_never_be_paid(self, desk: Desk):
        declined, good = desk.cards_of_one_buyer("declined", "good")
        charge = charged(desk.billing, declined)
        withdrawn = desk.billing.withdraw_charge(charge.reference)
        assert (withdrawn.state, withdrawn.decline) == (ChargeState.WITHDRAWN, None)
        assert desk.billing.withdraw_charge(charge.reference) == withdrawn
        assert desk.billing.charge_again(charge.reference, card=good, attempt=1) == withdrawn
        asked = desk.billing.ask_holder(charge.reference, card=good, return_url=AFTER_CONFIRMING)
        assert asked is None
        assert charged(desk.billing, declined) == withdrawn

    def test_a_paid_charge_cannot_be_withdrawn(self, desk: Desk):
        charge = charged(desk.billing, desk.saved_card())
        assert desk.billing.withdraw_charge(charge.reference) == charge

    def test_a_charge_for_a_card_that_is_gone_is_declined_and_can_be_paid_with_another(
        self, desk: Desk
    ):
        gone, good = desk.cards_of_one_buyer("gone", "good")
        charge = charged(desk.billing, gone)
        assert (charge.state, charge.decline) == DECLINED
        again = desk.billing.charge_again(charge.reference, card=gone, attempt=1)
        assert (again.state, again.decline) == DECLINED
        again = desk.billing.charge_again(charge.reference, card=good, attempt=2)
        assert again.state is ChargeState.PAID
        assert times_charged(desk) == 1
