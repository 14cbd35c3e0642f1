"""A small world of money: people who click, a card vendor who may fail, a cashier, and a clock.

The duties of the cashier are read off the log itself, so that nothing but the rules is tried.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid5

from eventsourcing.application import Repository

from domain.aggregate import HOUSE, Aggregate
from domain.billing import Price, SavedCard
from domain.clearing import Clearing
from domain.hearing import Hearing
from domain.payer import Payer
from domain.payment_report import PaymentReport
from domain.plan import Plan
from domain.plan_catalogue import plans_of
from domain.pricing import Pricing
from domain.purchase import Purchase
from domain.purchase_life import PurchaseState
from domain.purchasing import Purchasing, Ways
from domain.reconciling import Reconciling
from domain.renewing import Renewing
from domain.subscribing import Subscribing
from domain.subscription import NoSuchSubscription, Subscription
from domain.subscription_life import SubscriptionState
from domain.term import Term
from domain.user import User
from eventlog.log import IN_MEMORY, EventLog
from runtime.cashier import Cashier
from tests.domain.people import (
    ADA,
    ADA_CAN_SIGN_IN,
    BEN,
    BEN_IS_FREE,
    NOW,
    SAMPLE_DENTAL_IS_OPEN,
)
from tests.doubles.billing import MemoryBilling
from tests.scenario import Scenario

PEOPLE = (ADA, BEN)
LOOKED_UP_AFTER = timedelta(minutes=5)
MANY = 1_000_000


class CutOff(BaseException):
    """The process was killed at this moment."""


class QuickRepository(Repository[UUID]):
    """Replays as the library does, which spends half its time on asking whether an event can."""

    def get(self, aggregate_id: UUID, **options: Any) -> Any:
        return super().get(aggregate_id, projector_func=replayed, **options)


def replayed(aggregate: Any, events: Iterable[Any]) -> Any:
    for event in events:
        aggregate = event.mutate(aggregate)
    return aggregate


class FragileLog(EventLog):
    """A log in memory whose process may be killed just before or just after something is saved."""

    def construct_repository(self) -> Repository[UUID]:
        return QuickRepository(event_store=self.events)

    def __init__(self) -> None:
        super().__init__(IN_MEMORY)
        self.cut: Callable[[], str | None] = lambda: None

    def save(self, *objs: Any, **kwargs: Any) -> list[Any]:
        cut = self.cut()
        if cut == "before":
            raise CutOff
        recordings = super().save(*objs, **kwargs)
        if cut == "after":
            raise CutOff
        return recordings


@dataclass
class MoneyWorld(Scenario):
    """Ada, who manages users, and Ben, both free; nobody has paid anything."""

    log: FragileLog = field(default_factory=FragileLog)
    time: datetime = NOW
    clicks: int = 0

    def __post_init__(self) -> None:
        self.given(*SAMPLE_DENTAL_IS_OPEN, *ADA_CAN_SIGN_IN, *BEN_IS_FREE)
        self.billing = MemoryBilling(clock=self.clock)
        self.clearing = Clearing(self.log, self.billing)
        self.purchasing = Purchasing(self.log, self.billing, self.clearing)
        self.renewing = Renewing(self.log, self.billing, self.clearing)
        self.subscribing = Subscribing(self.log, self.billing)
        self.hearing = Hearing(self.log, self.billing, self.clearing, self.subscribing)
        self.reconciling = Reconciling(self.log, self.billing, self.clearing, self.hearing)
        self.pricing = Pricing(self.log)
        self.duties = LogDuties(self.log)
        self.restart()

    def restart(self) -> None:
        """Let a new cashier begin, who remembers nothing."""
        self.cashier = Cashier(
            duties=self.duties,
            purchasing=self.purchasing,
            renewing=self.renewing,
            subscribing=self.subscribing,
            hearing=self.hearing,
            clock=self.clock,
        )

    def clock(self) -> datetime:
        return self.time

    def new_id(self) -> UUID:
        self.clicks += 1
        return uuid5(HOUSE, f"click {self.clicks}")

    def buy(self, buyer_id: UUID, user_id: UUID, plan: Plan | None = None) -> str:
        """Choose "Buy Now" and return the session of the card page."""
        checkout = self.purchasing.start(
            purchase_id=self.new_id(),
            buyer_id=buyer_id,
            user_id=user_id,
            plan=plan or plans_of(self.log)[0],
            ways=Ways("https://portal.example/back", "https://portal.example/away"),
            at=self.time,
        )
        return checkout.session_id

    def change_card(self, payer_id: UUID) -> str:
        """Choose "Update Credit Card" and return the session of the page."""
        checkout = self.subscribing.open_card_page(
            update_id=self.new_id(),
            payer_id=payer_id,
            currency="usd",
            ways=Ways("https://portal.example/back", "https://portal.example/away"),
            at=self.time,
        )
        return checkout.session_id

    def all(self, kind: type[Any]) -> list[Any]:
        return self.duties.all(kind)

    def user(self, user_id: UUID) -> User:
        found: list[User] = [one for one in self.all(User) if one.id == user_id]
        return found[0]

    def subscription(self, user_id: UUID) -> Subscription:
        for one in self.all(Subscription):
            if one.user_id == user_id:
                return cast("Subscription", one)
        raise NoSuchSubscription

    def terms(self, user_id: UUID) -> list[Term]:
        """Return what is left of the terms that somebody has, in the order in which they begin."""
        dates = [Term(*one) for one in self.subscription(user_id).terms.values()]
        return sorted(term for term in dates if term.starts_at < term.ends_at)

    def settle(self, rounds: int = 60) -> None:
        """Work everything off that can be worked off now."""
        for report in self.billing.news:
            self.hearing.receive(report, at=self.time)
        self.restart()
        for _ in range(rounds):
            if not self.cashier.work():
                return
        raise AssertionError("the cashier does not come to an end")


def has_changed(
    cards: dict[UUID, SavedCard | None], tried: dict[UUID, SavedCard], one: Subscription
) -> bool:
    """Say whether the saved card is another one than the one that was refused."""
    saved, refused = cards.get(one.payer_id), tried.get(one.renewal_id or one.id)
    return saved is not None and refused is not None and saved.method != refused.method


@dataclass
class LogDuties:
    """The duties, read off all aggregates that there are."""

    log: EventLog
    known: dict[UUID, Aggregate] = field(default_factory=dict)
    head: int = 0

    def all(self, kind: type[Any]) -> list[Any]:
        """Return all aggregates of a kind; what has changed since the last look is loaded anew."""
        news = self.log.read(after=self.head, limit=MANY)
        for changed in {one.event.originator_id for one in news}:
            self.known[changed] = cast("Aggregate", self.log.repository.get(changed))
        self.head = self.log.head()
        return [one for one in self.known.values() if isinstance(one, kind)]

    def purchases(self, *states: PurchaseState) -> Sequence[UUID]:
        return [one.id for one in self.all(Purchase) if one.state in states]

    def reports(self) -> Sequence[UUID]:
        return [one.id for one in self.all(PaymentReport) if one.outcome is None]

    def to_charge(self) -> Sequence[UUID]:
        return self.purchases(PurchaseState.CHARGING)

    def to_withdraw(self) -> Sequence[UUID]:
        return self.purchases(PurchaseState.GIVEN_UP)

    def to_refund(self) -> Sequence[UUID]:
        return self.purchases(PurchaseState.REFUND_OWED)

    def to_close(self) -> Sequence[UUID]:
        running = (SubscriptionState.RUNNING, SubscriptionState.ENDING, SubscriptionState.RENEWING)
        have = [one.user_id for one in self.all(Subscription) if one.state in running]
        pages = [one for one in self.all(Purchase) if one.state is PurchaseState.OPEN]
        return [one.id for one in pages if one.user_id in have]

    def to_look_up(self, now: datetime) -> Sequence[UUID]:
        pages = [one for one in self.all(Purchase) if one.state is PurchaseState.OPEN]
        return [one.id for one in pages if one.modified_on + LOOKED_UP_AFTER <= now]

    def cards_to_look_up(self, now: datetime) -> Sequence[tuple[UUID, UUID]]:
        return [
            (update_id, one.user_id)
            for one in self.all(Payer)
            for update_id in one.pages
            if update_id not in one.closed_pages and one.modified_on + LOOKED_UP_AFTER <= now
        ]

    def to_renew(self, now: datetime) -> Sequence[UUID]:
        return [one.user_id for one in self.all(Subscription) if one.is_to_renew(now)]

    def to_try_again(self, now: datetime) -> Sequence[UUID]:
        cards = {one.user_id: one.card for one in self.all(Payer)}
        tried = {one.id: one.card for one in self.all(Purchase)}
        return [
            one.user_id
            for one in self.all(Subscription)
            if one.is_to_try_again(now)
            or (one.state is SubscriptionState.PAST_DUE and has_changed(cards, tried, one))
        ]

    def to_lapse(self, now: datetime) -> Sequence[UUID]:
        ends = [(one.user_id, one.lapses_at) for one in self.all(Subscription)]
        return [user_id for user_id, end in ends if end is not None and end <= now]

    def prices_to_announce(self, now: datetime) -> Sequence[tuple[UUID, Price]]:
        del now
        prices = {plan.name: plan.price for plan in plans_of(self.log)}
        return [
            (one.user_id, prices[one.plan[0]])
            for one in self.all(Subscription)
            if one.plan[0] in prices
        ]

    def expiring_cards(self, now: datetime) -> Sequence[UUID]:
        del now
        return [one.user_id for one in self.all(Payer) if one.card is not None]
