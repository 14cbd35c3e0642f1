"""What every `CardPages` must do."""

from dataclasses import replace

import pytest

from domain.billing import BillingIsUnavailable, ChargeState, Checkout, PageState, Price
from tests.contracts.billing_desk import (
    ADA,
    ADAS_PURCHASE,
    BENS_PURCHASE,
    CARD_WAYS_OF_THE_SHOP,
    TEN_DOLLARS,
    WAYS_OF_THE_SHOP,
    Desk,
    charged,
    opened,
)


def card_page(desk: Desk, customer: str, **changed: str) -> Checkout:
    ways = CARD_WAYS_OF_THE_SHOP | changed
    return desk.billing.open_card_page(
        update_id=BENS_PURCHASE, payer_id=ADA, customer=customer, **ways
    )


class CardPagesContract:
    """What can be seen of a page without a hand on it."""

    def test_a_purchase_gets_a_card_page(self, desk: Desk):
        checkout = opened(desk.billing)
        assert checkout.session_id
        assert checkout.url.startswith("http")

    def test_asking_again_gives_the_same_card_page(self, desk: Desk):
        assert opened(desk.billing) == opened(desk.billing)

    def test_every_purchase_has_its_own_card_page(self, desk: Desk):
        assert opened(desk.billing, ADAS_PURCHASE) != opened(desk.billing, BENS_PURCHASE)

    def test_a_purchase_cannot_change_its_price(self, desk: Desk):
        opened(desk.billing)
        with pytest.raises(BillingIsUnavailable):
            opened(desk.billing, price=Price(1, "usd"))

    @pytest.mark.parametrize(
        "change", [{"return_url": "http://elsewhere.example/"}, {"customer": "cus_other"}]
    )
    def test_a_purchase_cannot_change_where_it_returns_to_nor_for_whom_it_is(
        self, desk: Desk, change: dict[str, str]
    ):
        opened(desk.billing)
        otherwise = WAYS_OF_THE_SHOP | change
        with pytest.raises(BillingIsUnavailable):
            desk.billing.open_checkout(purchase_id=ADAS_PURCHASE, price=TEN_DOLLARS, **otherwise)

    def test_a_page_on_which_nobody_paid_is_open_and_not_paid(self, desk: Desk):
        checkout = opened(desk.billing)
        payment = desk.billing.payment(checkout.session_id)
        assert (payment.page, payment.paid) == (PageState.OPEN, False)
        assert (payment.reference, payment.card) == (None, None)
        assert (payment.purchase_id, payment.price) == (ADAS_PURCHASE, TEN_DOLLARS)

    def test_a_page_that_was_closed_is_closed_and_nothing_was_paid(self, desk: Desk):
        checkout = opened(desk.billing)
        closed = desk.billing.close_checkout(checkout.session_id)
        assert (closed.page, closed.paid) == (PageState.CLOSED, False)
        assert desk.billing.payment(checkout.session_id) == closed
        assert desk.billing.close_checkout(checkout.session_id) == closed

    def test_a_page_whose_time_ran_out_is_closed(self, desk: Desk):
        checkout = opened(desk.billing)
        desk.expire(checkout)
        assert desk.billing.payment(checkout.session_id).page is PageState.CLOSED
        assert desk.billing.close_checkout(checkout.session_id).page is PageState.CLOSED

    def test_a_page_whose_closing_was_not_heard_of_can_be_closed_again(self, desk: Desk):
        checkout = opened(desk.billing)
        desk.lose_answers(1)
        with pytest.raises(BillingIsUnavailable):
            desk.billing.close_checkout(checkout.session_id)
        assert desk.billing.close_checkout(checkout.session_id).page is PageState.CLOSED

    def test_a_page_for_another_card_is_made_once(self, desk: Desk):
        customer = desk.saved_card().customer
        page = card_page(desk, customer)
        assert page.url.startswith("http")
        assert card_page(desk, customer) == page

    def test_a_page_for_another_card_cannot_change_where_it_returns_to(self, desk: Desk):
        customer = desk.saved_card().customer
        card_page(desk, customer)
        with pytest.raises(BillingIsUnavailable):
            card_page(desk, customer, return_url="http://elsewhere.example/")

    def test_a_page_on_which_no_card_was_left_has_none(self, desk: Desk):
        page = card_page(desk, desk.saved_card().customer)
        update = desk.billing.card_update(page.session_id)
        assert (update.page, update.card) == (PageState.OPEN, None)
        assert (update.payer_id, update.session_id) == (ADA, page.session_id)

    def test_a_page_for_another_card_whose_time_ran_out_is_closed(self, desk: Desk):
        page = card_page(desk, desk.saved_card().customer)
        desk.expire(page)
        update = desk.billing.card_update(page.session_id)
        assert (update.page, update.card) == (PageState.CLOSED, None)

    def test_a_page_is_either_for_paying_or_for_leaving_a_card(self, desk: Desk):
        page = card_page(desk, desk.saved_card().customer)
        with pytest.raises(BillingIsUnavailable):
            desk.billing.payment(page.session_id)
        checkout = opened(desk.billing)
        with pytest.raises(BillingIsUnavailable):
            desk.billing.card_update(checkout.session_id)

    def test_a_saved_card_has_a_face(self, desk: Desk):
        card = desk.saved_card()
        face = desk.billing.card_face(card)
        assert (face.brand, face.last4) == ("visa", "4242")
        assert (face.expires_year, face.expires_month) == (card.expires_year, card.expires_month)

    def test_a_card_that_the_vendor_does_not_know_has_no_face(self, desk: Desk):
        card = replace(desk.saved_card(), method="pm_nobody")
        with pytest.raises(BillingIsUnavailable):
            desk.billing.card_face(card)

    def test_an_unknown_card_page_cannot_be_looked_up(self, desk: Desk):
        for look in (desk.billing.payment, desk.billing.close_checkout, desk.billing.card_update):
            with pytest.raises(BillingIsUnavailable):
                look("cs_nobody_made_this")

    def test_a_vendor_that_is_down_opens_no_page(self, desk: Desk):
        customer = desk.saved_card().customer
        desk.go_down()
        with pytest.raises(BillingIsUnavailable):
            opened(desk.billing)
        with pytest.raises(BillingIsUnavailable):
            card_page(desk, customer)

    def test_a_vendor_that_is_down_tells_nothing_of_a_payment(self, desk: Desk):
        checkout = opened(desk.billing)
        desk.go_down()
        with pytest.raises(BillingIsUnavailable):
            desk.billing.payment(checkout.session_id)

    def test_a_page_whose_answer_was_lost_is_the_page_of_the_next_try(self, desk: Desk):
        desk.lose_answers(1)
        with pytest.raises(BillingIsUnavailable):
            opened(desk.billing)
        checkout = opened(desk.billing)
        assert desk.billing.payment(checkout.session_id).purchase_id == ADAS_PURCHASE


