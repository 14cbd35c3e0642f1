"""What every `Charges` must do when the holder of a card is asked, and when money goes back."""

from dataclasses import replace

import pytest

from domain.billing import BillingIsUnavailable, Charge, ChargeState, Dispute
from tests.contracts.billing_charges import DECLINED, NEEDS_HOLDER, PAID, state, times_charged
from tests.contracts.billing_desk import (
    ADAS_PURCHASE,
    AFTER_CONFIRMING,
    Desk,
    charged,
    opened,
)


class AskedHolder:
    """A charge of a card whose holder is asked for."""

    @pytest.fixture
    def card(self, desk: Desk):
        return desk.saved_card("needs-holder")

    @pytest.fixture
    def charge(self, desk: Desk, card) -> Charge:
        return charged(desk.billing, card)

    @pytest.fixture
    def bank_page(self, desk: Desk, card, charge: Charge) -> str:
        return asked(desk, charge, card)


class HolderContract(AskedHolder):
    """What can be seen of the bank's question without an answer."""

    def test_the_bank_asks_its_card_holder_and_nothing_moves_before(
        self, desk: Desk, charge: Charge, bank_page: str
    ):
        assert bank_page.startswith("http")
        assert state(desk, charge) == (ChargeState.NEEDS_HOLDER, None)

    def test_while_the_holder_is_waited_for_another_card_can_pay(self, desk: Desk):
        asking, good = desk.cards_of_one_buyer("needs-holder", "good")
        charge = charged(desk.billing, asking)
        asked(desk, charge, asking)
        again = desk.billing.charge_again(charge.reference, card=good, attempt=1)
        assert again.state is ChargeState.PAID

    def test_a_charge_that_waits_for_its_holder_can_be_withdrawn(
        self, desk: Desk, charge: Charge, bank_page: str
    ):
        assert bank_page
        assert desk.billing.withdraw_charge(charge.reference).state is ChargeState.WITHDRAWN

    @pytest.mark.parametrize(("name", "outcome"), [("good", PAID), ("declined", DECLINED)])
    def test_a_bank_that_asks_nobody_answers_at_once(self, desk: Desk, name: str, outcome):
        first, other = desk.cards_of_one_buyer("declined", name)
        charge = charged(desk.billing, first)
        assert asked(desk, charge, other) is None
        assert state(desk, charge) == outcome

    def test_asking_at_a_vendor_that_is_down_asks_nobody(self, desk: Desk, card, charge: Charge):
        desk.go_down()
        with pytest.raises(BillingIsUnavailable):
            asked(desk, charge, card)


class HolderAnswersContract(AskedHolder):
    """What takes a card holder who answers her bank."""

    def test_a_charge_that_its_holder_confirms_is_paid(
        self, desk: Desk, card, charge: Charge, bank_page: str
    ):
        desk.confirm(bank_page)
        assert state(desk, charge) == PAID
        assert asked(desk, charge, card) is None
        assert times_charged(desk) == 1

    def test_a_charge_that_its_holder_refuses_waits_for_her_still(
        self, desk: Desk, card, charge: Charge, bank_page: str
    ):
        desk.refuse(bank_page)
        assert state(desk, charge) == NEEDS_HOLDER
        desk.confirm(asked(desk, charge, card))
        assert state(desk, charge) == PAID

    def test_a_holder_who_asks_twice_pays_once(
        self, desk: Desk, card, charge: Charge, bank_page: str
    ):
        assert bank_page
        desk.confirm(asked(desk, charge, card))
        assert state(desk, charge) == PAID
        assert times_charged(desk) == 1

    def test_a_card_may_be_declined_although_its_holder_confirmed(self, desk: Desk):
        card = desk.saved_card("asks-in-vain")
        charge = charged(desk.billing, card)
        desk.confirm(asked(desk, charge, card))
        assert state(desk, charge) == DECLINED


def asked(desk: Desk, charge: Charge, card) -> str | None:
    return desk.billing.ask_holder(charge.reference, card=card, return_url=AFTER_CONFIRMING)


