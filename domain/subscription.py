"""A subscription is the paid tier of one person as it goes on: terms, renewals, grace and lapse.

Invariants:
- a term is paid by one purchase, and a purchase pays for one term at most;
- one renewal is under way at a time, and none before the one before it is settled;
- a failed renewal keeps the tier for a grace period, and never shortens a term that is paid;
- only who pays cancels, and may come back until the term ends.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Self
from uuid import UUID, uuid5

from domain import renewal
from domain.aggregate import CARD_PROCESSOR, CASHIER, HOUSE, Aggregate, FirstEvent
from domain.billing import Decline, Price
from domain.plan import Plan
from domain.refusal import Refusal
from domain.subscription_life import SUBSCRIPTION_LIFE, SubscriptionState

AFTER = SUBSCRIPTION_LIFE.after


class NoSuchSubscription(Refusal):
    """There is no such subscription, or somebody else pays for it; the answer is the same."""


class SubscriptionIsOver(Refusal):
    """The term has ended; it is bought anew, not resumed."""


class Subscription(Aggregate):
    """The paid tier of one person as it goes on."""

    TOPIC = "subscription"

    class Event(Aggregate.Event):
        """Something that happened to a subscription."""

        def apply(self, aggregate: "Subscription") -> None:
            """Move on to the state that it leads to."""
            aggregate.state = AFTER[self.TOPIC]

    class SubscriptionBegun(Event, FirstEvent):
        """For the first time money moved for a person's tier."""

        TOPIC = "subscription.begun"
        user_id: UUID

    class TermPaid(Event):
        """A purchase paid for a term: the first, the next, or one after a pause."""

        TOPIC = "subscription.term-paid"
        user_id: UUID
        purchase_id: UUID
        payer_id: UUID
        plan: str
        months: int
        amount: int
        currency: str
        starts_at: datetime
        ends_at: datetime

        def apply(self, aggregate: "Subscription") -> None:
            """Remember the term, who pays, and that it renews."""
            aggregate.terms[self.purchase_id] = (self.starts_at, self.ends_at, self.months)
            aggregate.payer_id = self.payer_id
            aggregate.ends_at = self.ends_at
            aggregate.plan = (self.plan, self.months)
            aggregate.next_price = (self.amount, self.currency)
            aggregate.renewal_id = None
            aggregate.grace_ends_at = None
            aggregate.state = AFTER[self.TOPIC]

    class RenewalPriceAnnounced(Event):
        """The payer was told in time that the next term costs something else."""

        TOPIC = "subscription.renewal-price-announced"
        payer_id: UUID
        ends_at: datetime
        amount: int
        currency: str

        def apply(self, aggregate: "Subscription") -> None:
            """Remember what the next term costs."""
            aggregate.next_price = (self.amount, self.currency)

    class RenewalStarted(Event):
        """The next term was to be paid by the saved card; the tier is kept meanwhile."""

        TOPIC = "subscription.renewal-started"
        purchase_id: UUID
        number: int

        def apply(self, aggregate: "Subscription") -> None:
            """Remember which purchase it is, and how many there were."""
            aggregate.renewal_id = self.purchase_id
            aggregate.last_renewal_id = self.purchase_id
            aggregate.renewals = self.number
            aggregate.renewal_started_at = self.timestamp
            aggregate.tried_on = 0
            aggregate.state = AFTER[self.TOPIC]

    class RenewalFailed(Event):
        """The card was refused on a day of the grace period, which begins with the first refusal.

        `announced` if the payer is told by mail, since it was not she who had the card tried.
        """

        TOPIC = "subscription.renewal-failed"
        purchase_id: UUID
        payer_id: UUID
        decline: str
        grace_ends_at: datetime
        day: int
        announced: bool

        def apply(self, aggregate: "Subscription") -> None:
            """Remember the end of the grace period, and on which day of it the card was tried."""
            aggregate.decline = self.decline
            aggregate.grace_ends_at = self.grace_ends_at
            aggregate.tried_on = self.day
            aggregate.state = AFTER[self.TOPIC]

    class RenewalCancelled(Event):
        """No further term was wanted; the tier ends with what is paid."""

        TOPIC = "subscription.renewal-cancelled"
        payer_id: UUID
        ends_at: datetime

        def apply(self, aggregate: "Subscription") -> None:
            """Forget the renewal that was under way."""
            aggregate.renewal_id = None
            aggregate.grace_ends_at = None
            aggregate.state = AFTER[self.TOPIC]

    class RenewalResumed(Event):
        """Who had cancelled wanted it to renew after all."""

        TOPIC = "subscription.renewal-resumed"
        payer_id: UUID

    class TermMoved(Event):
        """A term began earlier than it was paid for, since the one before was given back."""

        TOPIC = "subscription.term-moved"
        purchase_id: UUID
        starts_at: datetime
        ends_at: datetime
        months: int

        def apply(self, aggregate: "Subscription") -> None:
            """Remember its dates."""
            aggregate.terms[self.purchase_id] = (self.starts_at, self.ends_at, self.months)
            aggregate.ends_at = self.ends_at

    class TermRevoked(Event):
        """The money of a term went back, and so did what was left of it from `cut_at` on."""

        TOPIC = "subscription.term-revoked"
        purchase_id: UUID
        payer_id: UUID
        starts_at: datetime
        cut_at: datetime
        months: int
        ends_at: datetime

        def apply(self, aggregate: "Subscription") -> None:
            """Remember the end that is left."""
            aggregate.terms[self.purchase_id] = (self.starts_at, self.cut_at, self.months)
            aggregate.ends_at = self.ends_at
            aggregate.renewal_id = None
            aggregate.grace_ends_at = None
            aggregate.state = AFTER[self.TOPIC]

    class SubscriptionLapsed(Event):
        """The paid tier was over, and nothing is paid for any more."""

        TOPIC = "subscription.lapsed"
        user_id: UUID
        payer_id: UUID

        def apply(self, aggregate: "Subscription") -> None:
            """Forget the renewal that was under way."""
            aggregate.renewal_id = None
            aggregate.grace_ends_at = None
            aggregate.state = AFTER[self.TOPIC]

    def __init__(self, *, user_id: UUID) -> None:
        self.user_id = user_id
        self.state = SubscriptionState.FREE
        self.terms: dict[UUID, tuple[datetime, datetime, int]] = {}
        self.payer_id = user_id
        self.ends_at: datetime | None = None
        self.plan = ("", 0)
        self.next_price = (0, "")
        self.renewal_id: UUID | None = None
        self.last_renewal_id: UUID | None = None
        self.renewals = 0
        self.renewal_started_at: datetime | None = None
        self.grace_ends_at: datetime | None = None
        self.decline = ""
        self.tried_on = 0

    @property
    def next_plan(self) -> Plan:
        """Return what the next term is: the same again, at the price that was announced."""
        return Plan(*self.plan, Price(*self.next_price))

    @classmethod
    def begin(cls, user_id: UUID, *, by: UUID, at: datetime) -> Self:
        """Begin the subscription of a person whose tier nobody paid for before."""
        return cls._create(
            cls.SubscriptionBegun, id=subscription_of(user_id), timestamp=at, by=by, user_id=user_id
        )

    def announce_price(self, price: Price, *, at: datetime) -> None:
        """Have the payer told what the next term costs, if it is something else, and in time."""
        if price == self.next_plan.price or not self.ends_at:
            return
        if renewal.price_is_announced(self.ends_at, at):
            facts = {"payer_id": self.payer_id, "ends_at": self.ends_at, **asdict(price)}
            self.happen(self.RenewalPriceAnnounced, by=CASHIER, at=at, **facts)

    def is_to_renew(self, at: datetime) -> bool:
        """Say whether the next term is to be charged now."""
        runs = self.state is SubscriptionState.RUNNING
        return runs and self.ends_at is not None and renewal.renewal_is_due(self.ends_at, at)

    def start_renewal(self, *, at: datetime) -> UUID:
        """Begin to pay for the next term; return the purchase for it, named after the term."""
        number = self.renewals + 1
        purchase_id = uuid5(self.id, f"{self.ends_at} {number}")
        self.happen(self.RenewalStarted, by=CASHIER, at=at, purchase_id=purchase_id, number=number)
        return purchase_id

    def fail_renewal(self, decline: Decline, *, announced: bool, at: datetime) -> None:
        """Begin the grace period, or go on with it."""
        grace_ends_at = self.grace_ends_at or at + renewal.GRACE
        self.happen(
            self.RenewalFailed,
            by=CARD_PROCESSOR,
            at=at,
            purchase_id=self.renewal_id,
            payer_id=self.payer_id,
            decline=decline,
            grace_ends_at=grace_ends_at,
            day=renewal.day_of_grace(grace_ends_at, at),
            announced=announced,
        )

    def is_to_try_again(self, at: datetime) -> bool:
        """Say whether the card is to be tried again by itself."""
        if self.state is not SubscriptionState.PAST_DUE or self.grace_ends_at is None:
            return False
        return renewal.retry_is_due(self.grace_ends_at, self.tried_on, at)

    def cancel(self, *, by: UUID, at: datetime) -> None:
        """Let the tier end with what is paid; cancelling again changes nothing."""
        facts = {"payer_id": self.payer_id, "ends_at": max(self.ends_at or at, at)}
        self.happen(self.RenewalCancelled, by=by, at=at, **facts)

    def resume(self, *, by: UUID, at: datetime) -> None:
        """Let it renew after all. Raises SubscriptionIsOver once the term has ended."""
        if self.ends_at is None or at >= self.ends_at:
            raise SubscriptionIsOver
        self.happen(self.RenewalResumed, by=by, at=at, payer_id=self.payer_id)

    @property
    def lapses_at(self) -> datetime | None:
        """Return when it is over unless something happens before; None while that is not known."""
        match self.state, self.ends_at, self.grace_ends_at:
            case SubscriptionState.RENEWING, datetime() as ends_at, _ if self.renewal_started_at:
                return renewal.kept_until(ends_at, self.renewal_started_at + renewal.GRACE)
            case SubscriptionState.ENDING, datetime() as ends_at, _:
                return ends_at
            case SubscriptionState.PAST_DUE, datetime() as ends_at, datetime() as grace_ends_at:
                return renewal.kept_until(ends_at, grace_ends_at)
            case SubscriptionState.RUNNING, datetime() as ends_at, _:
                return ends_at + renewal.GRACE
            case _:
                return None

    def lapse(self, *, at: datetime) -> None:
        """Record that nothing is left that is paid or kept; before that, nothing changes."""
        if self.lapses_at is not None and at >= self.lapses_at:
            facts = {"user_id": self.user_id, "payer_id": self.payer_id}
            self.happen(self.SubscriptionLapsed, by=CASHIER, at=at, **facts)

    def happen(self, event: type[Event], *, by: UUID, at: datetime, **facts: object) -> None:
        """Record what the life of a subscription allows now; anything else changes nothing."""
        if SUBSCRIPTION_LIFE.allows(self.state, event.TOPIC):
            self.trigger_event(event, timestamp=at, by=by, **facts)


def subscription_of(user_id: UUID) -> UUID:
    """Return the identifier of the subscription of a person."""
    return uuid5(HOUSE, f"subscription {user_id}")
