"""How charges without a card page take the vendor's bad days: whatever happens, once."""

from datetime import timedelta
from uuid import UUID

import pytest

from adapters.sandbox.stripe_faults import BadCall
from adapters.stripe_billing import StripeBilling
from domain.billing import (
    BillingIsUnavailable,
    ChargeState,
    Decline,
    PageState,
    SavedCard,
)
from tests.adapters.stripe_shop import INTENTS, SESSIONS, accepts
from tests.adapters.stripe_world import (
    GOOD_CARD,
    SECRET_KEY,
    WEBHOOK_SECRET,
    stripe_world,
)
from tests.contracts.billing import ADAS_PURCHASE, BENS_PURCHASE, charged, opened
from tests.contracts.billing_desk import ADA, AFTER_CONFIRMING, CARD_WAYS_OF_THE_SHOP
from tests.domain.together import all_at_once

IMPATIENCE = 0.15
BAD_CALLS = [BadCall.ERROR, BadCall.RATE_LIMIT, BadCall.HANG, BadCall.RESET]
ASKING_CARD = "4000 0027 6000 3184"
DECLINED_LATER = "4000 0000 0000 0341"
HAPPENED = pytest.mark.parametrize("happened", [False, True])
KINDS = pytest.mark.parametrize("kind", BAD_CALLS)


@pytest.fixture
def world(tmp_path):
    with stripe_world(tmp_path / "stripe.sqlite") as world:
        yield world


@pytest.fixture
def hasty(world):
    """Give who does not wait long for an answer."""
    url, clock = world.url, world.clock
    billing = StripeBilling(SECRET_KEY, [WEBHOOK_SECRET], url, clock=clock, timeout=IMPATIENCE)
    yield billing
    billing.close()


def saved_card(world, number: str = GOOD_CARD) -> SavedCard:
    """Let somebody new pay on a card page, which keeps her card."""
    checkout = opened(world.billing)
    accepts(world, checkout, number)
    return world.billing.payment(checkout.session_id).card


def another_card(world, card: SavedCard, number: str) -> SavedCard:
    """Let the same buyer leave another card."""
    page = world.billing.open_card_page(
        update_id=BENS_PURCHASE, payer_id=ADA, customer=card.customer, **CARD_WAYS_OF_THE_SHOP
    )
    accepts(world, page, number)
    return world.billing.card_update(page.session_id).card


def breaks(world, kind: BadCall, path: str, *, happened: bool) -> None:
    """Let one change that we ask for fail, with all the repetitions of the library."""
    world.handles.faults.order_call(kind, happened=happened, times=3, path=path, method="POST")


def papers(world, purchase_id: UUID = BENS_PURCHASE) -> list[dict]:
    """Return the PaymentIntents of a purchase."""
    intents = world.asks("GET", f"{INTENTS}?limit=100").json()["data"]
    return [each for each in intents if each["metadata"] == {"purchase_id": str(purchase_id)}]


@KINDS
@HAPPENED
def test_a_charge_that_failed_is_made_at_the_next_try_once(world, hasty, kind, happened):
    card = saved_card(world)
    breaks(world, kind, INTENTS, happened=happened)
    with pytest.raises(BillingIsUnavailable):
        charged(hasty, card, BENS_PURCHASE)
    world.handles.faults.release()
    found = world.billing.find_charge(BENS_PURCHASE, customer=card.customer)
    assert (found is not None) == happened
    assert charged(world.billing, card, BENS_PURCHASE).state is ChargeState.PAID
    assert [each["status"] for each in papers(world)] == ["succeeded"]


@KINDS
@HAPPENED
def test_a_further_attempt_that_failed_is_made_at_the_next_try_once(world, hasty, kind, happened):
    card = saved_card(world, DECLINED_LATER)
    charge = charged(world.billing, card, BENS_PURCHASE)
    good = another_card(world, card, GOOD_CARD)
    breaks(world, kind, f"{INTENTS}/{charge.reference}", happened=happened)
    with pytest.raises(BillingIsUnavailable):
        hasty.charge_again(charge.reference, card=good, attempt=1)
    world.handles.faults.release()
    paid = happened and ChargeState.PAID
    assert world.billing.charge_of(charge.reference).state is (paid or ChargeState.DECLINED)
    again = world.billing.charge_again(charge.reference, card=good, attempt=1)
    assert again.state is ChargeState.PAID
    assert [each["amount_received"] for each in papers(world)] == [1000]


@KINDS
@HAPPENED
def test_a_refund_that_failed_is_made_at_the_next_try_once(world, hasty, kind, happened):
    charge = charged(world.billing, saved_card(world), BENS_PURCHASE)
    breaks(world, kind, "/v1/refunds", happened=happened)
    with pytest.raises(BillingIsUnavailable):
        hasty.refund(charge.reference, purchase_id=BENS_PURCHASE)
    world.handles.faults.release()
    assert world.billing.charge_of(charge.reference).refunded == (1000 if happened else 0)
    assert world.billing.refund(charge.reference, purchase_id=BENS_PURCHASE).refunded == 1000
    assert len(world.asks("GET", "/v1/refunds").json()["data"]) == 1


