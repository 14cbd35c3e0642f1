"""The card vendor's papers: what a checkout, a payment, a saved card and an event look like.

Field for field after https://docs.stripe.com/api; the tests hold every one of them to Stripe's
published OpenAPI document.
"""

from collections.abc import Iterable
from typing import Any

import stripe

from adapters.sandbox.stripe_cards import CardOnFile, Decline
from adapters.sandbox.stripe_params import CardPage

Json = dict[str, Any]
"""One of Stripe's objects: open-ended JSON, hence `Any`."""

LIFE_OF_A_PAGE = 24 * 60 * 60
CUSTOM_TEXTS = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")


def checkout_session(page: CardPage, *, session_id: str, url: str, created: int) -> Json:
    """Return an open Checkout Session."""
    return {
        "id": session_id,
        "object": "checkout.session",
        "amount_subtotal": page.amount,
        "amount_total": page.amount,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": page.cancel_url,
        "client_reference_id": page.client_reference_id,
        "created": created,
        "currency": page.currency,
        "custom_fields": [],
        "custom_text": dict.fromkeys(CUSTOM_TEXTS),
        "customer": None,
        "customer_creation": page.customer_creation,
        "customer_details": None,
        "customer_email": None,
        "expires_at": created + LIFE_OF_A_PAGE,
        "livemode": False,
        "metadata": page.metadata,
        "mode": "payment",
        "payment_intent": None,
        "payment_method_collection": "if_required",
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "success_url": page.success_url,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": url,
    }


def payment_intent(session: Json, page: CardPage, *, intent_id: str, secret: str) -> Json:
    """Return a PaymentIntent for which no card was given yet."""
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_received": 0,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{intent_id}_secret_{secret}",
        "confirmation_method": "automatic",
        "created": session["created"],
        "currency": session["currency"],
        "customer": None,
        "description": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": {},
        "next_action": None,
        "payment_method": None,
        "payment_method_types": ["card"],
        "receipt_email": None,
        "setup_future_usage": page.setup_future_usage,
        "status": "requires_payment_method",
    }


def payment_method(card: CardOnFile, *, method_id: str, created: int) -> Json:
    """Return a saved card: brand, last four digits and expiry, nothing else of it."""
    return {
        "id": method_id,
        "object": "payment_method",
        "billing_details": dict.fromkeys(("address", "email", "name", "phone", "tax_id")),
        "card": {
            "brand": card.brand,
            "exp_month": card.month,
            "exp_year": card.year,
            "funding": "credit",
            "last4": card.last4,
        },
        "created": created,
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }


def card_error(decline: Decline, method: Json) -> Json:
    """Return why a card was not charged, as the PaymentIntent keeps it."""
    fields = {"code": decline.code, "decline_code": decline.decline_code}
    return {
        "message": decline.message,
        "payment_method": method,
        "type": "card_error",
        **{name: value for name, value in fields.items() if value},
    }


def event(kind: str, about: Json, *, event_id: str, created: int) -> Json:
    """Return the event that tells of an object as it is now."""
    return {
        "id": event_id,
        "object": "event",
        "api_version": stripe.api_version,
        "created": created,
        "data": {"object": about},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }


def listing(items: Iterable[Json], *, url: str, has_more: bool) -> Json:
    """Return a page of a list."""
    return {"object": "list", "data": list(items), "has_more": has_more, "url": url}
