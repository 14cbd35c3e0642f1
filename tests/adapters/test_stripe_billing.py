"""What `StripeBilling` says to the vendor, and how it takes the vendor's bad days."""

import logging

import pytest

from adapters.sandbox.stripe_faults import BadCall
from adapters.stripe_billing import StripeBilling
from domain.billing import BillingIsUnavailable, Price, SavedCard
from tests.adapters.stripe_shop import accepts
from tests.adapters.stripe_world import (
    FORM,
    GOOD_CARD,
    SECRET_KEY,
    WEBHOOK_SECRET,
    Clock,
    served,
    stripe_world,
)
from tests.contracts.billing import ADAS_PURCHASE, BENS_PURCHASE, charged, opened
from tests.contracts.billing_desk import (
    ADA,
    CARD_WAYS_OF_THE_SHOP,
    TEN_DOLLARS,
    WAYS_OF_THE_SHOP,
)

IMPATIENCE = 0.15
CARD = SavedCard("cus_1", "pm_1", 2031, 4)
BAD_CALLS = [BadCall.ERROR, BadCall.RATE_LIMIT, BadCall.HANG, BadCall.RESET]


@pytest.fixture
def world(tmp_path):
    with stripe_world(tmp_path / "stripe.sqlite", timeout=IMPATIENCE) as world:
        yield world


def is_change(call) -> bool:
    return call.method == "POST" and "HTTP_X_STRIPE_CLIENT_USER_AGENT" in call.headers


def saved_card(world) -> SavedCard:
    """Let a buyer pay on a card page, which keeps her card."""
    checkout = opened(world.billing)
    accepts(world, checkout, GOOD_CARD)
    return world.billing.payment(checkout.session_id).card


def with_tax(world) -> StripeBilling:
    url, clock = world.url, world.clock
    return StripeBilling(SECRET_KEY, [WEBHOOK_SECRET], url, clock=clock, tax_code="txcd_10103001")


def said(world) -> list[tuple[str, int]]:
    return [(call.method, call.status) for call in world.line.calls]


def body(world, number: int = -1) -> list[str]:
    """Return the fields of a call."""
    return sorted(world.line.calls[number].body.split("&"))


def test_the_vendor_learns_the_purchase_the_price_and_the_way_back_and_nothing_else(world):
    opened(world.billing)
    assert body(world) == [
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
        f"payment_intent_data[metadata][purchase_id]={ADAS_PURCHASE}",
        "payment_intent_data[setup_future_usage]=off_session",
        "success_url=http%3A%2F%2Fshop.example%2Fpaid%3Fsession%3D%7BCHECKOUT_SESSION_ID%7D",
    ]


def test_the_vendor_learns_of_a_card_that_is_left_whose_it_is_and_nothing_else(world):
    card = saved_card(world)
    world.billing.open_card_page(
        update_id=BENS_PURCHASE, payer_id=ADA, customer=card.customer, **CARD_WAYS_OF_THE_SHOP
    )
    assert body(world) == [
        "allowed_payment_method_types[0]=card",
        "cancel_url=http%3A%2F%2Fshop.example%2Fcard",
        f"client_reference_id={BENS_PURCHASE}",
        "currency=usd",
        f"customer={card.customer}",
        f"metadata[payer_id]={ADA}",
        "mode=setup",
        "success_url=http%3A%2F%2Fshop.example%2Fcard%2Fdone",
    ]


def test_the_vendor_learns_of_a_charge_its_purchase_and_price_and_nothing_else(world):
    card = saved_card(world)
    charged(world.billing, card, BENS_PURCHASE)
    assert body(world) == [
        "allowed_payment_method_types[0]=card",
        "amount=1000",
        "confirm=true",
        "currency=usd",
        f"customer={card.customer}",
        "description=SecureMail%2C+monthly+plan",
        f"metadata[purchase_id]={BENS_PURCHASE}",
        "off_session=true",
        f"payment_method={card.method}",
    ]


def test_the_tax_is_inside_the_price_so_that_what_is_asked_stays_what_is_paid(world):
    billing = with_tax(world)
    checkout = opened(billing)
    assert [field for field in body(world) if "tax" in field] == [
        "automatic_tax[enabled]=true",
        "line_items[0][price_data][product_data][tax_code]=txcd_10103001",
        "line_items[0][price_data][tax_behavior]=inclusive",
    ]
    accepts(world, checkout, GOOD_CARD)
    assert billing.payment(checkout.session_id).price == TEN_DOLLARS
    billing.close()


