"""The stand-in's webhooks: signed, repeated until heard, and never forgotten by a crash."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import stripe

from adapters.sandbox import stripe_webhooks
from adapters.sandbox.stripe_faults import BadWebhook
from adapters.sandbox.stripe_webhooks import Messenger, pause_after
from domain.billing import Checkout
from tests.adapters.stripe_shop import (
    SESSIONS,
    charges,
    confirms,
    error_of,
    is_paid,
    kept_card,
    page_to_pay,
    posts,
    session_of,
)
from tests.adapters.stripe_world import (
    FORM,
    PATIENCE,
    WEBHOOK_SECRET,
    Clock,
    Door,
    Line,
    StripeWorld,
    stripe_world,
)

ROOT = Path(__file__).parents[2]
PAID = ["payment_intent.succeeded", "checkout.session.completed"]
DOWN = "503 Service Unavailable"


@pytest.fixture
def store(tmp_path):
    return tmp_path / "stripe.sqlite"


@pytest.fixture
def world(store):
    with stripe_world(store) as world:
        yield world


def pays(world) -> Checkout:
    checkout = page_to_pay(world)
    assert world.submits(checkout).status_code == 303
    return checkout


def kinds(came) -> list[str]:
    return [json.loads(body)["type"] for body, _ in came]


def objects(came) -> list[dict]:
    return [json.loads(body)["data"]["object"] for body, _ in came]


def ids(came) -> list[str]:
    return [json.loads(body)["id"] for body, _ in came]


def test_paying_is_told_at_our_door_signed_and_in_order(world):
    checkout = pays(world)
    came = world.door.wait_for(2)
    assert kinds(came) == PAID
    assert objects(came)[1] == session_of(world, checkout)
    for body, signature in came:
        assert stripe.WebhookSignature.verify_header(body.decode(), signature, WEBHOOK_SECRET)


def test_while_a_secret_is_rolled_either_of_them_verifies(world):
    world.handles.messenger.roll_to("whsec_new")
    pays(world)
    body, signature = world.door.wait_for(2)[0]
    for secret in (WEBHOOK_SECRET, "whsec_new"):
        assert stripe.WebhookSignature.verify_header(body.decode(), signature, secret)
    assert signature.count("v1=") == 2


@pytest.fixture
def sleepy_world(store, monkeypatch):
    """Give a world whose messenger looks for what is due only when it is woken."""
    monkeypatch.setattr(stripe_webhooks, "LONGEST_NAP", 10 * PATIENCE)
    with stripe_world(store) as world:
        yield world


def test_what_a_program_asked_for_is_told_at_once(sleepy_world):
    intent = charges(sleepy_world, kept_card(sleepy_world)).json()
    assert sleepy_world.door.wait_for_one("payment_intent.succeeded", intent["id"])


def test_what_a_holder_answered_is_told_at_once(sleepy_world):
    kept = kept_card(sleepy_world, "4000 0027 6000 3184")
    intent = error_of(charges(sleepy_world, kept))["payment_intent"]
    asked = confirms(sleepy_world, intent["id"], kept, return_url="http://shop.example/").json()
    assert sleepy_world.door.wait_for_one("payment_intent.requires_action")
    question = asked["next_action"]["redirect_to_url"]["url"]
    sleepy_world.posts(question, {"outcome": "complete"})
    assert sleepy_world.door.wait_for_one("payment_intent.succeeded", intent["id"])


def test_what_a_bank_judged_is_told_at_once(sleepy_world):
    intent = charges(sleepy_world, kept_card(sleepy_world)).json()
    assert sleepy_world.door.wait_for_one("payment_intent.succeeded")
    order = {"payment_intent": intent["id"], "outcome": "open"}
    sleepy_world.asks("POST", "/sandbox/disputes", json=order)
    assert sleepy_world.door.wait_for_one("charge.dispute.created")


def test_what_has_arrived_is_no_longer_on_its_way(world):
    pays(world)
    world.door.wait_for(2)
    world.handles.messenger.close()
    assert [each["pending_webhooks"] for each in world.events()] == [0, 0]


def test_a_webhook_that_nobody_took_comes_again_when_its_time_has_come(world):
    world.door.answers.extend([DOWN, "302 Found", "200 OK"])
    pays(world)
    world.door.wait_for(2)
    world.clock.advance(seconds=1)
    world.handles.messenger.wake()
    came = world.door.wait_for(4)
    assert kinds(came) == PAID + PAID
    assert came[0][0] == came[2][0]
    assert came[0][1] != came[2][1]


def test_the_pauses_between_attempts_grow_to_five_minutes():
    assert [pause_after(attempts) for attempts in (1, 2, 3, 4, 5)] == [1, 2, 4, 8, 16]
    assert pause_after(9) == 256
    assert pause_after(10) == pause_after(10_000) == 300


def test_a_restart_brings_what_was_still_on_its_way(store):
    clock, door = Clock(), Door()
    door.answers.extend([DOWN] * 2)
    with stripe_world(store, clock=clock, door=door) as world:
        checkout = pays(world)
        before = door.wait_for(2)
    clock.advance(minutes=10)
    with stripe_world(store, clock=clock, door=door) as world:
        came = door.wait_for(4)
        assert ids(came[2:]) == ids(before)
        assert objects(came)[3]["id"] == checkout.session_id


def test_a_restart_knows_the_answers_that_were_given(store):
    with stripe_world(store) as world:
        before = posts(world, SESSIONS, FORM, "key-1").content
    with stripe_world(store) as world:
        assert posts(world, SESSIONS, FORM, "key-1").content == before
        assert world.pages_made() == 1


def test_a_kill_loses_neither_what_was_paid_nor_its_answers_nor_its_webhooks(store):
    url, stand_in = _started(store)
    alone = StripeWorld(store, Clock(), Door(), Line(), url, None, None)
    try:
        kept = kept_card(alone)
        charged = charges(alone, kept, "key-1")
        checkout = pays(alone)
    finally:
        stand_in.send_signal(signal.SIGKILL)
        stand_in.communicate()
    clock = Clock()
    clock.advance(minutes=10)
    with stripe_world(store, clock=clock) as world:
        world.door.wait_for_one("checkout.session.completed", checkout.session_id)
        world.door.wait_for_one("payment_intent.succeeded", charged.json()["id"])
        assert is_paid(world, checkout)
        again = charges(world, kept, "key-1")
        assert again.headers["Idempotent-Replayed"] == "true"
        assert again.content == charged.content


def _started(store: Path) -> tuple[str, subprocess.Popen]:
    """Start a stand-in of its own whose webhooks find nobody at home; return its address."""
    program = [sys.executable, "-m", "tests.adapters.stripe_alone", str(store)]
    process = subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
    return process.stdout.readline().strip(), process


def test_a_doubled_webhook_comes_twice_and_says_the_same(world):
    world.handles.faults.order_webhook(BadWebhook.DUPLICATE)
    pays(world)
    came = world.door.wait_for(4)
    assert kinds(came) == PAID + PAID
    assert len(set(ids(came))) == 2


def test_a_lost_webhook_never_comes_but_asking_tells(world):
    world.handles.faults.order_webhook(BadWebhook.DROP)
    lost = pays(world)
    found = pays(world)
    came = world.door.wait_for(2)
    assert objects(came)[1]["id"] == found.session_id
    assert is_paid(world, lost)
    assert len(world.events()) == 4


def test_a_late_webhook_comes_when_its_time_has_come(world):
    world.handles.faults.order_webhook(BadWebhook.DELAY, seconds=3600)
    late = pays(world)
    pays(world)
    world.door.wait_for(2)
    world.clock.advance(hours=1)
    world.handles.messenger.wake()
    came = world.door.wait_for(4)
    assert objects(came)[3]["id"] == late.session_id
    assert objects(came)[3]["payment_status"] == "paid"


def test_webhooks_in_the_wrong_order_tell_of_the_checkout_before_the_money(world):
    world.handles.faults.order_webhook(BadWebhook.REORDER)
    pays(world)
    assert kinds(world.door.wait_for(2)) == PAID[::-1]


def test_a_webhook_address_beyond_plain_http_is_refused_at_the_start():
    with pytest.raises(ValueError, match="plain http"):
        Messenger(None, "https://example.org/", "whsec_invented", Clock())