class MoneyBackContract:
    """What needs no hand on a page."""

    @pytest.fixture
    def paid(self, desk: Desk) -> Charge:
        return charged(desk.billing, desk.saved_card())

    def test_a_refund_gives_all_back_once(self, desk: Desk, paid: Charge):
        refunded = desk.billing.refund(paid.reference, purchase_id=ADAS_PURCHASE)
        assert (refunded.state, refunded.refunded) == (ChargeState.PAID, 1000)
        assert desk.billing.refund(paid.reference, purchase_id=ADAS_PURCHASE) == refunded
        assert desk.billing.charge_of(paid.reference) == refunded

    def test_a_refund_gives_back_what_was_not_given_back_by_hand(self, desk: Desk, paid: Charge):
        desk.give_back(paid.reference, 400)
        assert desk.billing.charge_of(paid.reference).refunded == 400
        refunded = desk.billing.refund(paid.reference, purchase_id=ADAS_PURCHASE)
        assert refunded.refunded == 1000

    def test_a_refund_after_all_was_given_back_by_hand_gives_nothing(
        self, desk: Desk, paid: Charge
    ):
        desk.give_back(paid.reference, 1000)
        refunded = desk.billing.refund(paid.reference, purchase_id=ADAS_PURCHASE)
        assert refunded.refunded == 1000

    def test_a_refund_whose_answer_was_lost_is_not_made_twice(self, desk: Desk, paid: Charge):
        desk.lose_answers(1)
        with pytest.raises(BillingIsUnavailable):
            desk.billing.refund(paid.reference, purchase_id=ADAS_PURCHASE)
        refunded = desk.billing.refund(paid.reference, purchase_id=ADAS_PURCHASE)
        assert refunded.refunded == 1000

    def test_money_that_never_came_cannot_be_given_back(self, desk: Desk):
        charge = charged(desk.billing, desk.saved_card("declined"))
        with pytest.raises(BillingIsUnavailable):
            desk.billing.refund(charge.reference, purchase_id=ADAS_PURCHASE)

    def test_a_dispute_shows_and_is_not_given_back_as_well(self, desk: Desk):
        charge = desk.disputed_charge()
        assert desk.billing.charge_of(charge.reference).dispute is Dispute.OPEN
        refunded = desk.billing.refund(charge.reference, purchase_id=ADAS_PURCHASE)
        assert (refunded.refunded, refunded.dispute) == (0, Dispute.OPEN)

    @pytest.mark.parametrize(("won", "end"), [(True, Dispute.WON), (False, Dispute.LOST)])
    def test_a_dispute_ends_won_or_lost(self, desk: Desk, won, end: Dispute):
        charge = desk.disputed_charge()
        desk.close_dispute(charge.reference, won=won)
        assert desk.billing.charge_of(charge.reference).dispute is end


class FailedRefundContract:
    """What takes a bank that says long after the refund that it does not take it."""

    @pytest.fixture
    def given_back(self, desk: Desk) -> Charge:
        charge = charged(desk.billing, desk.saved_card("refund-fails"))
        return desk.billing.refund(charge.reference, purchase_id=ADAS_PURCHASE)

    def test_a_refund_that_failed_was_not_given_back(self, desk: Desk, given_back: Charge):
        assert given_back.refunded == 1000
        desk.fail_refund(given_back.reference)
        assert desk.billing.charge_of(given_back.reference) == replace(given_back, refunded=0)

    def test_a_refund_that_failed_is_told_of(self, desk: Desk, given_back: Charge):
        told = desk.billing.read_webhook(*desk.fail_refund(given_back.reference))
        assert (told.kind, told.reference) == ("refund.failed", given_back.reference)
        assert told.purchase_id == ADAS_PURCHASE
        assert told in list(desk.billing.reports(since=told.at))

    def test_a_refund_that_failed_is_not_made_again_on_the_same_day(
        self, desk: Desk, given_back: Charge
    ):
        desk.fail_refund(given_back.reference)
        again = desk.billing.refund(given_back.reference, purchase_id=ADAS_PURCHASE)
        assert again.refunded == 0


class PageMoneyBackContract:
    """What takes a buyer who types her card."""

    def test_what_was_paid_on_a_card_page_can_be_given_back(self, desk: Desk):
        checkout = opened(desk.billing)
        desk.pay(checkout)
        reference = desk.billing.payment(checkout.session_id).reference
        assert desk.billing.charge_of(reference).purchase_id == ADAS_PURCHASE
        assert desk.billing.refund(reference, purchase_id=ADAS_PURCHASE).refunded == 1000
