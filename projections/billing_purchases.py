"""What became of each purchase: where its card page is, whether it is paid, and for which time.

Part of the read model `projections/billing.py`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from domain.purchase import Purchase
from domain.purchase_life import PURCHASE_LIFE
from domain.subscription import Subscription
from projections.change import NOTHING, Amend, Change, Insert, Values
from projections.projection import Event, Handler


def purchase(event: Purchase.Event, more: Values = NOTHING) -> Amend:
    """Return the state that an event leads a purchase to, and what else it says."""
    after = PURCHASE_LIFE.after.get(event.TOPIC)
    state = {"state": after.value} if after else {}
    return Amend("purchase", {"purchase_id": event.originator_id}, {**state, **more})


def begun(
    event: Purchase.PurchaseStarted | Purchase.ChargeStarted, buyer_id: UUID, user_id: UUID
) -> Iterable[Change]:
    """Return a new purchase."""
    yield Insert(
        "purchase",
        {"purchase_id": event.originator_id},
        {
            "buyer_id": buyer_id,
            "user_id": user_id,
            "plan": event.plan,
            "months": event.months,
            "amount": event.amount,
            "currency": event.currency,
            "started_at": event.timestamp,
            "state": PURCHASE_LIFE.after[event.TOPIC].value,
            "session_id": None,
            "reference": None,
            "method": None,
            "paid_at": None,
            "refunded": 0,
            "term_starts_at": None,
            "term_ends_at": None,
        },
    )


def started(event: Purchase.PurchaseStarted, _: int) -> Iterable[Change]:
    """Return a purchase on a card page, for oneself until something else is said."""
    return begun(event, event.by, event.by)


def charge_started(event: Purchase.ChargeStarted, _: int) -> Iterable[Change]:
    """Return a purchase by the saved card."""
    return begun(event, event.buyer_id, event.user_id)


def meant_for(event: Purchase.BeneficiaryNamed, _: int) -> Iterable[Change]:
    """Return whose tier is bought."""
    yield purchase(event, {"user_id": event.user_id})


def at_the_page(event: Purchase.CheckoutOpened, _: int) -> Iterable[Change]:
    """Return where the card is typed."""
    yield purchase(event, {"session_id": event.session_id})


def charge_requested(event: Purchase.ChargeRequested, _: int) -> Iterable[Change]:
    """Return which card is charged."""
    yield purchase(event, {"method": event.method})


def failed(event: Purchase.PaymentFailed, _: int) -> Iterable[Change]:
    """Return that a card was refused."""
    yield purchase(event, {"reference": event.reference})


def paid(event: Purchase.PaymentConfirmed, _: int) -> Iterable[Change]:
    """Return that the money moved."""
    yield purchase(event, {"reference": event.reference, "paid_at": event.timestamp})


def given_back(
    event: Purchase.PartlyRefunded | Purchase.PurchaseRefunded, _: int
) -> Iterable[Change]:
    """Return how much money went back."""
    yield purchase(event, {"refunded": event.refunded})


def moved(event: Purchase.Event, _: int) -> Iterable[Change]:
    """Return the state that a purchase has come to."""
    yield purchase(event)


def term_of(
    event: Subscription.TermPaid | Subscription.TermMoved | Subscription.TermRevoked, end: datetime
) -> Amend:
    """Return the time that a purchase has paid for."""
    dates = {"term_starts_at": event.starts_at, "term_ends_at": end}
    return Amend("purchase", {"purchase_id": event.purchase_id}, dates)


PURCHASES: Mapping[type[Event], Handler] = {
    Purchase.PurchaseStarted: started,
    Purchase.ChargeStarted: charge_started,
    Purchase.BeneficiaryNamed: meant_for,
    Purchase.CheckoutOpened: at_the_page,
    Purchase.PaymentFailed: failed,
    Purchase.PaymentConfirmed: paid,
    Purchase.PartlyRefunded: given_back,
    Purchase.PurchaseRefunded: given_back,
    Purchase.CheckoutClosed: moved,
    Purchase.ChargeRequested: charge_requested,
    Purchase.ChargeGivenUp: moved,
    Purchase.ChargeWithdrawn: moved,
    Purchase.RefundOwed: moved,
    Purchase.DisputeOpened: moved,
    Purchase.DisputeWon: moved,
    Purchase.DisputeLost: moved,
}
