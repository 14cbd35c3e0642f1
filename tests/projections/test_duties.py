"""What the cashier has to do, as the read models see it, is what the aggregates themselves say."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import pytest

from domain import renewal
from domain.billing import Price
from domain.payer import Payer, expires_at
from domain.plan_catalogue import plans_of
from domain.purchase import Purchase
from domain.purchase_life import PurchaseState
from domain.subscription import Subscription
from domain.subscription_life import SubscriptionState
from eventlog.log import IN_MEMORY, EventLog
from projections.duties import BATCH, LOOKED_UP_AFTER, Duties
from projections.projection import Event
from runtime.cashier import Duties as Wanted
from runtime.stores import Stores
from tests.domain.money import MANY, LogDuties
from tests.domain.money_schedules import Schedule
from tests.projections.rows import remembered

SEEDS = range(2, 10)
PIECES = 12
LATER = (
    timedelta(0),
    timedelta(minutes=6),
    timedelta(days=2),
    timedelta(days=9),
    timedelta(days=26),
)
PAYING = (SubscriptionState.RUNNING, SubscriptionState.RENEWING, SubscriptionState.PAST_DUE)

Found = dict[str, list[object]]


class ExactDuties(LogDuties):
    """What is due by the rules alone, nothing of it too early."""

    def to_look_up(self, now: datetime) -> list[UUID]:
        pages = [one for one in self.all(Purchase) if one.state is PurchaseState.OPEN]
        ages = {one.id: now - one.created_on for one in pages}
        return [one for one, age in ages.items() if LOOKED_UP_AFTER <= age < timedelta(days=2)]

    def cards_to_look_up(self, now: datetime) -> list[tuple[UUID, UUID]]:
        return [
            (event.update_id, one.user_id)
            for one in self.all(Payer)
            for event in self.log.stream(one.id)
            if isinstance(event, Payer.CardPageOpened)
            and event.update_id not in one.closed_pages
            and event.timestamp + LOOKED_UP_AFTER <= now
        ]

    def prices_to_announce(self, now: datetime) -> list[tuple[UUID, Price]]:
        prices = {plan.name: plan.price for plan in plans_of(self.log)}
        return [
            (one.user_id, prices[one.plan[0]])
            for one in self.all(Subscription)
            if one.state is SubscriptionState.RUNNING
            and one.plan[0] in prices
            and prices[one.plan[0]] != one.next_plan.price
            and one.ends_at is not None
            and renewal.price_is_announced(one.ends_at, now)
        ]

    def expiring_cards(self, now: datetime) -> list[UUID]:
        payers = {one.payer_id for one in self.all(Subscription) if one.state in PAYING}
        return [
            one.user_id
            for one in self.all(Payer)
            if one.card is not None
            and one.user_id in payers
            and one.announced != (one.card.expires_year, one.card.expires_month)
            and now >= expires_at(one.card) - renewal.CARD_EXPIRY_ANNOUNCED_BEFORE
        ]


def found(duties: Wanted, now: datetime) -> Found:
    """Return everything that is due at a moment, each kind in an order that can be compared."""
    kinds: Found = {
        "reports": [*duties.reports()],
        "to charge": [*duties.to_charge()],
        "to withdraw": [*duties.to_withdraw()],
        "to refund": [*duties.to_refund()],
        "to close": [*duties.to_close()],
        "to look up": [*duties.to_look_up(now)],
        "cards to look up": [*duties.cards_to_look_up(now)],
        "to renew": [*duties.to_renew(now)],
        "to try again": [*duties.to_try_again(now)],
        "to lapse": [*duties.to_lapse(now)],
        "prices to announce": [*duties.prices_to_announce(now)],
        "expiring cards": [*duties.expiring_cards(now)],
    }
    return {kind: sorted(due, key=str) for kind, due in kinds.items()}


@cache
def story(seed: int) -> list[Event]:
    """Return what happened in one of the schedules of money."""
    schedule = Schedule(random.Random(seed))  # noqa: S311 - the same story each time
    schedule.run()
    return [one.event for one in schedule.world.log.read(after=0, limit=MANY)]


def pieces(seed: int) -> Iterator[list[Event]]:
    """Cut a story into pieces; what is due differs after each."""
    events = story(seed)
    length = len(events) // PIECES + 1
    return (events[begin : begin + length] for begin in range(0, len(events), length))


def moments(after: list[Event]) -> list[datetime]:
    return [after[-1].timestamp + later for later in LATER]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_due_is_what_the_aggregates_themselves_say(stores: Stores, seed: int) -> None:
    duties, rules = Duties(stores.pool), ExactDuties(stores.log)
    for piece in pieces(seed):
        remembered(stores, piece)
        for now in moments(piece):
            assert found(duties, now) == found(rules, now)


def test_the_stories_know_every_kind_of_duty() -> None:
    known: set[str] = set()
    for seed in SEEDS:
        log = EventLog(IN_MEMORY)
        for piece in pieces(seed):
            log.save(*piece)
            dues = [found(ExactDuties(log), now) for now in moments(piece)]
            known |= {kind for due in dues for kind, some in due.items() if some}
    assert known == {*found(ExactDuties(EventLog(IN_MEMORY)), some_day())}


def some_day() -> datetime:
    return story(2)[-1].timestamp


def test_nobody_waits_for_anything_in_an_empty_house(stores: Stores) -> None:
    assert not any(found(Duties(stores.pool), some_day()).values())


def test_no_more_is_done_in_a_round_than_a_batch_and_what_waited_longest_comes_first(
    stores: Stores,
) -> None:
    with stores.pool.connection() as connection:
        connection.execute(
            """
            INSERT INTO billing.report (id, kind, reported_at, received_at)
            SELECT gen_random_uuid(), 'some', now(), now() - number * interval '1 minute'
            FROM generate_series(1, %s) AS number
            """,
            (BATCH + 5,),
        )
        rows = connection.execute("SELECT id FROM billing.report ORDER BY received_at").fetchall()
    assert [*Duties(stores.pool).reports()] == [row[0] for row in rows][:BATCH]
