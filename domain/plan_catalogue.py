"""The plans that are sold: a change of price is a fact, and running terms keep theirs.

Until somebody changes that, the house sells one plan, MONTHLY.
"""

import re
from datetime import datetime
from typing import Self
from uuid import UUID, uuid5

from domain.aggregate import HOUSE, Aggregate, FirstEvent, Log, find
from domain.billing import Price
from domain.plan import MONTHLY, Plan
from domain.refusal import Refusal

CATALOGUE = uuid5(HOUSE, "plan-catalogue")
"""The identifier of the one catalogue."""

NAME = re.compile(r"[a-z]{1,20}")

CURRENCIES = frozenset({"aud", "cad", "chf", "dkk", "eur", "gbp", "nok", "nzd", "sek", "usd"})
"""Whose minor unit is a hundredth, as amounts are shown here (ISO 4217)."""

LONGEST_TERM = 36
"""Calendar months."""

HIGHEST_AMOUNT = 99_999_999
"""Minor units; as much as Stripe takes (https://docs.stripe.com/currencies)."""

LOWEST_AMOUNT = 50
"""Minor units; as little as Stripe takes in US dollars (same page)."""


class PlanIsUnusable(Refusal):
    """Name, months, amount or currency of a plan make no sense."""


class PlanHasAnotherLength(Refusal):
    """A plan of that name has, or had, other months; who has it would pay for another term."""


class NoSuchPlan(Refusal):
    """No plan of that name is sold."""


class LastPlan(Refusal):
    """The only plan cannot be withdrawn: nobody could buy."""


class PlanCatalogue(Aggregate):
    """The plans that are sold."""

    TOPIC = "plan-catalogue"

    class Event(Aggregate.Event):
        """Something that happened to the plans."""

    class CatalogueOpened(Event, FirstEvent):
        """For the first time somebody changed what is sold."""

        TOPIC = "plan-catalogue.opened"

    class PlanOffered(Event):
        """A plan was put on sale, or its price changed for what is bought from now on."""

        TOPIC = "plan-catalogue.plan-offered"
        plan: str
        months: int
        amount: int
        currency: str

        def apply(self, aggregate: "PlanCatalogue") -> None:
            """Remember the plan as it is now."""
            aggregate.sold[self.plan] = (self.months, self.amount, self.currency)
            aggregate.months[self.plan] = self.months

    class PlanWithdrawn(Event):
        """A plan was taken off sale; who has it keeps it."""

        TOPIC = "plan-catalogue.plan-withdrawn"
        plan: str

        def apply(self, aggregate: "PlanCatalogue") -> None:
            """Forget it."""
            aggregate.sold[self.plan] = None

    def __init__(self) -> None:
        self.sold: dict[str, tuple[int, int, str] | None] = {
            MONTHLY.name: (MONTHLY.months, MONTHLY.price.amount, MONTHLY.price.currency)
        }

        self.months = {MONTHLY.name: MONTHLY.months}

    @classmethod
    def open(cls, *, by: UUID, at: datetime) -> Self:
        """Begin to change what is sold."""
        return cls._create(cls.CatalogueOpened, id=CATALOGUE, timestamp=at, by=by)

    @property
    def plans(self) -> list[Plan]:
        """Return what is sold, the shortest term first."""
        sold = [
            Plan(name, terms[0], Price(terms[1], terms[2]))
            for name, terms in self.sold.items()
            if terms is not None
        ]
        return sorted(sold, key=lambda plan: (plan.months, plan.name))

    def offer(self, plan: Plan, *, by: UUID, at: datetime) -> None:
        """Sell a plan from now on; as it is already, changes nothing.

        Raises PlanIsUnusable or PlanHasAnotherLength.
        """
        require_usable(plan)
        if self.months.get(plan.name, plan.months) != plan.months:
            raise PlanHasAnotherLength
        if plan not in self.plans:
            self.trigger_event(self.PlanOffered, timestamp=at, by=by, **plan.as_facts())

    def withdraw(self, name: str, *, by: UUID, at: datetime) -> None:
        """Sell a plan no more. Raises NoSuchPlan or LastPlan."""
        if self.sold.get(name) is None:
            raise NoSuchPlan
        if len(self.plans) == 1:
            raise LastPlan
        self.trigger_event(self.PlanWithdrawn, timestamp=at, by=by, plan=name)


def require_usable(plan: Plan) -> None:
    """Raise PlanIsUnusable for a plan that nobody could buy."""
    is_named = NAME.fullmatch(plan.name) is not None
    is_priced = LOWEST_AMOUNT <= plan.price.amount <= HIGHEST_AMOUNT
    is_in_currency = plan.price.currency in CURRENCIES
    if not (is_named and is_priced and is_in_currency and 1 <= plan.months <= LONGEST_TERM):
        raise PlanIsUnusable


def plans_of(log: Log) -> list[Plan]:
    """Return what is sold now, the shortest term first."""
    catalogue = find(log, PlanCatalogue, CATALOGUE)
    return catalogue.plans if catalogue else [MONTHLY]
