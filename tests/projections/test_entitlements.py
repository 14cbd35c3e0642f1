"""Entitlements: may this person compose today, and which event made it so?"""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.billing import Price
from domain.plan import term_end
from domain.role import RecipientRole
from domain.user import User
from projections.entitlements import ENTITLEMENTS, Entitlement, Entitlements, PurchaseEntry
from runtime.stores import Stores
from tests.fixtures.clock import START
from tests.projections.rows import recorded
from tests.projections.town import ADA, ADAS_ADDRESS, BENS_ADDRESS, Town

MOMENT = timedelta(microseconds=1)


@pytest.fixture
def ben(town: Town) -> UUID:
    """Ben at the desk has a free account."""
    town.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    town.join(BENS_ADDRESS, "Ben Desk")
    return town.who(BENS_ADDRESS)


@pytest.fixture
def entitlements(stores: Stores) -> Entitlements:
    return Entitlements(stores.pool)


def made_by(town: Town, entitlement: Entitlement) -> type:
    """Return the kind of the event that made somebody's tier."""
    stream = town.stores.log.stream(entitlement.user_id)
    return type(stream[entitlement.made_by_version - 1])


def give(town: Town, user_id: UUID) -> None:
    """Give somebody the paid tier."""
    user = town.stores.log.repository.get(user_id)
    assert isinstance(user, User)
    user.grant_tier(by=ADA, at=town.tick())
    town.stores.log.save(user)
    town.tick()


def test_who_never_had_the_paid_tier_has_no_entitlement(ben: UUID, entitlements: Entitlements):
    assert entitlements.of(ben) is None
    assert entitlements.of_all([]) == {}


def test_a_gift_holds_for_good(town: Town, entitlements: Entitlements):
    gift = entitlements.of(ADA)
    assert gift is not None
    assert (gift.granted, gift.paid_until) == (True, None)
    assert made_by(town, gift) is User.TierGranted
    assert gift.holds(START + timedelta(days=36_500))


def test_a_paid_term_holds_until_the_very_moment_of_its_end(
    town: Town, ben: UUID, entitlements: Entitlements
):
    paid_at = town.pay(town.start_to_buy(BENS_ADDRESS))
    paid, end = entitlements.of(ben), term_end(paid_at, 1)
    assert paid is not None
    assert (paid.granted, paid.paid_until, paid.made_at) == (False, end, paid_at)
    assert made_by(town, paid) is User.TierPurchased
    assert [paid.holds(end - MOMENT), paid.holds(end)] == [True, False]


def test_a_purchase_that_was_only_started_entitles_to_nothing(
    town: Town, ben: UUID, entitlements: Entitlements
):
    town.start_to_buy(BENS_ADDRESS)
    assert entitlements.of(ben) is None
    assert entitlements.paid_purchases(ben) == []


def test_what_was_paid_is_listed_with_the_newest_on_top(
    town: Town, ben: UUID, entitlements: Entitlements
):
    first, abandoned = town.start_to_buy(BENS_ADDRESS), town.start_to_buy(BENS_ADDRESS)
    first_paid_at = town.pay(first)
    town.now += timedelta(days=40)
    second = town.start_to_buy(BENS_ADDRESS)
    started_at = town.now - timedelta(minutes=1)
    second_paid_at = town.pay(second)
    listed = entitlements.paid_purchases(ben)
    assert listed[0] == PurchaseEntry(
        second, ben, "monthly", 1000, "usd", started_at, second_paid_at
    )
    assert [(one.purchase_id, one.paid_at) for one in listed] == [
        (second, second_paid_at),
        (first, first_paid_at),
    ]
    assert listed[0].price == Price(1000, "usd")
    assert abandoned not in {one.purchase_id for one in listed}
    assert entitlements.paid_purchases(ADA) == []


def test_a_second_purchase_extends_the_term_and_is_what_made_it(
    town: Town, ben: UUID, entitlements: Entitlements
):
    one, other = town.start_to_buy(BENS_ADDRESS), town.start_to_buy(BENS_ADDRESS)
    first_paid_at = town.pay(one)
    second_paid_at = town.pay(other)
    paid = entitlements.of(ben)
    assert paid is not None
    assert paid.paid_until == term_end(term_end(first_paid_at, 1), 1)
    assert paid.made_at == second_paid_at


def test_several_people_are_answered_for_at_once(town: Town, ben: UUID, entitlements: Entitlements):
    town.pay(town.start_to_buy(BENS_ADDRESS))
    nobody = UUID(int=404)
    assert entitlements.of_all([ADA, ben, nobody]).keys() == {ADA, ben}


def test_a_gift_takes_no_paid_term_away(town: Town, ben: UUID, entitlements: Entitlements):
    paid_at = town.pay(town.start_to_buy(BENS_ADDRESS))
    give(town, ben)
    both = entitlements.of(ben)
    assert both is not None
    assert (both.granted, both.paid_until) == (True, term_end(paid_at, 1))
    assert made_by(town, both) is User.TierGranted


def test_a_paid_term_takes_no_gift_away(town: Town, ben: UUID, entitlements: Entitlements):
    purchase_id = town.start_to_buy(BENS_ADDRESS)
    give(town, ben)
    paid_at = town.pay(purchase_id)
    both = entitlements.of(ben)
    assert both is not None
    assert (both.granted, both.paid_until) == (True, term_end(paid_at, 1))
    assert made_by(town, both) is User.TierPurchased


def test_signing_in_changes_no_entitlement():
    signed_in = User.SignedIn(originator_id=ADA, originator_version=2, timestamp=START, by=ADA)
    assert list(ENTITLEMENTS.changes(recorded(1, signed_in))) == []
