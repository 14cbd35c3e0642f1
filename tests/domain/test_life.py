"""The tables of what can happen in which state."""

from enum import StrEnum
from typing import Any

import pytest

from domain.catalogue import EVENTS, events_of
from domain.life import Life, Move
from domain.purchase import Purchase
from domain.purchase_life import PURCHASE_LIFE, PurchaseState
from domain.subscription import Subscription
from domain.subscription_life import SUBSCRIPTION_LIFE, SubscriptionState

LIVES = pytest.mark.parametrize(
    ("life", "states", "kind"),
    [
        (PURCHASE_LIFE, PurchaseState, Purchase),
        (SUBSCRIPTION_LIFE, SubscriptionState, Subscription),
    ],
    ids=["purchase", "subscription"],
)


class Lamp(StrEnum):
    DARK = "dark"
    LIT = "lit"


LAMP = Life(
    Move("lamp.hung", (), Lamp.DARK),
    Move("lamp.lit", (Lamp.DARK,), Lamp.LIT),
    Move("lamp.dusted", (Lamp.DARK, Lamp.LIT), None),
)


def test_an_event_happens_only_in_the_states_that_the_table_names() -> None:
    assert LAMP.allows(Lamp.DARK, "lamp.lit")
    assert not LAMP.allows(Lamp.LIT, "lamp.lit")
    assert LAMP.allows(Lamp.LIT, "lamp.dusted")


def test_an_event_without_states_begins_a_life_and_never_happens_in_one() -> None:
    assert not any(LAMP.allows(state, "lamp.hung") for state in Lamp)
    assert LAMP.after["lamp.hung"] is Lamp.DARK


def test_an_event_leads_to_a_state_or_leaves_it_as_it_is() -> None:
    assert dict(LAMP.after) == {"lamp.hung": Lamp.DARK, "lamp.lit": Lamp.LIT}


def test_the_moves_are_told_in_their_order() -> None:
    assert [move.topic for move in LAMP] == ["lamp.hung", "lamp.lit", "lamp.dusted"]


@LIVES
def test_every_event_is_in_the_table_of_its_life_and_nothing_else(
    life: Life[Any], states: type[StrEnum], kind: Any
) -> None:
    del states
    assert {move.topic for move in life} == {event.TOPIC for event in events_of(kind)}
    assert {move.topic for move in life} <= EVENTS.keys()


@LIVES
def test_every_state_can_be_reached(life: Life[Any], states: type[StrEnum], kind: Any) -> None:
    del kind
    assert {*life.after.values()} == {*states}


@pytest.mark.parametrize(
    ("life", "topic", "since"),
    [
        (SUBSCRIPTION_LIFE, "subscription.renewal-started", {SubscriptionState.RUNNING}),
        (SUBSCRIPTION_LIFE, "subscription.renewal-resumed", {SubscriptionState.ENDING}),
        (
            PURCHASE_LIFE,
            "purchase.charge-requested",
            {PurchaseState.STARTED, PurchaseState.FAILED},
        ),
        (PURCHASE_LIFE, "purchase.payment-failed", {PurchaseState.CHARGING}),
        (PURCHASE_LIFE, "purchase.charge-withdrawn", {PurchaseState.GIVEN_UP}),
        (PURCHASE_LIFE, "purchase.refund-owed", {PurchaseState.PAID}),
    ],
)
def test_what_would_move_money_in_vain_happens_in_no_other_state(
    life: Life[Any], topic: str, since: set[StrEnum]
) -> None:
    states = type(next(iter(since)))
    assert {state for state in states if life.allows(state, topic)} == since
