"""Every state is explained by events: each was allowed when it happened, and says what is true."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from domain.life import Life
from domain.payer import Payer
from domain.purchase import Purchase
from domain.purchase_life import PURCHASE_LIFE
from domain.subscription import Subscription
from domain.subscription_life import SUBSCRIPTION_LIFE
from tests.domain.money import MoneyWorld

TOLD_BEFORE = timedelta(days=3)
KEPT = timedelta(days=7)


def check_explained(world: MoneyWorld) -> None:
    """Raise unless the events of every purchase, subscription and payer make sense together."""
    for one in world.all(Purchase):
        check_life(PURCHASE_LIFE, world.log.stream(one.id), one.state)
    for one in world.all(Subscription):
        events = world.log.stream(one.id)
        check_life(SUBSCRIPTION_LIFE, events, one.state)
        check_prices(world, events)
        check_grace(events)
    for payer in world.all(Payer):
        events = world.log.stream(payer.id)
        told = [(it.expires_year, it.expires_month) for it in of(Payer.CardExpiryAnnounced, events)]
        assert all(one != other for one, other in pairwise(told)), "told twice"


def of(kind: type[Any], events: list[Any]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def check_life(life: Life[Any], events: list[Any], now: object) -> None:
    state = life.after[vars(type(events[0]))["TOPIC"]]
    for event in events[1:]:
        topic = vars(type(event))["TOPIC"]
        assert life.allows(state, topic), (state, topic)
        state = life.after.get(topic, state)
    assert state is now


def check_prices(world: MoneyWorld, events: list[Any]) -> None:
    """Raise if a renewal costs anything but what was paid before, or was told in time."""
    price: tuple[int, str] | None = None
    for event in events:
        if isinstance(event, Subscription.TermPaid):
            price = (event.amount, event.currency)
        if isinstance(event, Subscription.RenewalPriceAnnounced):
            assert event.timestamp < event.ends_at - TOLD_BEFORE, "told too late"
            price = (event.amount, event.currency)
        if isinstance(event, Subscription.RenewalStarted):
            [charge, *_] = world.log.stream(event.purchase_id)
            assert isinstance(charge, Purchase.ChargeStarted)
            assert (charge.amount, charge.currency) == price, "another price than was told"


def check_grace(events: list[Any]) -> None:
    """Raise if a lapse comes too early, grace lasts too long, or is told too often."""
    ends_at: datetime | None = None
    for event in events:
        if isinstance(event, Subscription.TermPaid | Subscription.TermMoved):
            ends_at = event.ends_at
        if isinstance(event, Subscription.RenewalFailed):
            ends_at = max(ends_at or event.timestamp, event.grace_ends_at)
            since = event.grace_ends_at - KEPT
            assert since <= event.timestamp, "grace that is longer than a week"
            assert (event.timestamp - since).days == event.day
        if isinstance(event, Subscription.RenewalCancelled | Subscription.TermRevoked):
            ends_at = event.ends_at
        if isinstance(event, Subscription.RenewalResumed):
            assert ends_at is not None
            assert event.timestamp < ends_at, "back from nowhere"
        if isinstance(event, Subscription.SubscriptionLapsed):
            assert ends_at is not None
            assert event.timestamp >= ends_at, "lapsed too early"
    failed = of(Subscription.RenewalFailed, events)
    for purchase_id in {event.purchase_id for event in failed}:
        told = [it.day for it in failed if it.purchase_id == purchase_id and it.announced]
        assert told == sorted(set(told)), "told twice on a day"
        assert len(told) <= 3, "told too often"
