"""What is sold: a change of price is a fact, and what makes no sense is not sold."""

import pytest

from domain.aggregate import OPERATOR
from domain.billing import Price
from domain.plan import MONTHLY, Plan
from domain.plan_catalogue import (
    CATALOGUE,
    LastPlan,
    NoSuchPlan,
    PlanCatalogue,
    PlanHasAnotherLength,
    PlanIsUnusable,
    plans_of,
)
from tests.domain.people import NOW
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

ANNUAL = Plan("annual", 12, Price(10800, "usd"))
DEARER = Plan("monthly", 1, Price(1200, "usd"))
OPENED = fact(PlanCatalogue.CatalogueOpened, CATALOGUE, by=OPERATOR, at=NOW)


def offered(plan: Plan) -> Fact:
    return fact(PlanCatalogue.PlanOffered, CATALOGUE, by=OPERATOR, at=NOW, **plan.as_facts())


def withdrawn(name: str) -> Fact:
    return fact(PlanCatalogue.PlanWithdrawn, CATALOGUE, by=OPERATOR, at=NOW, plan=name)


def test_until_somebody_changes_that_one_plan_is_sold(rules: Rules) -> None:
    assert plans_of(rules.log) == [MONTHLY]
    assert Plan("monthly", 1, Price(1000, "usd")) == MONTHLY


def test_the_shortest_term_is_offered_first(rules: Rules) -> None:
    rules.given(OPENED, offered(ANNUAL), offered(Plan("biennial", 24, Price(20000, "usd"))))
    assert [plan.name for plan in plans_of(rules.log)] == ["monthly", "annual", "biennial"]


def test_a_change_of_price_is_a_fact(rules: Rules) -> None:
    rules.when(lambda: rules.pricing.offer(DEARER, at=NOW)).then(OPENED, offered(DEARER))
    assert plans_of(rules.log) == [DEARER]


def test_what_is_sold_so_already_is_not_offered_again(rules: Rules) -> None:
    rules.when(lambda: rules.pricing.offer(MONTHLY, at=NOW)).then(OPENED)
    rules.when(lambda: rules.pricing.offer(MONTHLY, at=NOW)).then()


@pytest.mark.parametrize("also", [[], [withdrawn("monthly")]])
def test_a_name_keeps_its_length_for_those_who_have_it(rules: Rules, also: list[Fact]) -> None:
    rules.given(OPENED, offered(ANNUAL), *also)
    longer = Plan("monthly", 12, Price(10000, "usd"))
    rules.when(lambda: rules.pricing.offer(longer, at=NOW)).refused(PlanHasAnotherLength)


def test_a_plan_is_withdrawn_once(rules: Rules) -> None:
    rules.given(OPENED, offered(ANNUAL))
    rules.when(lambda: rules.pricing.withdraw("monthly", at=NOW)).then(withdrawn("monthly"))
    assert plans_of(rules.log) == [ANNUAL]
    rules.when(lambda: rules.pricing.withdraw("monthly", at=NOW)).refused(NoSuchPlan)


def test_a_plan_that_was_withdrawn_can_come_back(rules: Rules) -> None:
    rules.given(OPENED, offered(ANNUAL), withdrawn("monthly"))
    rules.when(lambda: rules.pricing.offer(MONTHLY, at=NOW)).then(offered(MONTHLY))
    assert plans_of(rules.log) == [MONTHLY, ANNUAL]


def test_the_only_plan_is_not_withdrawn(rules: Rules) -> None:
    rules.when(lambda: rules.pricing.withdraw("monthly", at=NOW)).refused(LastPlan)


def test_what_was_never_sold_is_not_withdrawn(rules: Rules) -> None:
    rules.when(lambda: rules.pricing.withdraw("annual", at=NOW)).refused(NoSuchPlan)


def test_two_changes_at_once_are_both_made(rules: Rules) -> None:
    rules.log.rivals.append(lambda: rules.pricing.offer(ANNUAL, at=NOW))
    rules.when(lambda: rules.pricing.offer(DEARER, at=NOW)).then(
        OPENED, offered(ANNUAL), offered(DEARER)
    )


@pytest.mark.parametrize(
    "plan",
    [
        Plan("a", 1, Price(50, "usd")),
        Plan("a" * 20, 36, Price(99_999_999, "eur")),
    ],
    ids=["smallest", "largest"],
)
def test_what_makes_sense_is_sold(rules: Rules, plan: Plan) -> None:
    rules.when(lambda: rules.pricing.offer(plan, at=NOW)).then(OPENED, offered(plan))


@pytest.mark.parametrize(
    "plan",
    [
        Plan("", 1, Price(1000, "usd")),
        Plan("a" * 21, 1, Price(1000, "usd")),
        Plan("Monthly", 1, Price(1000, "usd")),
        Plan("monthly", 0, Price(1000, "usd")),
        Plan("monthly", 37, Price(1000, "usd")),
        Plan("monthly", 1, Price(49, "usd")),
        Plan("monthly", 1, Price(100_000_000, "usd")),
        Plan("monthly", 1, Price(1000, "jpy")),
        Plan("monthly", 1, Price(1000, "USD")),
    ],
    ids=[
        *["no name", "long name", "capitals", "no month", "37 months", "too cheap", "too dear"],
        *["no hundredths", "capital currency"],
    ],
)
def test_what_makes_no_sense_is_not_sold(rules: Rules, plan: Plan) -> None:
    rules.when(lambda: rules.pricing.offer(plan, at=NOW)).refused(PlanIsUnusable)
