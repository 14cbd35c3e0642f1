"""A purchase is one try to pay for one term, on a card page or by charging a saved card.

Invariants:
- a purchase is paid once, whatever is reported twice, late or in the wrong order;
- what was paid is what was asked, in amount and currency;
- what is given back is never more than what was paid.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Self
from uuid import UUID

from domain.aggregate import CARD_PROCESSOR, CASHIER, Aggregate, FirstEvent
from domain.billing import Price, SavedCard
from domain.plan import Plan
from domain.purchase_life import PURCHASE_LIFE, UNPAID, PurchaseState
from domain.refusal import Refusal

AFTER = PURCHASE_LIFE.after


class NoSuchPurchase(Refusal):
    """There is no such purchase, or it is somebody else's; the answer is the same."""


class PaymentDiffers(Refusal):
    """The money that moved is not what was asked for."""


class Purchase(Aggregate):
    """One try to pay for a term."""

    TOPIC = "purchase"

    class Event(Aggregate.Event):
        """Something that happened to a purchase."""

        def apply(self, aggregate: "Purchase") -> None:
            """Move on to the state that it leads to."""
            aggregate.state = AFTER[self.TOPIC]

    class PurchaseStarted(Event, FirstEvent):
        """A person chose to pay for a term; amount in minor units of an ISO 4217 currency."""

        TOPIC = "purchase.started"
        plan: str
        months: int
        amount: int
        currency: str

    class BeneficiaryNamed(Event):
        """The term was meant for a colleague of who pays."""

        TOPIC = "purchase.beneficiary-named"
        user_id: UUID

        def apply(self, aggregate: "Purchase") -> None:
            """Remember whose tier it is."""
            aggregate.user_id = self.user_id

    class CheckoutOpened(Event):
        """The card vendor made a card page ready for this purchase."""

        TOPIC = "purchase.checkout-opened"
        session_id: str

        def apply(self, aggregate: "Purchase") -> None:
            """Remember where to look the payment up."""
            aggregate.session_id = self.session_id
            aggregate.state = AFTER[self.TOPIC]

    class CheckoutClosed(Event):
        """The card page was closed, or its time ran out, before anybody paid."""

        TOPIC = "purchase.checkout-closed"

    class ChargeStarted(Event, FirstEvent):
        """The next term of a subscription was to be paid without a card page."""

        TOPIC = "purchase.charge-started"
        buyer_id: UUID
        user_id: UUID
        plan: str
        months: int
        amount: int
        currency: str

    class ChargeRequested(Event):
        """A saved card was to be charged; every further attempt tries the same charge again."""

        TOPIC = "purchase.charge-requested"
        attempt: int
        customer: str
        method: str
        expires_year: int
        expires_month: int

        def apply(self, aggregate: "Purchase") -> None:
            """Remember the card to try."""
            aggregate.attempt = self.attempt
            aggregate.requested_by = self.by
            aggregate.saved = (self.customer, self.method, self.expires_year, self.expires_month)
            aggregate.state = AFTER[self.TOPIC]

    class PaymentFailed(Event):
        """The bank refused, or wants its card holder to confirm; no money moved."""

        TOPIC = "purchase.payment-failed"
        reference: str
        decline: str

        def apply(self, aggregate: "Purchase") -> None:
            """Remember which charge it was, so that the same one is tried again."""
            aggregate.reference = self.reference
            aggregate.state = AFTER[self.TOPIC]

    class ChargeGivenUp(Event):
        """Nobody wanted this charge any more; what is left of it is to be withdrawn."""

        TOPIC = "purchase.charge-given-up"

        def apply(self, aggregate: "Purchase") -> None:
            """Remember who does not want it."""
            aggregate.given_up_by = self.by
            aggregate.state = AFTER[self.TOPIC]

    class ChargeWithdrawn(Event):
        """The card vendor said that the charge can never be paid."""

        TOPIC = "purchase.charge-withdrawn"

    class PaymentConfirmed(Event):
        """The card vendor said that the money moved; `reference` is its name for it."""

        TOPIC = "purchase.payment-confirmed"
        buyer_id: UUID
        amount: int
        currency: str
        reference: str

        def apply(self, aggregate: "Purchase") -> None:
            """Remember that it is paid."""
            aggregate.reference = self.reference
            aggregate.state = AFTER[self.TOPIC]

    class RefundOwed(Event):
        """The money bought nothing, since the tier was paid for already; it goes back."""

        TOPIC = "purchase.refund-owed"
        buyer_id: UUID

    class PartlyRefunded(Event):
        """Some of the money was given back; `refunded` is all so far, in minor units."""

        TOPIC = "purchase.partly-refunded"
        buyer_id: UUID
        refunded: int

        def apply(self, aggregate: "Purchase") -> None:
            """Remember how much."""
            aggregate.refunded = self.refunded

    class PurchaseRefunded(Event):
        """All of the money was given back; `refunded` is all so far, in minor units."""

        TOPIC = "purchase.refunded"
        buyer_id: UUID
        refunded: int

        def apply(self, aggregate: "Purchase") -> None:
            """Remember that nothing of it is ours any more."""
            aggregate.refunded = self.refunded
            aggregate.state = AFTER[self.TOPIC]

    class DisputeOpened(Event):
        """The card holder told her bank that she does not accept the charge."""

        TOPIC = "purchase.dispute-opened"

    class DisputeWon(Event):
        """The bank decided that the charge was right, and the money stayed or came back."""

        TOPIC = "purchase.dispute-won"

    class DisputeLost(Event):
        """The bank decided that the money went back to the card holder."""

        TOPIC = "purchase.dispute-lost"
        buyer_id: UUID

    def __init__(
        self,
        *,
        by: UUID,
        plan: str,
        months: int,
        amount: int,
        currency: str,
        buyer_id: UUID | None = None,
        user_id: UUID | None = None,
    ) -> None:
        self.buyer_id = buyer_id or by
        self.user_id = user_id or by
        self.plan = Plan(plan, months, Price(amount, currency))
        self.state = PurchaseState.STARTED
        self.session_id: str | None = None
        self.reference: str | None = None
        self.given_up_by: UUID | None = None
        self.saved = ("", "", 0, 0)
        self.attempt = -1
        self.requested_by = by
        self.refunded = 0

    @classmethod
    def start(cls, *, purchase_id: UUID, buyer_id: UUID, plan: Plan, at: datetime) -> Self:
        """Begin to pay for a term of a plan on a card page."""
        facts = plan.as_facts()
        return cls._create(cls.PurchaseStarted, id=purchase_id, timestamp=at, by=buyer_id, **facts)

    @classmethod
    def start_charge(
        cls, *, purchase_id: UUID, buyer_id: UUID, user_id: UUID, plan: Plan, at: datetime
    ) -> Self:
        """Begin to pay for the next term of a subscription."""
        return cls._create(
            cls.ChargeStarted,
            id=purchase_id,
            timestamp=at,
            by=CASHIER,
            buyer_id=buyer_id,
            user_id=user_id,
            **plan.as_facts(),
        )

    @property
    def card(self) -> SavedCard:
        """Return the saved card that is charged; a purchase with a card page has none."""
        return SavedCard(*self.saved)

    @property
    def is_paid(self) -> bool:
        """Say whether the money moved, wherever it is now."""
        return self.state not in UNPAID

    @property
    def is_settled(self) -> bool:
        """Say whether nothing can happen to its money but what somebody does about a payment."""
        return self.is_paid or self.state in (PurchaseState.CLOSED, PurchaseState.WITHDRAWN)

    @property
    def is_returned(self) -> bool:
        """Say whether all of the money is with its owner again."""
        return self.state in (PurchaseState.REFUNDED, PurchaseState.CHARGED_BACK)

    def name_beneficiary(self, user_id: UUID, *, at: datetime) -> None:
        """Say whose tier is bought; who buys for herself need not say it."""
        if user_id != self.user_id:
            self.happen(self.BeneficiaryNamed, by=self.buyer_id, at=at, user_id=user_id)

    def request_charge(self, card: SavedCard, *, by: UUID, at: datetime) -> None:
        """Have a saved card charged; while that is under way, asking again changes nothing."""
        facts = {"attempt": self.attempt + 1, **asdict(card)}
        self.happen(self.ChargeRequested, by=by, at=at, **facts)

    def confirm_payment(self, *, price: Price, reference: str, at: datetime) -> None:
        """Record that the money moved; hearing it again changes nothing. Raises PaymentDiffers."""
        if price != self.plan.price or (self.is_paid and reference != self.reference):
            raise PaymentDiffers
        self.happen(
            self.PaymentConfirmed,
            by=CARD_PROCESSOR,
            at=at,
            buyer_id=self.buyer_id,
            amount=price.amount,
            currency=price.currency,
            reference=reference,
        )

    def confirm_refund(self, refunded: int, *, at: datetime) -> None:
        """Record all that was given back. Raises PaymentDiffers for more than paid, or less."""
        if not self.refunded <= refunded <= self.plan.price.amount:
            raise PaymentDiffers
        if refunded > self.refunded:
            is_all = refunded == self.plan.price.amount
            event = self.PurchaseRefunded if is_all else self.PartlyRefunded
            facts = {"buyer_id": self.buyer_id, "refunded": refunded}
            self.happen(event, by=CARD_PROCESSOR, at=at, **facts)

    def may(self, event: type[Event]) -> bool:
        """Say whether something can still happen to it."""
        return PURCHASE_LIFE.allows(self.state, event.TOPIC)

    def happen(self, event: type[Event], *, by: UUID, at: datetime, **facts: object) -> None:
        """Record what the life of a purchase allows now; anything else changes nothing."""
        if self.may(event):
            self.trigger_event(event, timestamp=at, by=by, **facts)