def test_the_tax_of_a_buyer_whom_the_vendor_knows_follows_the_address_she_types(world):
    billing, card = with_tax(world), saved_card(world)
    ways = WAYS_OF_THE_SHOP | {"customer": card.customer}
    billing.open_checkout(purchase_id=BENS_PURCHASE, price=TEN_DOLLARS, **ways)
    assert "customer_update[address]=auto" in body(world)
    billing.close()


def test_the_keys_against_repetition_are_made_of_what_happens_once(world):
    card = saved_card(world)
    opened(world.billing)
    charge = charged(world.billing, card, BENS_PURCHASE)
    world.billing.charge_again(charge.reference, card=card, attempt=3)
    world.billing.refund(charge.reference, purchase_id=BENS_PURCHASE)
    world.billing.open_card_page(
        update_id=BENS_PURCHASE, payer_id=ADA, customer=card.customer, **CARD_WAYS_OF_THE_SHOP
    )
    keys = {call.headers["HTTP_IDEMPOTENCY_KEY"] for call in world.line.calls if is_change(call)}
    assert keys == {
        f"checkout-{ADAS_PURCHASE}",
        f"charge-{BENS_PURCHASE}",
        f"charge-{charge.reference}-3",
        f"refund-{BENS_PURCHASE}",
        f"card-{BENS_PURCHASE}",
    }


def test_what_is_asked_for_again_is_asked_for_in_the_same_bytes(world):
    opened(world.billing)
    opened(world.billing)
    first, second = (call for call in world.line.calls if is_change(call))
    assert (first.body, first.path) == (second.body, second.path)


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
    assert world.asks("GET", f"/v1/payment_intents/{payment.reference}").json()["amount"] == 1000


def test_the_money_of_a_declined_card_has_no_reference_although_the_vendor_has_a_paper(world):
    checkout = opened(world.billing)
    world.submits(checkout, "4000000000000002")
    session = world.asks("GET", f"/v1/checkout/sessions/{checkout.session_id}").json()
    assert session["payment_intent"].startswith("pi_")
    assert world.billing.payment(checkout.session_id).reference is None


@pytest.mark.parametrize("kind", BAD_CALLS)
def test_one_bad_moment_of_the_vendor_is_not_noticed(world, kind):
    world.handles.faults.order_call(kind, seconds=IMPATIENCE)
    assert opened(world.billing).session_id
    assert len(world.events()) == 0


@pytest.mark.parametrize("kind", BAD_CALLS)
@pytest.mark.parametrize("happened", [False, True])
def test_a_page_that_could_not_be_opened_is_opened_at_the_next_try_once(world, kind, happened):
    world.breaks_all_calls(kind, happened=happened)
    with pytest.raises(BillingIsUnavailable):
        opened(world.billing)
    world.handles.faults.release()
    assert opened(world.billing) == opened(world.billing)
    assert world.pages_made() == 1


@pytest.mark.parametrize("kind", BAD_CALLS)
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
        opened(world.billing, price=Price(0, "usd"))
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


A_LIST = b'{"object": "list", "has_more": false, "url": "/v1/things", "data": [%s]}'
CALLS = {
    "a page": opened,
    "a payment": lambda billing: billing.payment("cs_1"),
    "a card left": lambda billing: billing.card_update("cs_1"),
    "a face": lambda billing: billing.card_face(CARD),
    "a new charge": lambda billing: charged(billing, CARD),
    "a charge": lambda billing: billing.charge_of("pi_1"),
    "the past": lambda billing: list(billing.reports(since=Clock().time)),
    "all charges": lambda billing: list(billing.charges(since=Clock().time)),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<h1>Bad gateway</h1>",
        b"[]",
        b"{}",
        b'{"id": "cs_1", "url": null}',
        b"\xff",
        A_LIST % b"{}",
        A_LIST % b'{"id": "evt_1", "type": "payment_intent.succeeded"}',
        A_LIST % b'{"id": "pi_1", "status": "of next year"}',
    ],
)
def test_an_answer_that_cannot_be_understood_is_unavailable(answer, call):
    def babble(_environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        return [answer]

    with served(babble) as url:
        billing = StripeBilling(SECRET_KEY, [WEBHOOK_SECRET], url, clock=Clock())
        with pytest.raises(BillingIsUnavailable):
            CALLS[call](billing)
        billing.close()


def test_nothing_of_a_purchase_is_logged(world, caplog):
    caplog.set_level(logging.DEBUG)
    checkout = opened(world.billing)
    world.billing.payment(checkout.session_id)
    assert [record for record in caplog.records if record.name.startswith("stripe")] == []
    assert str(ADAS_PURCHASE) not in caplog.text
