"""Stripe's hosted card pages: opens them, closes them, and looks up what became of them.

Hosted Checkout (https://docs.stripe.com/api/checkout/sessions): card numbers never pass through our
pages. A page lives for 24 hours, as long as Stripe keeps an idempotency key
(https://docs.stripe.com/api/idempotent_requests), so the same page is never made twice.
"""

import contextlib
from uuid import UUID

import stripe
from stripe.params.checkout import SessionCreateParams, SessionCreateParamsLineItem

from adapters.stripe_answers import card_update_of, face_of, payment_of, text
from adapters.stripe_failures import converted_errors, names_no_customer
from domain.billing import CardFace, CardUpdate, Checkout, Payment, Price, SavedCard

PRODUCT = "SecureMail"


class StripeCardPages:
    """The `CardPages` port on Stripe.

    With a `tax_code` (`txcd_...`, https://docs.stripe.com/tax/tax-codes) Stripe works out the tax
    that is in a price; what is to be paid stays the same. The `quick` client is for what a page
    waits for.
    """

    def __init__(
        self, client: stripe.StripeClient, quick: stripe.StripeClient, tax_code: str | None
    ) -> None:
        self._sessions = client.v1.checkout.sessions
        self._cards = quick.v1.payment_methods
        self._tax_code = tax_code

    def open_checkout(
        self,
        *,
        purchase_id: UUID,
        price: Price,
        description: str,
        customer: str | None,
        return_url: str,
        cancel_url: str,
    ) -> Checkout:
        """Return the page of a purchase; asking again returns the same one.

        A customer who was deleted at Stripe buys as somebody new, on a page under a key of its own.
        """
        page: SessionCreateParams = {
            "mode": "payment",
            "allowed_payment_method_types": ["card"],
            "line_items": [self._line(price, description)],
            "client_reference_id": str(purchase_id),
            "metadata": {"purchase_id": str(purchase_id)},
            "payment_intent_data": {
                "setup_future_usage": "off_session",
                "metadata": {"purchase_id": str(purchase_id)},
            },
            "success_url": return_url,
            "cancel_url": cancel_url,
        }
        key = f"checkout-{purchase_id}"
        with converted_errors():
            try:
                return self._opened(self._for_buyer(page, customer), key=key)
            except stripe.InvalidRequestError as error:
                if not names_no_customer(error):
                    raise
            return self._opened(self._for_buyer(page, None), key=f"{key}-anew")

    def payment(self, session_id: str) -> Payment:
        """Look up what became of a page of a purchase."""
        with converted_errors():
            expand = ["payment_intent.payment_method"]
            session = self._sessions.retrieve(session_id, {"expand": expand})
            return payment_of(session.to_dict())

    def close_checkout(self, session_id: str) -> Payment:
        """Close a page so that nobody pays on it any more; one that is paid or closed stays so.

        It may stay open too, while a card is just being charged on it: then try again.
        """
        with converted_errors(), contextlib.suppress(stripe.InvalidRequestError):
            self._sessions.expire(session_id)
        return self.payment(session_id)

    def open_card_page(
        self,
        *,
        update_id: UUID,
        payer_id: UUID,
        customer: str,
        currency: str,
        return_url: str,
        cancel_url: str,
    ) -> Checkout:
        """Return a page on which a payer leaves another card; asking again returns the same one."""
        page: SessionCreateParams = {
            "mode": "setup",
            "allowed_payment_method_types": ["card"],
            "currency": currency,
            "customer": customer,
            "client_reference_id": str(update_id),
            "metadata": {"payer_id": str(payer_id)},
            "success_url": return_url,
            "cancel_url": cancel_url,
        }
        with converted_errors():
            return self._opened(page, key=f"card-{update_id}")

    def card_update(self, session_id: str) -> CardUpdate:
        """Look up what became of such a page."""
        with converted_errors():
            expand = ["setup_intent.payment_method"]
            session = self._sessions.retrieve(session_id, {"expand": expand})
            return card_update_of(session.to_dict())

    def card_face(self, card: SavedCard) -> CardFace:
        """Look up what a saved card looks like; a page waits, so it is asked once and not long."""
        with converted_errors():
            return face_of(self._cards.retrieve(card.method).to_dict())

    def _opened(self, page: SessionCreateParams, *, key: str) -> Checkout:
        session = self._sessions.create(page, {"idempotency_key": key})
        return Checkout(session_id=text(session.id), url=text(session.url))

    def _line(self, price: Price, description: str) -> SessionCreateParamsLineItem:
        line: SessionCreateParamsLineItem = {
            "quantity": 1,
            "price_data": {
                "currency": price.currency,
                "unit_amount": price.amount,
                "product_data": {"name": PRODUCT, "description": description},
            },
        }
        if self._tax_code:
            line["price_data"]["tax_behavior"] = "inclusive"
            line["price_data"]["product_data"]["tax_code"] = self._tax_code
        return line

    def _for_buyer(self, page: SessionCreateParams, customer: str | None) -> SessionCreateParams:
        """Say for whom the card is kept, and that her address decides on the tax."""
        for_her = page.copy()
        if customer is None:
            for_her["customer_creation"] = "always"
        else:
            for_her["customer"] = customer
        if self._tax_code:
            for_her["automatic_tax"] = {"enabled": True}
        if self._tax_code and customer:
            for_her["customer_update"] = {"address": "auto"}
        return for_her
