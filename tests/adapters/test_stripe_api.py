"""The stand-in's counter for programs answers as Stripe's own does, in yes and in no."""

import threading

import pytest

from adapters.sandbox.stripe_faults import BadCall
from domain.billing import Checkout
from tests.adapters.stripe_world import FORM, PATIENCE, SECRET_KEY, stripe_world

SESSIONS = "/v1/checkout/sessions"


@pytest.fixture
def world(tmp_path):
    with stripe_world(tmp_path / "stripe.sqlite") as world:
        yield world


@pytest.fixture(scope="module")
def world_at_rest(tmp_path_factory):
    """Give one world to all tests that only see refusals, which change nothing."""
    with stripe_world(tmp_path_factory.mktemp("at rest") / "stripe.sqlite") as world:
        yield world


def creates(world, key: str | None = None, **changed: str):
    form = {field: value for field, value in (FORM | changed).items() if value}
    headers = {"Idempotency-Key": key} if key else {}
    return world.asks("POST", SESSIONS, data=form, headers=headers)


def checkout_of(session: dict) -> Checkout:
    return Checkout(session["id"], session["url"])


def error_of(reply) -> dict:
    return reply.json()["error"]


def test_a_call_without_a_key_is_refused(world_at_rest):
    reply = world_at_rest.asks("GET", "/v1/events", key=None)
    assert (reply.status_code, error_of(reply)["type"]) == (401, "invalid_request_error")


def test_a_call_with_a_wrong_key_is_refused_and_shows_its_end_only(world_at_rest):
    reply = world_at_rest.asks("GET", "/v1/events", key="sk_test_wrong1234")
    assert reply.status_code == 401
    assert error_of(reply)["message"] == "Invalid API Key provided: ****1234"


def test_the_key_may_be_the_user_of_basic_authentication(world_at_rest):
    reply = world_at_rest.asks("GET", "/v1/events", key=None, auth=(SECRET_KEY, ""))
    assert reply.status_code == 200


@pytest.mark.parametrize("header", ["Basic !!!", "Basic /w==", "Digest x"])
def test_a_garbled_key_is_refused(world_at_rest, header):
    reply = world_at_rest.asks("GET", "/v1/events", key=None, headers={"Authorization": header})
    assert reply.status_code == 401


def test_an_unknown_call_is_refused(world_at_rest):
    reply = world_at_rest.asks("GET", "/v1/nonsense")
    assert (reply.status_code, error_of(reply)["type"]) == (404, "invalid_request_error")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("success_url", "", "parameter_missing"),
        ("success_url", "javascript:alert(1)", "url_invalid"),
        ("cancel_url", "/inbox", "url_invalid"),
        ("mode", "subscription", None),
        ("line_items[0][quantity]", "0", "parameter_invalid_integer"),
        ("line_items[0][price_data][unit_amount]", "ten", "parameter_invalid_integer"),
        ("line_items[0][price_data][currency]", "dollars", None),
        ("line_items[0][price_data][product_data][name]", "", "parameter_missing"),
        ("customer_creation", "perhaps", None),
        ("payment_method_types[0]", "card", "parameter_unknown"),
        ("customer_email", "ada@example.org", "parameter_unknown"),
    ],
)
def test_a_field_that_is_wrong_is_named(world_at_rest, field, value, code):
    error = error_of(creates(world_at_rest, **{field: value}))
    assert (error["type"], error["param"], error.get("code")) == (
        "invalid_request_error",
        field,
        code,
    )


def test_a_session_that_does_not_exist_is_missing(world_at_rest):
    reply = world_at_rest.asks("GET", f"{SESSIONS}/cs_test_nobody")
    assert (reply.status_code, error_of(reply)["code"]) == (404, "resource_missing")


def test_a_payment_that_does_not_exist_is_missing(world):
    session = creates(world).json()
    reply = world.asks("GET", f"/v1/payment_intents/{session['id']}")
    assert (reply.status_code, error_of(reply)["code"]) == (404, "resource_missing")


def test_a_new_session_is_open_and_unpaid(world):
    session = creates(world, client_reference_id="7").json()
    assert (session["status"], session["payment_status"]) == ("open", "unpaid")
    assert (session["amount_total"], session["client_reference_id"]) == (1000, "7")
    assert session == world.asks("GET", f"{SESSIONS}/{session['id']}").json()


def test_an_expired_session_takes_no_money_and_cannot_expire_again(world):
    session = creates(world).json()
    expired = world.asks("POST", f"{SESSIONS}/{session['id']}/expire")
    again = world.asks("POST", f"{SESSIONS}/{session['id']}/expire")
    assert (expired.json()["status"], expired.json()["url"]) == ("expired", None)
    assert again.status_code == 400
    assert world.submits(checkout_of(session)).status_code == 410
    assert [each["type"] for each in world.events()] == ["checkout.session.expired"]