class PaidPagesContract:
    """What takes a buyer who types her card."""

    def test_asking_again_after_paying_gives_no_second_page_to_pay_on(self, desk: Desk):
        checkout = opened(desk.billing)
        desk.pay(checkout)
        assert opened(desk.billing).session_id == checkout.session_id

    def test_a_declined_card_pays_nothing(self, desk: Desk):
        checkout = opened(desk.billing)
        desk.decline(checkout)
        payment = desk.billing.payment(checkout.session_id)
        assert (payment.page, payment.reference) == (PageState.OPEN, None)

    def test_a_paid_page_names_purchase_page_price_and_the_money(self, desk: Desk):
        checkout = opened(desk.billing)
        desk.pay(checkout)
        payment = desk.billing.payment(checkout.session_id)
        assert payment.paid
        assert payment.reference
        assert payment.page is PageState.COMPLETE
        assert payment.purchase_id == ADAS_PURCHASE
        assert payment.session_id == checkout.session_id
        assert payment.price == TEN_DOLLARS

    def test_a_paid_page_leaves_a_card_for_later_with_the_month_of_its_expiry(self, desk: Desk):
        checkout = opened(desk.billing)
        desk.pay(checkout)
        card = desk.billing.payment(checkout.session_id).card
        assert card.customer
        assert card.method
        assert (card.expires_year, card.expires_month) == (2031, 4)

    def test_a_buyer_whom_the_vendor_knows_stays_the_same(self, desk: Desk):
        known = desk.saved_card().customer
        ways = WAYS_OF_THE_SHOP | {"customer": known}
        checkout = desk.billing.open_checkout(purchase_id=ADAS_PURCHASE, price=TEN_DOLLARS, **ways)
        desk.pay(checkout)
        assert desk.billing.payment(checkout.session_id).card.customer == known

    def test_a_card_that_is_good_after_one_that_was_declined_pays(self, desk: Desk):
        checkout = opened(desk.billing)
        desk.decline(checkout)
        desk.pay(checkout)
        assert desk.billing.payment(checkout.session_id).paid

    def test_closing_a_page_that_is_paid_changes_nothing(self, desk: Desk):
        checkout = opened(desk.billing)
        desk.pay(checkout)
        paid = desk.billing.payment(checkout.session_id)
        assert desk.billing.close_checkout(checkout.session_id) == paid

    def test_what_was_declined_on_a_page_can_be_paid_there_and_nowhere_else(self, desk: Desk):
        card = desk.saved_card()
        ways = WAYS_OF_THE_SHOP | {"customer": card.customer}
        checkout = desk.billing.open_checkout(purchase_id=ADAS_PURCHASE, price=TEN_DOLLARS, **ways)
        desk.decline(checkout)
        declined = desk.billing.find_charge(ADAS_PURCHASE, customer=card.customer)
        assert declined.state is ChargeState.DECLINED
        assert charged(desk.billing, card) == declined
        again = desk.billing.charge_again(declined.reference, card=card, attempt=1)
        assert again == declined
        assert desk.billing.withdraw_charge(declined.reference) == declined
        desk.pay(checkout)
        assert desk.billing.charge_of(declined.reference).state is ChargeState.PAID

    def test_a_card_that_was_left_is_one_of_the_same_customer(self, desk: Desk):
        before = desk.saved_card()
        page = card_page(desk, before.customer)
        desk.leave(page)
        update = desk.billing.card_update(page.session_id)
        assert (update.page, update.payer_id) == (PageState.COMPLETE, ADA)
        assert update.card.customer == before.customer
        assert update.card.method != before.method

    def test_a_payment_whose_answer_was_lost_can_be_looked_up_again(self, desk: Desk):
        checkout = opened(desk.billing)
        desk.pay(checkout)
        desk.lose_answers(1)
        with pytest.raises(BillingIsUnavailable):
            desk.billing.payment(checkout.session_id)
        assert desk.billing.payment(checkout.session_id).paid
