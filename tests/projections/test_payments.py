"""Payments: what somebody paid, what she pays next, and for whom."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain.billing import Price
from domain.plan import MONTHLY, Plan, term_end
from domain.pricing import Pricing
from domain.role import RecipientRole
from projections.payments import Payments
from runtime.stores import Stores
from tests.projections.town import ADA, ADAS_ADDRESS, BENS_ADDRESS, Town

YEARLY = Plan("yearly", 12, Price(10_000, "usd"))
NOBODY = UUID(int=404)


@pytest.fixture
def ben(town: Town) -> UUID:
    """Ben at the desk has a free account."""
    town.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    town.join(BENS_ADDRESS, "Ben Desk")
    return town.who(BENS_ADDRESS)


@pytest.fixture
def payments(stores: Stores) -> Payments:
    return Payments(stores.pool)


def fall_due(town: Town) -> UUID:
    """Let Ben's card be refused for the next term."""
    town.now += timedelta(days=29)
    return town.renew(BENS_ADDRESS)


def test_of_who_never_bought_nothing_is_known(ben: UUID, payments: Payments):
    assert (payments.paid_by(ben), payments.item(NOBODY), payments.items([])) == ([], None, {})
    assert payments.subscription_of(ben) is None
    assert payments.in_trouble(ben) == []
    assert not payments.has_paid(ben)


def test_what_was_paid_is_listed_with_its_term_the_newest_on_top(
    town: Town, ben: UUID, payments: Payments
):
    first, abandoned = town.start_to_buy(BENS_ADDRESS), town.start_to_buy(BENS_ADDRESS)
    paid_at = town.pay(first)
    renewal = fall_due(town)
    newest, oldest = payments.paid_by(ben)
    end = term_end(paid_at, 1)
    assert (oldest.purchase_id, oldest.paid_at, oldest.price) == (first, paid_at, MONTHLY.price)
    assert (oldest.term_starts_at, oldest.term_ends_at) == (paid_at, end)
    assert (newest.purchase_id, newest.term_starts_at) == (renewal, end)
    assert payments.item(abandoned) is not None
    assert payments.items([first, abandoned, NOBODY]).keys() == {first, abandoned}
    assert payments.paid_since(paid_at) == [first, renewal]
    assert payments.paid_since(paid_at + timedelta(microseconds=1)) == [renewal]


def test_who_buys_for_a_colleague_pays_and_the_colleague_has_it(
    town: Town, ben: UUID, payments: Payments
):
    paid_at = town.pay(town.start_to_buy(BENS_ADDRESS, by=ADAS_ADDRESS))
    held = payments.subscription_of(ben)
    assert held is not None
    assert (held.payer_id, held.state, held.renews) == (ADA, "running", True)
    assert (held.price, held.ends_at) == (MONTHLY.price, term_end(paid_at, 1))
    assert payments.paid_for_by(ADA) == [held]
    assert payments.paid_for_by(ben) == payments.paid_by(ben) == []
    assert (payments.has_paid(ADA), payments.has_paid(ben)) == (True, False)


def test_a_refused_card_troubles_payer_and_beneficiary_and_nobody_else(
    town: Town, ben: UUID, payments: Payments
):
    town.pay(town.start_to_buy(BENS_ADDRESS, by=ADAS_ADDRESS), card="declined")
    renewal_id = fall_due(town)
    [entry] = payments.in_trouble(ben)
    assert payments.in_trouble(ADA) == [entry]
    assert payments.in_trouble(NOBODY) == []
    assert (entry.is_past_due, entry.decline, entry.renewal_id) == (True, "declined", renewal_id)
    assert entry.kept_until == town.now - timedelta(minutes=1) + timedelta(days=7)


def test_what_has_lapsed_troubles_only_whose_it_was(town: Town, ben: UUID, payments: Payments):
    town.pay(town.start_to_buy(BENS_ADDRESS, by=ADAS_ADDRESS), card="declined")
    fall_due(town)
    town.now += timedelta(days=8)
    town.money.renewing.lapse(ben, at=town.tick())
    town.tick()
    [entry] = payments.in_trouble(ben)
    assert (entry.has_lapsed, entry.renews, entry.renewal_id) == (True, False, None)
    assert payments.in_trouble(ADA) == []


def test_what_is_sold_is_the_plan_of_the_house_until_that_is_changed(
    town: Town, payments: Payments
):
    pricing = Pricing(town.stores.log)
    assert payments.plans() == [MONTHLY]
    pricing.offer(YEARLY, at=town.tick())
    town.tick()
    assert payments.plans() == [MONTHLY, YEARLY]
    pricing.withdraw("monthly", at=town.tick())
    town.tick()
    assert payments.plans() == [YEARLY]
    dearer = Plan("monthly", 1, Price(1200, "usd"))
    pricing.offer(dearer, at=town.tick())
    town.tick()
    assert payments.plans() == [dearer, YEARLY]


@pytest.mark.usefixtures("ben")
def test_what_waits_is_counted_by_its_state(town: Town, payments: Payments):
    nothing = {"reports that wait": 0, "reports that differ": 0}
    assert payments.waiting() == nothing
    town.pay(town.start_to_buy(BENS_ADDRESS))
    town.money.hearing.receive(town.billing.news[-1], at=town.tick())
    town.tick()
    assert payments.waiting() == {**nothing, "paid": 1, "reports that wait": 1}


def test_comparisons_and_differences_are_told_the_newest_first(town: Town, payments: Payments):
    assert (payments.comparisons(9), payments.differences(9)) == ([], [])
    town.billing.sell_elsewhere("pi_memory_one")
    charge = town.billing.charged["pi_memory_one"]
    town.billing.charged["pi_memory_one"] = replace(charge, purchase_id=UUID(int=1))
    for days in (1, 2):
        town.now += timedelta(days=days)
        since = town.now - timedelta(days=60)
        town.money.reconciling.compare(since=since, paid_since=[], at=town.tick())
        town.tick()
    newest, oldest = payments.comparisons(9)
    assert newest.ran_at > oldest.ran_at
    assert (oldest.charges, oldest.missed_reports, oldest.repaired) == (1, 0, 0)
    assert len(payments.comparisons(1)) == 1
    assert [one.kind for one in payments.differences(9)] == ["unknown purchase"] * 2
    assert payments.differences(9)[0].reference == "pi_memory_one"
