"""The card vendor's papers about money: PaymentIntents, charges, refunds and disputes.

Field for field after https://docs.stripe.com/api; the tests hold every one of them to Stripe's
published OpenAPI document.
"""

from adapters.sandbox.stripe_cards import Decline
from adapters.sandbox.stripe_objects import Json

TIME_TO_ANSWER = 7 * 24 * 60 * 60
ERROR_CODES = "https://docs.stripe.com/error-codes#"


def payment_intent(
    *,
    intent_id: str,
    secret: str,
    created: int,
    amount: int,
    currency: str,
    customer: str | None = None,
    description: str | None = None,
    metadata: dict[str, str] | None = None,
    setup_future_usage: str | None = None,
) -> Json:
    """Return a PaymentIntent for which no card was given yet."""
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{intent_id}_secret_{secret}",
        "confirmation_method": "automatic",
        "created": created,
        "currency": currency,
        "customer": customer,
        "description": description,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": metadata or {},
        "next_action": None,
        "payment_method": None,
        "payment_method_types": ["card"],
        "receipt_email": None,
        "setup_future_usage": setup_future_usage,
        "status": "requires_payment_method",
    }


def charge(
    intent: Json, method: Json, *, charge_id: str, created: int, decline: Decline | None
) -> Json:
    """Return the charge of a PaymentIntent on a card, paid or declined."""
    return {
        "id": charge_id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0 if decline else intent["amount"],
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "captured": not decline,
        "created": created,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "outcome": _outcome(decline),
        "paid": not decline,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"card": {**method["card"], "three_d_secure": None}}
        | {"type": "card"},
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "status": "failed" if decline else "succeeded",
    }


def _outcome(decline: Decline | None) -> Json:
    return {
        "network_status": "declined_by_network" if decline else "approved_by_network",
        "reason": (decline.decline_code or decline.code) if decline else None,
        "risk_level": "normal",
        "seller_message": decline.message if decline else "Payment complete.",
        "type": "issuer_declined" if decline else "authorized",
    }


def card_error(decline: Decline, method: Json, *, charge_id: str | None = None) -> Json:
    """Return why a card was not charged, as the PaymentIntent keeps it."""
    fields = {"charge": charge_id, "code": decline.code, "decline_code": decline.decline_code}
    return {
        "doc_url": f"{ERROR_CODES}{decline.code.replace('_', '-')}",
        "message": decline.message,
        "payment_method": method,
        "type": "card_error",
        **{name: value for name, value in fields.items() if value},
    }


def refund(
    paid: Json,
    *,
    refund_id: str,
    created: int,
    amount: int,
    reason: str | None,
    metadata: dict[str, str],
) -> Json:
    """Return a refund of a charge, which test cards always take."""
    return {
        "id": refund_id,
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": paid["id"],
        "created": created,
        "currency": paid["currency"],
        "destination_details": {
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        "metadata": metadata,
        "payment_intent": paid["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def dispute(disputed: Json, *, dispute_id: str, created: int) -> Json:
    """Return a dispute in which the card holder says that she never paid."""
    card = disputed["payment_method_details"]["card"]
    return {
        "id": dispute_id,
        "object": "dispute",
        "amount": disputed["amount"],
        "balance_transactions": [],
        "charge": disputed["id"],
        "created": created,
        "currency": disputed["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": created + TIME_TO_ANSWER,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": disputed["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": card["brand"],
                "case_type": "chargeback",
                "network_reason_code": "10",
            },
            "type": "card",
        },
        "reason": "fraudulent",
        "status": "needs_response",
    }
