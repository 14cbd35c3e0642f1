"""What a page of ours waits for is asked of the vendor once and not for long; the rest is not."""

from contextlib import closing

import pytest

from adapters.sandbox.stripe_faults import BadCall
from adapters.stripe_billing import StripeBilling
from domain.billing import BillingIsUnavailable, SavedCard
from tests.adapters.stripe_shop import kept_card
from tests.adapters.stripe_world import SECRET_KEY, WEBHOOK_SECRET, stripe_world
from tests.contracts.billing import opened

CARDS, PAGES = "/v1/payment_methods", "/v1/checkout/sessions"
IMPATIENCE, LONGER = 0.05, 0.2


@pytest.fixture
def world(tmp_path):
    with stripe_world(tmp_path / "stripe.sqlite") as world:
        yield world


@pytest.fixture
def billing(world):
    """Give who does not wait long for a quick look."""
    url, clock = world.url, world.clock
    with closing(
        StripeBilling(SECRET_KEY, [WEBHOOK_SECRET], url, clock=clock, quick_timeout=IMPATIENCE)
    ) as billing:
        yield billing


@pytest.fixture
def card(world) -> SavedCard:
    kept = kept_card(world)
    return SavedCard(kept["customer"], kept["payment_method"], 2031, 4)


@pytest.mark.parametrize("kind", [BadCall.ERROR, BadCall.RATE_LIMIT, BadCall.RESET])
def test_a_face_that_could_not_be_seen_is_not_asked_for_again(world, card, kind):
    world.handles.faults.order_call(kind, path=CARDS)
    with pytest.raises(BillingIsUnavailable):
        world.billing.card_face(card)
    assert world.billing.card_face(card).last4 == "4242"


def test_a_face_is_not_waited_for_long(world, billing, card):
    world.handles.faults.order_call(BadCall.SLOW, path=CARDS, seconds=LONGER)
    with pytest.raises(BillingIsUnavailable):
        billing.card_face(card)


def test_a_card_page_is_waited_for_longer_than_a_face_and_asked_for_again(world, billing):
    faults = world.handles.faults
    faults.order_call(BadCall.ERROR, path=PAGES)
    faults.order_call(BadCall.SLOW, path=PAGES, seconds=LONGER)
    assert opened(billing).url
