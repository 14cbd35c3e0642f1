"""The card vendor's papers: what a card page, a customer, a saved card and an event look like.

Field for field after https://docs.stripe.com/api; the tests hold every one of them to Stripe's
published OpenAPI document.
"""

from collections.abc import Iterable
from typing import Any

import stripe

from adapters.sandbox.stripe_card_form import CardOnFile
from adapters.sandbox.stripe_params import CardPage

Json = dict[str, Any]
"""One of Stripe's objects: open-ended JSON, hence `Any`."""

LIFE_OF_A_PAGE = 24 * 60 * 60
CUSTOM_TEXTS = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
NO_MORE_TO_PAY = {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}


def checkout_session(page: CardPage, *, session_id: str, url: str, created: int) -> Json:
    """Return an open Checkout Session."""
    pays = page.mode == "payment"
    return {
        "id": session_id,
        "object": "checkout.session",
        "amount_subtotal": page.amount if pays else None,
        "amount_total": page.amount if pays else None,
        "automatic_tax": automatic_tax(page, "requires_location_inputs"),
        "cancel_url": page.cancel_url,
        "client_reference_id": page.client_reference_id,
        "created": created,
        "currency": page.currency,
        "custom_fields": [],
        "custom_text": dict.fromkeys(CUSTOM_TEXTS),
        "customer": page.customer,
        "customer_creation": page.customer_creation,
        "customer_details": None,
        "customer_email": None,
        "expires_at": created + LIFE_OF_A_PAGE,
        "livemode": False,
        "metadata": page.metadata,
        "mode": page.mode,
        "payment_intent": None,
        "payment_method_collection": "if_required" if pays else "always",
        "payment_method_types": ["card"],
        "payment_status": "unpaid" if pays else "no_payment_required",
        "phone_number_collection": {"enabled": False},
        "setup_intent": None,
        "shipping_options": [],
        "status": "open",
        "success_url": page.success_url,
        "total_details": NO_MORE_TO_PAY if pays else None,
        "ui_mode": "hosted_page",
        "url": url,
    }


def automatic_tax(page: CardPage, status: str) -> Json:
    """Return how far working out the tax has come; the shop has no registrations, so it is 0."""
    if not page.automatic_tax:
        return {"enabled": False, "liability": None, "provider": None, "status": None}
    liability = {"type": "self"}
    return {"enabled": True, "liability": liability, "provider": "stripe", "status": status}


def setup_intent(page: CardPage, *, intent_id: str, secret: str, created: int) -> Json:
    """Return a SetupIntent for which no card was given yet."""
    return {
        "id": intent_id,
        "object": "setup_intent",
        "cancellation_reason": None,
        "client_secret": f"{intent_id}_secret_{secret}",
        "created": created,
        "customer": page.customer,
        "description": page.intent_description,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": page.intent_metadata,
        "next_action": None,
        "payment_method": None,
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
        "usage": "off_session",
    }


def customer(*, customer_id: str, created: int) -> Json:
    """Return a customer of whom nothing is known but her name at the vendor."""
    unknown = ("address", "default_source", "description", "discount", "email", "name", "phone")
    return {
        **dict.fromkeys((*unknown, "currency", "shipping", "test_clock")),
        "id": customer_id,
        "object": "customer",
        "balance": 0,
        "created": created,
        "delinquent": False,
        "invoice_prefix": customer_id[-8:].upper(),
        "invoice_settings": dict.fromkeys(
            ("custom_fields", "default_payment_method", "footer", "rendering_options")
        ),
        "livemode": False,
        "metadata": {},
        "preferred_locales": [],
        "tax_exempt": "none",
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
