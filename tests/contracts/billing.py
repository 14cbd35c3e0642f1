"""What every `Billing` must do, whoever moves the money: in memory, or at Stripe."""

from typing import Protocol
from uuid import UUID

import pytest

from domain.billing import Billing, BillingIsUnavailable, Checkout, Price, WebhookIsNotGenuine

ADAS_PURCHASE = UUID("7b1c2e8a-0d57-4c53-9a0e-6d2f3f1b9a01")
BENS_PURCHASE = UUID("7b1c2e8a-0d57-4c53-9a0e-6d2f3f1b9a02")
TEN_DOLLARS = Price(1000, "usd")
WAYS_OF_THE_SHOP = {
    "description": "SecureMail, monthly plan",
    "return_url": "http://shop.example/paid?session={CHECKOUT_SESSION_ID}",
    "cancel_url": "http://shop.example/inbox",
}


class Desk(Protocol):
    """A `Billing`, and the hands of those on its other side: the buyer, and the vendor's people."""

    billing: Billing

    def pay(self, checkout: Checkout) -> tuple[bytes, str]:
        """Pay with a good card; return body and signature of the webhook that tells of it."""

    def decline(self, checkout: Checkout) -> tuple[bytes, str]:
        """Try a card that is declined; return the webhook that tells of it."""

    def go_down(self) -> None:
        """Let every further call to the vendor fail."""

    def lose_answers(self, calls: int) -> None:
        """Let the answer to as many calls of ours get lost, after the vendor has acted."""


def opened(billing: Billing, purchase_id: UUID = ADAS_PURCHASE, price: Price = TEN_DOLLARS):
    return billing.open_checkout(purchase_id=purchase_id, price=price, **WAYS_OF_THE_SHOP)


class BillingContract:
    @pytest.fixture
    def desk(self) -> Desk:
        raise NotImplementedError

    def test_a_purchase_gets_a_card_page(self, desk: Desk):
        checkout = opened(desk.billing)
        assert checkout.session_id
        assert checkout.url.startswith("http")

    def test_asking_again_gives_the_same_card_page(self, desk: Desk):
        assert opened(desk.billing) == opened(desk.billing)

    def test_asking_again_after_paying_gives_no_second_page_to_pay_on(self, desk: Desk):
        checkout = opened(desk.billing)
        desk.pay(checkout)
        assert opened(desk.billing).session_id == checkout.session_id

    def test_every_purchase_has_its_own_card_page(self, desk: Desk):
        assert opened(desk.billing, ADAS_PURCHASE) != opened(desk.billing, BENS_PURCHASE)

    def test_a_purchase_cannot_change_its_price(self, desk: Desk):
        opened(desk.billing)
        with pytest.raises(BillingIsUnavailable):
            opened(desk.billing, price=Price(1, "usd"))

    def test_a_purchase_cannot_change_where_it_returns_to(self, desk: Desk):
        opened(desk.billing)
        elsewhere = WAYS_OF_THE_SHOP | {"return_url": "http://elsewhere.example/"}
        with pytest.raises(BillingIsUnavailable):
            desk.billing.open_checkout(purchase_id=ADAS_PURCHASE, price=TEN_DOLLARS, **elsewhere)

    def test_a_page_on_which_nobody_paid_is_not_paid(self, desk: Desk):
        checkout = opened(desk.billing)
        payment = desk.billing.payment(checkout.session_id)
        assert (payment.paid, payment.reference) == (False, None)
        assert (payment.purchase_id, payment.price) == (ADAS_PURCHASE, TEN_DOLLARS)

    def test_a_declined_card_pays_nothing(self, desk: Desk):
        checkout = opened(desk.billing)
        desk.decline(checkout)
        payment = desk.billing.payment(checkout.session_id)
        assert (payment.paid, payment.reference) == (False, None)

    def test_a_paid_page_names_purchase_page_price_and_the_money(self, desk: Desk):
        checkout = opened(desk.billing)
        desk.pay(checkout)
        payment = desk.billing.payment(checkout.session_id)
        assert payment.paid
        assert payment.reference
        assert payment.purchase_id == ADAS_PURCHASE
        assert payment.session_id == checkout.session_id
        assert payment.price == TEN_DOLLARS

    def test_a_card_that_is_good_after_one_that_was_declined_pays(self, desk: Desk):
        checkout = opened(desk.billing)
        desk.decline(checkout)
        desk.pay(checkout)
        assert desk.billing.payment(checkout.session_id).paid

    def test_the_webhook_says_what_asking_says(self, desk: Desk):
        checkout = opened(desk.billing)
        body, signature = desk.pay(checkout)
        told = desk.billing.read_webhook(body, signature)
        assert told == desk.billing.payment(checkout.session_id)

    def test_a_webhook_that_comes_twice_says_the_same_twice(self, desk: Desk):
        webhook = desk.pay(opened(desk.billing))
        assert desk.billing.read_webhook(*webhook) == desk.billing.read_webhook(*webhook)

    def test_a_webhook_about_something_else_is_no_payment(self, desk: Desk):
        body, signature = desk.decline(opened(desk.billing))
        assert desk.billing.read_webhook(body, signature) is None

    def test_a_webhook_with_no_signature_is_not_genuine(self, desk: Desk):
        body, _ = desk.pay(opened(desk.billing))
        with pytest.raises(WebhookIsNotGenuine):
            desk.billing.read_webhook(body, None)

    def test_a_webhook_with_a_letter_changed_is_not_genuine(self, desk: Desk):
        body, signature = desk.pay(opened(desk.billing))
        with pytest.raises(WebhookIsNotGenuine):
            desk.billing.read_webhook(body.replace(b"cs_", b"ct_", 1), signature)

    def test_a_webhook_with_the_signature_of_another_is_not_genuine(self, desk: Desk):
        adas_body, _ = desk.pay(opened(desk.billing, ADAS_PURCHASE))
        _, bens_signature = desk.pay(opened(desk.billing, BENS_PURCHASE))
        with pytest.raises(WebhookIsNotGenuine):
            desk.billing.read_webhook(adas_body, bens_signature)

    @pytest.mark.parametrize("signature", ["", "ä", "t=1,v1=ä", "\x00"])
    def test_a_webhook_with_a_signature_that_is_none_is_not_genuine(
        self, desk: Desk, signature: str
    ):
        body, _ = desk.pay(opened(desk.billing))
        with pytest.raises(WebhookIsNotGenuine):
            desk.billing.read_webhook(body, signature)

    def test_an_unknown_card_page_cannot_be_looked_up(self, desk: Desk):
        with pytest.raises(BillingIsUnavailable):
            desk.billing.payment("cs_nobody_made_this")

    def test_a_vendor_that_is_down_opens_no_page(self, desk: Desk):
        desk.go_down()
        with pytest.raises(BillingIsUnavailable):
            opened(desk.billing)

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

    def test_a_payment_whose_answer_was_lost_can_be_looked_up_again(self, desk: Desk):
        checkout = opened(desk.billing)
        desk.pay(checkout)
        desk.lose_answers(1)
        with pytest.raises(BillingIsUnavailable):
            desk.billing.payment(checkout.session_id)
        assert desk.billing.payment(checkout.session_id).paid
