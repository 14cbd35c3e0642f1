"""Entitlements: may this person compose, today or on that day, and which event made it so?"""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from domain.aggregate import CARD_PROCESSOR, CASHIER
from domain.plan import term_end
from domain.role import RecipientRole
from domain.user import User
from projections.entitlements import (
    ENTITLEMENTS,
    Entitlement,
    Entitlements,
    TierChange,
    able_during,
)
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
    assert entitlements.history(ben) == []


def test_a_renewal_extends_the_term_and_is_what_made_it(
    town: Town, ben: UUID, entitlements: Entitlements
):
    paid_at = town.pay(town.start_to_buy(BENS_ADDRESS))
    town.now += timedelta(days=29)
    town.renew(BENS_ADDRESS)
    paid = entitlements.of(ben)
    assert paid is not None
    assert paid.paid_until == term_end(term_end(paid_at, 1), 1)
    assert paid.made_at == town.now - timedelta(minutes=1)


def test_the_history_tells_each_change_with_its_cause_the_newest_on_top(
    town: Town, ben: UUID, entitlements: Entitlements
):
    purchase_id = town.start_to_buy(BENS_ADDRESS)
    paid_at = town.pay(purchase_id, card="declined")
    town.now += timedelta(days=29)
    town.renew(BENS_ADDRESS)
    charged_at, end = town.now - timedelta(minutes=1), term_end(paid_at, 1)
    version = len(town.stores.log.stream(ben))
    kept = charged_at + timedelta(days=7)
    assert entitlements.history(ben) == [
        TierChange(ben, version, charged_at, CASHIER, "renewing", kept, None),
        TierChange(ben, version - 1, paid_at, CARD_PROCESSOR, "purchased", end, purchase_id),
    ]


def made_able(entitlements: Entitlements, who: UUID, at: datetime) -> TierChange | None:
    """Return the event that counts at a moment."""
    found = able_during(entitlements.history(who), at, at + MOMENT)
    return found[0] if found else None


def test_on_each_day_it_is_told_which_event_made_composing_possible(
    town: Town, ben: UUID, entitlements: Entitlements
):
    first, before = town.start_to_buy(BENS_ADDRESS), town.now
    paid_at = town.pay(first)
    end = term_end(paid_at, 1)
    town.now += timedelta(days=60)
    second = town.start_to_buy(BENS_ADDRESS)
    again_at = town.pay(second)

    def made(at) -> UUID | None:
        change = made_able(entitlements, ben, at)
        return change and change.purchase_id

    assert [made(at) for at in (before, paid_at - MOMENT, end, again_at - MOMENT)] == [None] * 4
    assert [made(at) for at in (paid_at, end - MOMENT)] == [first] * 2
    assert made(again_at) == second


def test_of_a_day_every_event_is_told_that_made_composing_possible_at_any_time_of_it(
    town: Town, ben: UUID, entitlements: Entitlements
):
    first = town.start_to_buy(BENS_ADDRESS)
    paid_at = town.pay(first)
    history = entitlements.history(ben)
    end = term_end(paid_at, 1)

    def able(since, until) -> list[UUID | None]:
        return [one.purchase_id for one in able_during(history, since, until)]

    day = timedelta(days=1)
    assert able(paid_at - day, paid_at) == []
    assert able(paid_at - day, paid_at + MOMENT) == [first]
    assert able(end - MOMENT, end + day) == [first]
    assert able(end, end + day) == []
    give(town, ben)
    history = entitlements.history(ben)
    assert able(end + day, end + 2 * day) == [None]


def test_a_gift_is_what_makes_able_whatever_was_paid_before_or_after(
    town: Town, ben: UUID, entitlements: Entitlements
):
    paid_at = town.pay(town.start_to_buy(BENS_ADDRESS))
    give(town, ben)
    far = made_able(entitlements, ben, paid_at + timedelta(days=3650))
    assert far is not None
    assert (far.cause, far.until) == ("granted", None)
    earlier = made_able(entitlements, ben, paid_at)
    assert earlier is not None
    assert earlier.cause == "purchased"


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


def test_a_payment_after_a_gift_buys_nothing_and_takes_no_gift_away(
    town: Town, ben: UUID, entitlements: Entitlements
):
    purchase_id = town.start_to_buy(BENS_ADDRESS)
    give(town, ben)
    town.pay(purchase_id)
    gift = entitlements.of(ben)
    assert gift is not None
    assert (gift.granted, gift.paid_until) == (True, None)
    assert made_by(town, gift) is User.TierGranted


def test_signing_in_changes_no_entitlement():
    signed_in = User.SignedIn(originator_id=ADA, originator_version=2, timestamp=START, by=ADA)
    assert list(ENTITLEMENTS.changes(recorded(1, signed_in))) == []
