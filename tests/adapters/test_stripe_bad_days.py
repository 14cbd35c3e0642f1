"""Bad days of the stand-in that are ordered, and what it can be asked of the past."""

import pytest
import requests

from adapters.sandbox.stripe_faults import BadCall
from tests.adapters.stripe_shop import (
    INTENTS,
    SESSIONS,
    charges,
    kept_card,
    kinds,
    looked_up,
    paid,
    posts,
)
from tests.adapters.stripe_world import FORM, stripe_world


@pytest.fixture
def world(tmp_path):
    with stripe_world(tmp_path / "stripe.sqlite") as world:
        yield world


def types(world, query: str) -> list[str]:
    return [each["type"] for each in looked_up(world, f"/v1/events?{query}")["data"]]


@pytest.mark.parametrize("happened", [True, False])
def test_a_line_may_be_cut_before_or_after_the_money_moved(world, happened):
    kept = kept_card(world)
    world.handles.faults.order_call(BadCall.RESET, happened=happened)
    with pytest.raises(requests.ConnectionError):
        charges(world, kept, "key-1")
    assert len(looked_up(world, INTENTS)["data"]) == happened
    reply = charges(world, kept, "key-1")
    assert reply.json()["status"] == "succeeded"
    assert ("Idempotent-Replayed" in reply.headers) is happened
    assert kinds(world).count("payment_intent.succeeded") == 1


def test_a_bad_day_may_be_of_one_path_and_method_only(world):
    kept = kept_card(world)
    order = {"call": "error", "path": INTENTS, "method": "POST"}
    assert world.asks("POST", "/sandbox/faults", json=order).status_code == 204
    assert posts(world, SESSIONS, FORM).status_code == 200
    assert looked_up(world, INTENTS)["data"] == []
    assert charges(world, kept).status_code == 500
    assert charges(world, kept).status_code == 200


def test_webhooks_of_a_charge_go_astray_like_any_other(world):
    kept = kept_card(world)
    world.handles.faults.order_webhook("drop")
    lost = charges(world, kept).json()
    found = charges(world, kept).json()
    world.door.wait_for_one(found["id"])
    assert not any(lost["id"].encode() in body for body, _ in world.door.came)
    assert kinds(world).count("payment_intent.succeeded") == 2


def test_events_can_be_asked_for_by_several_types(world):
    paid(world)
    query = "types[]=payment_intent.succeeded&types[]=charge.refunded"
    assert types(world, query) == ["payment_intent.succeeded"]


def test_events_can_be_asked_for_from_a_time_on(world):
    paid(world)
    world.clock.advance(hours=1)
    paid(world)
    now = int(world.clock().timestamp())
    assert len(types(world, f"created[gte]={now}")) == 2
    assert len(types(world, f"created[gt]={now}")) == 0
    assert len(types(world, f"created[lte]={now}")) == 4


def test_an_event_is_forgotten_after_thirty_days(world):
    paid(world)
    (event_id, *_) = [each["id"] for each in looked_up(world, "/v1/events")["data"]]
    world.clock.advance(days=30)
    assert looked_up(world, f"/v1/events/{event_id}")["id"] == event_id
    assert len(types(world, "limit=100")) == 2
    world.clock.advance(seconds=1)
    assert types(world, "limit=100") == []
    assert world.asks("GET", f"/v1/events/{event_id}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "type=a&types[]=b",
        "created[gte]=yesterday",
        "&".join(f"types[]={number}" for number in range(21)),
    ],
)
def test_a_question_about_the_past_that_makes_no_sense_is_refused(world, query):
    assert world.asks("GET", f"/v1/events?{query}").status_code == 400
