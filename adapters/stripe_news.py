"""What Stripe reports: by webhooks as they come, and by its list of events and charges of the past.

A report is a hint that something happened. Only what it is about is read from it, so a report that
is late, doubled or out of order can do no harm. Kinds: https://docs.stripe.com/api/events/types.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import stripe

from adapters.stripe_answers import StripeObject, charge_of, moment, name_of, part, text, written
from adapters.stripe_failures import converted_errors
from adapters.stripe_signature import genuine_event
from domain.billing import Charge, Report, WebhookIsNotGenuine

PAGE = 100
"""So many objects of a list come at once, the most that Stripe allows."""

PAGES = (
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
)
INTENTS = (
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "payment_intent.requires_action",
)
MONEY_BACK = (
    "charge.refunded",
    "refund.updated",
    "refund.failed",
    "charge.refund.updated",
    "charge.dispute.created",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)
KINDS = (*PAGES, *INTENTS, *MONEY_BACK)
"""All that we listen to; Stripe lists up to 20 kinds at once."""


class StripeNews:
    """The `News` port on Stripe; `clock` says whether a webhook is fresh."""

    def __init__(
        self,
        client: stripe.StripeClient,
        webhook_secrets: Sequence[str],
        clock: Callable[[], datetime],
    ) -> None:
        self._events = client.v1.events
        self._begun = client.v1.payment_intents
        self._secrets = _usable(webhook_secrets)
        self._clock = clock

    def read_webhook(self, body: bytes, signature: str | None) -> Report | None:
        """Return the report that a webhook brings; None if it is none of our business."""
        event = genuine_event(body, signature, self._secrets, now=self._clock())
        try:
            return report_of(event)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise WebhookIsNotGenuine("the event cannot be understood") from None

    def reports(self, *, since: datetime) -> Iterator[Report]:
        """Return every report of our business from `since` on, oldest first.

        Stripe keeps events for 30 days, and lists the newest first, so that all are read before the
        first is returned.
        """
        with converted_errors():
            begin = int(since.timestamp())
            events = self._events.list(
                {"created": {"gte": begin}, "types": [*KINDS], "limit": PAGE}
            )
            reports = [report_of(event.to_dict()) for event in events.auto_paging_iter()]
        return iter([report for report in reversed(reports) if report is not None])

    def charges(self, *, since: datetime) -> Iterator[Charge]:
        """Return every charge that was begun at `since` or later, oldest first; read as reports."""
        with converted_errors():
            begin = int(since.timestamp())
            intents = self._begun.list({"created": {"gte": begin}, "limit": PAGE})
            charges = [charge_of(intent.to_dict()) for intent in intents.auto_paging_iter()]
        return reversed(charges)


def report_of(event: dict[str, Any]) -> Report | None:  # an event's content differs by its kind
    """Read an event; None if it is of a kind we do not listen to, or about nothing of ours.

    Raises AttributeError, KeyError, TypeError or ValueError for what is no event.
    """
    kind = text(event["type"])
    if kind not in KINDS:
        return None
    about = part(part(event, "data"), "object")
    reference = _reference(kind, about)
    report = Report(
        report_id=text(event["id"]),
        kind=kind,
        at=moment(event["created"]),
        session_id=text(about["id"]) if kind in PAGES else None,
        reference=reference,
        purchase_id=written(about, "purchase_id"),
        payer_id=written(about, "payer_id"),
    )
    is_told_by_us = report.purchase_id is not None or report.payer_id is not None
    return report if is_told_by_us or _may_be_ours(kind, reference) else None


def _reference(kind: str, about: StripeObject) -> str | None:
    """Return the PaymentIntent that an event is about, if it is about one."""
    if kind in INTENTS:
        return text(about["id"])
    intent = about["payment_intent"]
    return None if intent is None else name_of(intent)


def _may_be_ours(kind: str, reference: str | None) -> bool:
    """Say whether a thing without identifier may be of a charge of ours: refund or dispute."""
    return reference is not None and kind.startswith(
        ("refund.", "charge.refund.", "charge.dispute.")
    )


def _usable(secrets: Sequence[str]) -> tuple[str, ...]:
    """Return the secrets; refuse what would let anybody sign: none, a blank one, a lone string."""
    if isinstance(secrets, str) or not secrets or not all(secret.strip() for secret in secrets):
        raise ValueError("webhook secrets are a sequence of at least one, none of them blank")
    return tuple(secrets)
