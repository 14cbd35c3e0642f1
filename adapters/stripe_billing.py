"""Card payments through Stripe: opens its hosted card page and reads what became of the money.

Hosted Checkout (https://docs.stripe.com/api/checkout/sessions): card numbers never pass through our
pages. Nothing personal is sent: Stripe learns the purchase's id, the price and the plan's name.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import stripe
from stripe.params.checkout import SessionCreateParams

from adapters.stripe_signature import genuine_event
from domain.billing import BillingIsUnavailable, Checkout, Payment, Price, WebhookIsNotGenuine

PRODUCT = "SecureMail"
TIMEOUT_IN_SECONDS = 10.0
RETRIES = 2
PAYMENT_EVENTS = frozenset(
    {"checkout.session.completed", "checkout.session.async_payment_succeeded"}
)
Session = Mapping[str, Any]
"""A Checkout Session as Stripe's JSON has it, not yet understood: hence `Any`."""


class StripeBilling:
    """The `Billing` port on Stripe. Holds no state but a pool of connections a thread.

    `webhook_secrets` are all valid at once, so that a secret can be replaced without losing a
    message. `api_base` names another host that speaks Stripe's protocol; None means Stripe itself.
    """

    def __init__(
        self,
        secret_key: str,
        webhook_secrets: Sequence[str],
        api_base: str | None = None,
        *,
        clock: Callable[[], datetime],
        timeout: float = TIMEOUT_IN_SECONDS,
    ) -> None:
        _keep_to_ourselves()
        self._secrets = _usable(webhook_secrets)
        self._clock = clock
        self._http = stripe.RequestsClient(timeout=timeout)
        self._sessions = stripe.StripeClient(
            secret_key,
            base_addresses={"api": api_base.rstrip("/")} if api_base else {},
            http_client=self._http,
            max_network_retries=RETRIES,
        ).v1.checkout.sessions

    def open_checkout(
        self, *, purchase_id: UUID, price: Price, description: str, return_url: str, cancel_url: str
    ) -> Checkout:
        """Return the card page of a purchase; asking again returns the same one.

        The idempotency key is the purchase's, so a lost answer is repeated and no second page is
        made; Stripe keeps it for 24 hours, as long as the page lives
        (https://docs.stripe.com/api/idempotent_requests). Raises BillingIsUnavailable.
        """
        with _converted_errors():
            session = self._sessions.create(
                _page(purchase_id, price, description, return_url, cancel_url),
                {"idempotency_key": f"checkout-{purchase_id}"},
            )
            return Checkout(session_id=session.id, url=_text(session.url))

    def payment(self, session_id: str) -> Payment:
        """Look up what became of a checkout. Raises BillingIsUnavailable."""
        with _converted_errors():
            session = self._sessions.retrieve(session_id, {"expand": ["payment_intent"]})
            payment = _payment(session.to_dict())
        if payment is None:
            raise BillingIsUnavailable("the checkout is of no purchase of ours")
        return payment

    def read_webhook(self, body: bytes, signature: str | None) -> Payment | None:
        """Return the payment that a webhook speaks of; None if it speaks of something else.

        Raises WebhookIsNotGenuine.
        """
        event = genuine_event(body, signature, self._secrets, now=self._clock())
        try:
            if event["type"] not in PAYMENT_EVENTS:
                return None
            return _payment(event["data"]["object"])
        except (AttributeError, KeyError, TypeError, ValueError):
            raise WebhookIsNotGenuine("the event cannot be understood") from None

    def close(self) -> None:
        """Close the calling thread's connections; others close when their thread ends."""
        self._http.close()  # type: ignore[no-untyped-call]  # left untyped by the library


def _page(
    purchase_id: UUID, price: Price, description: str, return_url: str, cancel_url: str
) -> SessionCreateParams:
    """Describe the card page; the card is kept by Stripe for later terms."""
    return {
        "mode": "payment",
        "allowed_payment_method_types": ["card"],
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": price.currency,
                    "unit_amount": price.amount,
                    "product_data": {"name": PRODUCT, "description": description},
                },
            }
        ],
        "client_reference_id": str(purchase_id),
        "metadata": {"purchase_id": str(purchase_id)},
        "customer_creation": "always",
        "payment_intent_data": {"setup_future_usage": "off_session"},
        "success_url": return_url,
        "cancel_url": cancel_url,
    }


def _keep_to_ourselves() -> None:
    """Switch off what Stripe's library would tell of this machine, and its logging of payloads."""
    stripe.enable_telemetry = False
    logging.getLogger("stripe").setLevel(logging.WARNING)


def _usable(secrets: Sequence[str]) -> tuple[str, ...]:
    """Return the secrets; refuse what would let anybody sign: none, a blank one, a lone string."""
    if isinstance(secrets, str) or not secrets or not all(secret.strip() for secret in secrets):
        raise ValueError("webhook secrets are a sequence of at least one, none of them blank")
    return tuple(secrets)


@contextmanager
def _converted_errors() -> Iterator[None]:
    """Turn every failure into BillingIsUnavailable, which repeats nothing that Stripe said."""
    try:
        yield
    except stripe.StripeError as error:
        kind, status = type(error).__name__, error.http_status
        raise BillingIsUnavailable(f"Stripe: {kind}, status {status}") from None
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BillingIsUnavailable("Stripe: the answer cannot be understood") from None


def _payment(session: Session) -> Payment | None:
    """Read a Checkout Session; None if it is not of a purchase of ours."""
    purchase_id = _purchase_id(session)
    if purchase_id is None:
        return None
    paid = session["payment_status"] == "paid"
    return Payment(
        purchase_id=purchase_id,
        session_id=_text(session["id"]),
        paid=paid,
        reference=_reference(session) if paid else None,
        price=Price(_whole(session["amount_total"]), _text(session["currency"])),
    )


def _purchase_id(session: Session) -> UUID | None:
    """Return the purchase that we wrote into the session's metadata when we made it."""
    written = (session.get("metadata") or {}).get("purchase_id")
    try:
        return UUID(_text(written))
    except (TypeError, ValueError):
        return None


def _reference(session: Session) -> str:
    """Return the PaymentIntent's id, whether Stripe sent the id alone or the whole of it."""
    intent = session["payment_intent"]
    return _text(intent["id"] if isinstance(intent, Mapping) else intent)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("expected a text")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("expected a whole number")
    return value