def test_a_session_expires_by_itself_after_a_day(world):
    session = creates(world).json()
    world.clock.advance(hours=24)
    assert world.submits(checkout_of(session)).status_code == 410
    assert world.asks("GET", f"{SESSIONS}/{session['id']}").json()["status"] == "expired"
    assert [each["type"] for each in world.events()] == ["checkout.session.expired"]


def test_the_same_key_and_fields_get_the_first_answer_again(world):
    first, second = creates(world, "key-1"), creates(world, "key-1")
    assert first.content == second.content
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert world.pages_made() == 1


def test_the_same_key_gets_the_first_answer_even_after_the_session_was_paid(world):
    first = creates(world, "key-1")
    world.submits(checkout_of(first.json()))
    assert creates(world, "key-1").content == first.content


def test_the_same_key_with_other_fields_is_refused(world):
    creates(world, "key-1")
    reply = creates(world, "key-1", client_reference_id="7")
    assert (reply.status_code, error_of(reply)["type"]) == (400, "idempotency_error")


def test_the_same_key_at_another_path_is_refused(world):
    adas, bens = [f"{SESSIONS}/{creates(world).json()['id']}" for _ in range(2)]
    headers = {"Idempotency-Key": "key-1"}
    world.asks("POST", f"{adas}/expire", headers=headers)
    reply = world.asks("POST", f"{bens}/expire", headers=headers)
    assert (reply.status_code, error_of(reply)["type"]) == (400, "idempotency_error")
    assert world.asks("GET", bens).json()["status"] == "open"


def test_a_no_is_repeated_too_once_the_call_had_begun(world):
    session = creates(world).json()
    world.submits(checkout_of(session))
    path, headers = f"{SESSIONS}/{session['id']}/expire", {"Idempotency-Key": "key-1"}
    first = world.asks("POST", path, headers=headers)
    second = world.asks("POST", path, headers=headers)
    assert (first.status_code, first.content) == (400, second.content)
    assert second.headers["Idempotent-Replayed"] == "true"


def test_a_key_is_free_again_if_the_fields_were_wrong(world):
    assert creates(world, "key-1", mode="nonsense").status_code == 400
    assert creates(world, "key-1").status_code == 200


def test_a_key_is_forgotten_after_a_day(world):
    first = creates(world, "key-1").json()
    world.clock.advance(hours=24, seconds=1)
    assert creates(world, "key-1").json()["id"] != first["id"]


def test_a_key_that_is_in_work_is_refused(world):
    world.handles.faults.order_call(BadCall.SLOW)
    first = threading.Thread(target=creates, args=(world, "key-1"))
    first.start()
    assert world.handles.faults.wait_until_hanging(PATIENCE)
    reply = creates(world, "key-1")
    world.handles.faults.release()
    first.join()
    assert (reply.status_code, error_of(reply)["code"]) == (409, "idempotency_key_in_use")
    assert creates(world, "key-1").headers["Idempotent-Replayed"] == "true"


def test_events_are_listed_newest_first_and_page_by_page(world):
    for _ in range(2):
        world.submits(checkout_of(creates(world).json()))
    whole = world.asks("GET", "/v1/events").json()
    page = world.asks("GET", "/v1/events?limit=1").json()
    after = page["data"][0]["id"]
    rest = world.asks("GET", f"/v1/events?starting_after={after}").json()
    assert [page["has_more"], rest["has_more"]] == [True, False]
    ids = [each["id"] for each in page["data"] + rest["data"]]
    assert ids == [each["id"] for each in whole["data"]]
    assert len(ids) == 4


def test_events_can_be_asked_for_by_kind(world):
    world.submits(checkout_of(creates(world).json()))
    found = world.asks("GET", "/v1/events?type=checkout.session.completed").json()["data"]
    assert [each["type"] for each in found] == ["checkout.session.completed"]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "starting_after=evt_no", "color=red"])
def test_a_list_that_makes_no_sense_is_refused(world_at_rest, query):
    assert world_at_rest.asks("GET", f"/v1/events?{query}").status_code == 400


def test_only_what_an_object_names_can_be_expanded(world):
    session = creates(world).json()
    path = f"{SESSIONS}/{session['id']}"
    assert world.asks("GET", f"{path}?expand[]=payment_intent").json()["payment_intent"] is None
    assert world.asks("GET", f"{path}?expand[]=color").status_code == 400


def orders(world, order: object, key: str | None = SECRET_KEY) -> int:
    return world.asks("POST", "/sandbox/faults", key=key, json=order).status_code


def test_a_bad_day_can_be_ordered_from_another_process(world):
    assert orders(world, {"call": "rate_limit", "times": 1}) == 204
    assert creates(world).status_code == 429
    assert creates(world).status_code == 200


def test_nobody_without_the_key_can_order_a_bad_day(world_at_rest):
    assert orders(world_at_rest, {"call": "error"}, key=None) == 401


@pytest.mark.parametrize("order", [{"call": "sneeze"}, {"webhook": "delay", "x": 1}, {}, [], 7])
def test_a_bad_day_that_does_not_exist_cannot_be_ordered(world_at_rest, order):
    assert orders(world_at_rest, order) == 400