@KINDS
@HAPPENED
def test_a_withdrawal_that_failed_is_made_at_the_next_try(world, hasty, kind, happened):
    charge = charged(world.billing, saved_card(world, DECLINED_LATER), BENS_PURCHASE)
    breaks(world, kind, INTENTS, happened=happened)
    with pytest.raises(BillingIsUnavailable):
        hasty.withdraw_charge(charge.reference)
    world.handles.faults.release()
    assert world.billing.withdraw_charge(charge.reference).state is ChargeState.WITHDRAWN


@KINDS
@HAPPENED
def test_a_question_to_the_holder_that_failed_is_asked_at_the_next_try(
    world, hasty, kind, happened
):
    card = saved_card(world, ASKING_CARD)
    charge = charged(world.billing, card, BENS_PURCHASE)
    breaks(world, kind, INTENTS, happened=happened)
    with pytest.raises(BillingIsUnavailable):
        hasty.ask_holder(charge.reference, card=card, return_url=AFTER_CONFIRMING)
    world.handles.faults.release()
    page = world.billing.ask_holder(charge.reference, card=card, return_url=AFTER_CONFIRMING)
    world.posts(page, {"outcome": "complete"})
    assert world.billing.charge_of(charge.reference).state is ChargeState.PAID


@KINDS
@HAPPENED
def test_a_page_that_could_not_be_closed_is_closed_at_the_next_try(world, hasty, kind, happened):
    checkout = opened(world.billing)
    breaks(world, kind, f"{SESSIONS}/{checkout.session_id}/expire", happened=happened)
    with pytest.raises(BillingIsUnavailable):
        hasty.close_checkout(checkout.session_id)
    world.handles.faults.release()
    assert world.billing.close_checkout(checkout.session_id).page is PageState.CLOSED


@pytest.mark.parametrize("kind", [BadCall.RATE_LIMIT, BadCall.ERROR, BadCall.RESET])
def test_one_bad_moment_while_a_card_is_charged_is_not_noticed(world, kind):
    card = saved_card(world)
    world.handles.faults.order_call(kind, path=INTENTS, method="POST", happened=True)
    assert charged(world.billing, card, BENS_PURCHASE).state is ChargeState.PAID
    assert len(papers(world)) == 1


def test_a_purchase_is_charged_once_even_when_the_vendor_has_forgotten_its_key(world):
    card = saved_card(world)
    charge = charged(world.billing, card, BENS_PURCHASE)
    world.clock.advance(days=40)
    assert charged(world.billing, card, BENS_PURCHASE) == charge
    assert len(papers(world)) == 1


def test_what_the_vendor_repeats_is_not_taken_for_what_is(world):
    card = saved_card(world, ASKING_CARD)
    charge = charged(world.billing, card, BENS_PURCHASE)
    world.billing.charge_again(charge.reference, card=card, attempt=1)
    page = world.billing.ask_holder(charge.reference, card=card, return_url=AFTER_CONFIRMING)
    world.posts(page, {"outcome": "complete"})
    again = world.billing.charge_again(charge.reference, card=card, attempt=1)
    assert again.state is ChargeState.PAID


def test_a_card_whose_month_is_over_is_declined_for_that(world):
    card = saved_card(world)
    world.clock.advance(days=365 * 5)
    charge = charged(world.billing, card, BENS_PURCHASE)
    assert (charge.state, charge.decline) == (ChargeState.DECLINED, Decline.EXPIRED)
    again = world.billing.charge_again(charge.reference, card=card, attempt=1)
    assert (again.state, again.decline) == (ChargeState.DECLINED, Decline.EXPIRED)


def test_the_charges_of_a_faithful_buyer_are_read_page_by_page(world, monkeypatch):
    monkeypatch.setattr("adapters.stripe_charges.PAGE", 2)
    card = saved_card(world)
    for number in range(5):
        charged(world.billing, card, UUID(int=number))
    for number in range(5):
        found = world.billing.find_charge(UUID(int=number), customer=card.customer)
        assert found.purchase_id == UUID(int=number)


def test_of_two_charges_for_one_purchase_the_one_that_is_paid_is_found(world):
    card = saved_card(world)
    for more in ({"confirm": "true", "payment_method": card.method}, {}):
        form = {"amount": "1000", "currency": "usd", "customer": card.customer}
        metadata = {"metadata[purchase_id]": str(BENS_PURCHASE)}
        world.asks("POST", INTENTS, data=form | metadata | more)
    found = world.billing.find_charge(BENS_PURCHASE, customer=card.customer)
    assert found.state is ChargeState.PAID


def test_the_charge_on_a_card_page_is_the_charge_of_its_purchase(world):
    card = saved_card(world)
    found = world.billing.find_charge(ADAS_PURCHASE, customer=card.customer)
    assert found.state is ChargeState.PAID
    assert charged(world.billing, card, ADAS_PURCHASE) == found


def test_a_moment_is_the_vendors_and_has_a_zone(world):
    charge = charged(world.billing, saved_card(world), BENS_PURCHASE)
    assert charge.created_at == world.clock()
    assert charge.created_at.utcoffset() == timedelta(0)


def test_a_purchase_that_is_charged_by_several_at_once_is_charged_once(world):
    card = saved_card(world)
    all_at_once([lambda: charged(world.billing, card, BENS_PURCHASE)] * 4)
    assert [each["status"] for each in papers(world)] == ["succeeded"]
