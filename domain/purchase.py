"""A purchase is one try to pay for a term: begun, sent to the card page, and paid or not.

Invariants:
- a purchase is paid once, whatever is reported twice, late or in the wrong order;
- what was paid is what was asked, in amount and currency.
"""

from datetime import datetime
from typing import Self
from uuid import UUID

from domain.aggregate import Aggregate, FirstEvent
from domain.billing import Price
from domain.plan import Plan, term_end
from domain.refusal import Refusal


class NoSuchPurchase(Refusal):
    """There is no such purchase, or it is somebody else's; the answer is the same."""


class PaymentDiffers(Refusal):
    """The money that moved is not what was asked for."""


class Purchase(Aggregate):
    """One try to pay for a term."""

    TOPIC = "purchase"

    class Event(Aggregate.Event):
        """Something that happened to a purchase."""

    class PurchaseStarted(Event, FirstEvent):
        """A person chose to pay for a term; amount in minor units of an ISO 4217 currency."""

        TOPIC = "purchase.started"
        plan: str
        months: int
        amount: int
        currency: str

    class CheckoutOpened(Event):
        """The card vendor made a card page ready for this purchase."""

        TOPIC = "purchase.checkout-opened"
        session_id: str

        def apply(self, aggregate: "Purchase") -> None:
            """Remember where to look the payment up."""
            aggregate.session_id = self.session_id

    class PaymentConfirmed(Event):
        """The card vendor said that the money moved; `reference` is its name for it."""

        TOPIC = "purchase.payment-confirmed"
        buyer_id: UUID
        amount: int
        currency: str
        reference: str

        def apply(self, aggregate: "Purchase") -> None:
            """Remember that it is paid."""
            aggregate.paid = True

    def __init__(self, *, by: UUID, months: int, amount: int, currency: str) -> None:
        self.buyer_id = by
        self.months = months
        self.price = Price(amount, currency)
        self.session_id: str | None = None
        self.paid = False

    @classmethod
    def start(cls, *, purchase_id: UUID, buyer_id: UUID, plan: Plan, at: datetime) -> Self:
        """Begin to pay for a term of a plan."""
        return cls._create(
            cls.PurchaseStarted,
            id=purchase_id,
            timestamp=at,
            by=buyer_id,
            plan=plan.name,
            months=plan.months,
            amount=plan.price.amount,
            currency=plan.price.currency,
        )

    def open_checkout(self, *, session_id: str, at: datetime) -> None:
        """Record the card page; the same page twice changes nothing."""
        if self.session_id != session_id:
            self.trigger_event(
                self.CheckoutOpened, timestamp=at, by=self.buyer_id, session_id=session_id
            )

    def confirm_payment(self, *, price: Price, reference: str, by: UUID, at: datetime) -> None:
        """Record that the money moved; hearing it again changes nothing. Raises PaymentDiffers."""
        if price != self.price:
            raise PaymentDiffers
        if not self.paid:
            self.trigger_event(
                self.PaymentConfirmed,
                timestamp=at,
                by=by,
                buyer_id=self.buyer_id,
                amount=price.amount,
                currency=price.currency,
                reference=reference,
            )

    def term_end(self, start: datetime) -> datetime:
        """Return when a term that begins at `start` ends."""
        return term_end(start, self.months)
