"""What every `Billing` must do for a buyer whom the vendor knew, and knows no more."""

import pytest

from domain.billing import BillingIsUnavailable, ChargeState, Checkout, Decline, SavedCard
from tests.contracts.billing_charges import state
from tests.contracts.billing_desk import (
    ADAS_PURCHASE,
    BENS_PURCHASE,
    TEN_DOLLARS,
    WAYS_OF_THE_SHOP,
    Desk,
    charged,
)
from tests.contracts.billing_pages import card_page


def opened_for(desk: Desk, customer: str) -> Checkout:
    ways = WAYS_OF_THE_SHOP | {"customer": customer}
    return desk.billing.open_checkout(purchase_id=ADAS_PURCHASE, price=TEN_DOLLARS, **ways)


class ForgottenCustomerContract:
    """What takes the vendor's people, who delete a customer, and a buyer who types her card."""

    @pytest.fixture
    def hers(self, desk: Desk) -> SavedCard:
        return desk.saved_card("declined")

    def test_a_buyer_whom_the_vendor_forgot_buys_as_somebody_new(self, desk: Desk, hers):
        desk.forget_customer(hers.customer)
        checkout = opened_for(desk, hers.customer)
        desk.pay(checkout)
        payment = desk.billing.payment(checkout.session_id)
        assert (payment.purchase_id, payment.paid) == (ADAS_PURCHASE, True)
        assert payment.card.customer != hers.customer
        assert charged(desk.billing, payment.card, BENS_PURCHASE).state is ChargeState.PAID

    def test_a_buyer_whom_the_vendor_forgot_gets_the_same_page_again(self, desk: Desk, hers):
        desk.forget_customer(hers.customer)
        assert opened_for(desk, hers.customer) == opened_for(desk, hers.customer)

    def test_a_page_from_before_the_vendor_forgot_her_stays_the_page(self, desk: Desk, hers):
        checkout = opened_for(desk, hers.customer)
        desk.forget_customer(hers.customer)
        assert opened_for(desk, hers.customer) == checkout

    def test_nothing_else_begins_for_a_buyer_whom_the_vendor_forgot(self, desk: Desk, hers):
        desk.forget_customer(hers.customer)
        for call in (
            lambda: charged(desk.billing, hers),
            lambda: card_page(desk, hers.customer),
        ):
            with pytest.raises(BillingIsUnavailable):
                call()
        assert desk.billing.find_charge(ADAS_PURCHASE, customer=hers.customer) is None

    def test_what_she_owed_before_can_still_be_looked_up_and_is_not_paid(self, desk: Desk):
        declined, good = desk.cards_of_one_buyer("declined", "good")
        charge = charged(desk.billing, declined)
        desk.forget_customer(good.customer)
        again = desk.billing.charge_again(charge.reference, card=good, attempt=1)
        assert again == charge == charged(desk.billing, good)
        assert state(desk, charge) == (ChargeState.DECLINED, Decline.DECLINED)
