"""What `StripeBilling` says to the vendor, and how it takes the vendor's bad days."""

import logging

import pytest

from adapters.sandbox.stripe_faults import BadCall
from adapters.stripe_billing import StripeBilling
from domain.billing import BillingIsUnavailable, Price
from tests.adapters.stripe_world import (
    FORM,
    SECRET_KEY,
    WEBHOOK_SECRET,
    Clock,
    served,
    stripe_world,
)
from tests.contracts.billing import ADAS_PURCHASE, opened

IMPATIENCE = 0.15


@pytest.fixture
def world(tmp_path):
    with stripe_world(tmp_path / "stripe.sqlite", timeout=IMPATIENCE) as world:
        yield world


def said(world) -> list[tuple[str, int]]:
    return [(call.method, call.status) for call in world.line.calls]


def test_the_vendor_learns_the_purchase_the_price_and_the_way_back_and_nothing_else(world):
    checkout = opened(world.billing)
    world.asks("GET", f"/v1/checkout/sessions/{checkout.session_id}")
    assert sorted(world.line.calls[0].body.split("&")) == [
        "allowed_payment_method_types[0]=card",
        "cancel_url=http%3A%2F%2Fshop.example%2Finbox",
        f"client_reference_id={ADAS_PURCHASE}",
        "customer_creation=always",
        "line_items[0][price_data][currency]=usd",
        "line_items[0][price_data][product_data][description]=SecureMail%2C+monthly+plan",
        "line_items[0][price_data][product_data][name]=SecureMail",
        "line_items[0][price_data][unit_amount]=1000",
        "line_items[0][quantity]=1",
        f"metadata[purchase_id]={ADAS_PURCHASE}",
        "mode=payment",
        "payment_intent_data[setup_future_usage]=off_session",
        "success_url=http%3A%2F%2Fshop.example%2Fpaid%3Fsession%3D%7BCHECKOUT_SESSION_ID%7D",
    ]


def test_the_key_against_repetition_is_the_purchase(world):
    opened(world.billing)
    opened(world.billing)
    keys = {call.headers["HTTP_IDEMPOTENCY_KEY"] for call in world.line.calls}
    assert keys == {f"checkout-{ADAS_PURCHASE}"}


def test_the_vendor_learns_nothing_about_this_machine(world):
    opened(world.billing)
    opened(world.billing)
    headers = world.line.calls[1].headers
    assert "HTTP_X_STRIPE_CLIENT_TELEMETRY" not in headers
    assert "telemetry_id" not in headers["HTTP_X_STRIPE_CLIENT_USER_AGENT"]
    assert "platform" not in headers["HTTP_X_STRIPE_CLIENT_USER_AGENT"]


def test_a_payment_is_looked_up_with_the_money_that_moved(world):
    checkout = opened(world.billing)
    world.submits(checkout)
    payment = world.billing.payment(checkout.session_id)
    assert world.line.calls[-1].query == "expand%5B0%5D=payment_intent"
    assert world.asks("GET", f"/v1/payment_intents/{payment.reference}").json()["amount"] == 1000


def test_the_money_of_a_declined_card_has_no_reference_although_the_vendor_has_a_paper(world):
    checkout = opened(world.billing)
    world.submits(checkout, "4000000000000002")
    session = world.asks("GET", f"/v1/checkout/sessions/{checkout.session_id}").json()
    assert session["payment_intent"].startswith("pi_")
    assert world.billing.payment(checkout.session_id).reference is None


@pytest.mark.parametrize("kind", [BadCall.ERROR, BadCall.HANG])
def test_one_bad_moment_of_the_vendor_is_not_noticed(world, kind):
    if kind is BadCall.HANG:
        world.handles.faults.order_call(kind, seconds=IMPATIENCE)
    else:
        world.handles.faults.order_call(kind)
    assert opened(world.billing).session_id
    assert len(world.events()) == 0


@pytest.mark.parametrize("kind", [BadCall.ERROR, BadCall.RATE_LIMIT, BadCall.HANG])
@pytest.mark.parametrize("happened", [False, True])
def test_a_page_that_could_not_be_opened_is_opened_at_the_next_try_once(world, kind, happened):
    world.breaks_all_calls(kind, happened=happened)
    with pytest.raises(BillingIsUnavailable):
        opened(world.billing)
    world.handles.faults.release()
    assert opened(world.billing) == opened(world.billing)
    assert world.pages_made() == 1


@pytest.mark.parametrize("kind", [BadCall.ERROR, BadCall.RATE_LIMIT, BadCall.HANG])
@pytest.mark.parametrize("happened", [False, True])
def test_a_payment_that_could_not_be_looked_up_is_found_at_the_next_try(world, kind, happened):
    checkout = opened(world.billing)
    world.submits(checkout)
    world.breaks_all_calls(kind, happened=happened)
    with pytest.raises(BillingIsUnavailable):
        world.billing.payment(checkout.session_id)
    world.handles.faults.release()
    assert world.billing.payment(checkout.session_id).paid


def test_a_slow_answer_is_an_answer(world):
    world.handles.faults.order_call(BadCall.SLOW, seconds=IMPATIENCE / 4)
    assert opened(world.billing).session_id
    assert said(world) == [("POST", 200)]


def test_what_the_vendor_refuses_is_unavailable_and_its_words_are_not_repeated(world):
    with pytest.raises(BillingIsUnavailable) as refusal:
        opened(world.billing, price=Price(-5, "usd"))
    assert str(refusal.value) == "Stripe: InvalidRequestError, status 400"
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


def test_a_wrong_key_is_unavailable(world):
    stranger = StripeBilling("sk_test_wrong", [WEBHOOK_SECRET], world.url, clock=Clock())
    with pytest.raises(BillingIsUnavailable):
        opened(stranger)
    stranger.close()


def test_a_page_made_by_somebody_else_in_the_same_account_is_no_purchase(world):
    form = FORM | {"metadata[order]": "7"}
    session = world.asks("POST", "/v1/checkout/sessions", data=form).json()
    with pytest.raises(BillingIsUnavailable):
        world.billing.payment(session["id"])


@pytest.mark.parametrize(
    "answer", [b"", b"<h1>Bad gateway</h1>", b"[]", b"{}", b'{"id": "cs_1", "url": null}', b"\xff"]
)
def test_an_answer_that_cannot_be_understood_is_unavailable(answer):
    def babble(_environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        return [answer]

    with served(babble) as url:
        billing = StripeBilling(SECRET_KEY, [WEBHOOK_SECRET], url, clock=Clock())
        with pytest.raises(BillingIsUnavailable):
            opened(billing)
        with pytest.raises(BillingIsUnavailable):
            billing.payment("cs_1")
        billing.close()


def test_nothing_of_a_purchase_is_logged(world, caplog):
    caplog.set_level(logging.DEBUG)
    checkout = opened(world.billing)
    world.billing.payment(checkout.session_id)
    assert [record for record in caplog.records if record.name.startswith("stripe")] == []
    assert str(ADAS_PURCHASE) not in caplog.text
