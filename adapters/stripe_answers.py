"""Reads what Stripe answers into our own words; what it does not find as promised is an error.

All of it raises TypeError, KeyError or ValueError. The objects are those of
https://docs.stripe.com/api: Checkout Session, PaymentIntent, PaymentMethod, Refund, Dispute.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.billing import (
    CardFace,
    CardUpdate,
    Charge,
    ChargeState,
    Decline,
    Dispute,
    PageState,
    Payment,
    Price,
    SavedCard,
)

StripeObject = Mapping[str, Any]
"""An object as Stripe's JSON has it, not yet understood: hence `Any`."""

PAGE_STATES = {
    "open": PageState.OPEN,
    "complete": PageState.COMPLETE,
    "expired": PageState.CLOSED,
}
CHARGE_STATES = {
    "succeeded": ChargeState.PAID,
    "requires_payment_method": ChargeState.DECLINED,
    "requires_action": ChargeState.NEEDS_HOLDER,
    "processing": ChargeState.PENDING,
    "requires_confirmation": ChargeState.PENDING,
    "requires_capture": ChargeState.PENDING,
    "canceled": ChargeState.WITHDRAWN,
}
"""https://docs.stripe.com/payments/paymentintents/lifecycle"""

DECLINES = {
    "expired_card": Decline.EXPIRED,
    "authentication_required": Decline.NEEDS_HOLDER,
    "payment_intent_authentication_failure": Decline.NEEDS_HOLDER,
}
"""https://docs.stripe.com/error-codes; every other code is a plain decline."""

DISPUTE_ENDS = {
    "lost": Dispute.LOST,
    "prevented": Dispute.LOST,
    "won": Dispute.WON,
    "warning_closed": Dispute.WON,
}
"""https://docs.stripe.com/api/disputes/object; every other status is a dispute that goes on.

One that was prevented ended before it began: the money went back to the card holder at once.
"""

CAME_BACK = ("failed", "canceled")
"""Refunds of which the money is with us again (https://docs.stripe.com/refunds#failed-refunds)."""


def payment_of(session: StripeObject) -> Payment:
    """Read a Checkout Session, with its PaymentIntent and the PaymentMethod in it expanded."""
    paid = session["payment_status"] == "paid"
    return Payment(
        purchase_id=_ours(session, "purchase_id"),
        session_id=text(session["id"]),
        page=PAGE_STATES[session["status"]],
        reference=text(part(session, "payment_intent")["id"]) if paid else None,
        price=Price(whole(session["amount_total"]), text(session["currency"])),
        card=_card(session, part(session, "payment_intent")) if paid else None,
    )


def card_update_of(session: StripeObject) -> CardUpdate:
    """Read a Checkout Session of mode `setup`, with SetupIntent and PaymentMethod expanded."""
    page = PAGE_STATES[session["status"]]
    left = page is PageState.COMPLETE
    return CardUpdate(
        payer_id=_ours(session, "payer_id"),
        session_id=text(session["id"]),
        page=page,
        card=_card(session, part(session, "setup_intent")) if left else None,
    )


def charge_of(
    intent: StripeObject,
    *,
    refunds: Iterable[StripeObject] = (),
    disputes: Iterable[StripeObject] = (),
) -> Charge:
    """Read a PaymentIntent with its refunds and disputes; what failed was not given back."""
    state = CHARGE_STATES[intent["status"]]
    return Charge(
        purchase_id=written(intent, "purchase_id"),
        reference=text(intent["id"]),
        state=state,
        price=Price(whole(intent["amount"]), text(intent["currency"])),
        created_at=moment(intent["created"]),
        decline=_decline(intent) if state is ChargeState.DECLINED else None,
        refunded=sum(whole(each["amount"]) for each in refunds if each["status"] not in CAME_BACK),
        dispute=_dispute(disputes),
    )


def face_of(method: StripeObject) -> CardFace:
    """Read what a PaymentMethod looks like."""
    card = part(method, "card")
    return CardFace(
        brand=text(card["brand"]),
        last4=text(card["last4"]),
        expires_year=whole(card["exp_year"]),
        expires_month=whole(card["exp_month"]),
    )


def written(thing: StripeObject, name: str) -> UUID | None:
    """Return an identifier that we wrote into the metadata; None if there is none of ours."""
    metadata = thing.get("metadata") or {}
    value = metadata.get(name) if isinstance(metadata, Mapping) else text(None)
    try:
        return UUID(text(value))
    except (TypeError, ValueError):
        return None


def name_of(thing: object) -> str:
    """Return Stripe's name for something, whether it sent the name alone or the whole of it."""
    return text(thing["id"] if isinstance(thing, Mapping) else thing)


def part(thing: object, name: str) -> StripeObject:
    """Return an object that stands inside another."""
    inside = thing[name] if isinstance(thing, Mapping) else None
    if not isinstance(inside, Mapping):
        raise TypeError("expected an object")
    return inside


def text(value: object) -> str:
    """Return a text that is not empty."""
    if not isinstance(value, str) or not value:
        raise TypeError("expected a text")
    return value


def whole(value: object) -> int:
    """Return a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("expected a whole number")
    return value


def moment(value: object) -> datetime:
    """Return the moment of a Unix time in seconds."""
    try:
        return datetime.fromtimestamp(whole(value), UTC)
    except (OverflowError, OSError):
        raise ValueError("expected a time") from None


def _ours(session: StripeObject, name: str) -> UUID:
    """Return the identifier without which a page is none of ours."""
    identifier = written(session, name)
    if identifier is None:
        raise ValueError("expected something of ours")
    return identifier


def _card(session: StripeObject, intent: StripeObject) -> SavedCard:
    method = part(intent, "payment_method")
    face = face_of(method)
    return SavedCard(
        customer=name_of(session["customer"]),
        method=text(method["id"]),
        expires_year=face.expires_year,
        expires_month=face.expires_month,
    )


def _decline(intent: StripeObject) -> Decline:
    error = intent.get("last_payment_error") or {}
    return DECLINES.get(error.get("code") or "", Decline.DECLINED)


def _dispute(disputes: Iterable[StripeObject]) -> Dispute | None:
    """Return how the disputes of one charge stand together: lost if one is, open if one is."""
    states = {DISPUTE_ENDS.get(each["status"], Dispute.OPEN) for each in disputes}
    worst_first = (Dispute.LOST, Dispute.OPEN, Dispute.WON)
    return next((state for state in worst_first if state in states), None)
