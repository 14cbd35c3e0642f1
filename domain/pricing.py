"""How an operator changes what is sold."""

from dataclasses import dataclass
from datetime import datetime

from domain.aggregate import OPERATOR, Log, find, save, until_unopposed
from domain.plan import Plan
from domain.plan_catalogue import CATALOGUE, PlanCatalogue


@dataclass(frozen=True, slots=True)
class Pricing:
    """Commands of an operator; what is so already changes nothing."""

    log: Log

    def offer(self, plan: Plan, *, at: datetime) -> int:
        """Sell a plan, or change its price for what is bought later. Raises PlanIsUnusable."""

        def command() -> int:
            catalogue = self._catalogue(at)
            catalogue.offer(plan, by=OPERATOR, at=at)
            return save(self.log, catalogue)

        return until_unopposed(command)

    def withdraw(self, name: str, *, at: datetime) -> int:
        """Sell a plan no more; who has it keeps it. Raises NoSuchPlan or LastPlan."""

        def command() -> int:
            catalogue = self._catalogue(at)
            catalogue.withdraw(name, by=OPERATOR, at=at)
            return save(self.log, catalogue)

        return until_unopposed(command)

    def _catalogue(self, at: datetime) -> PlanCatalogue:
        return find(self.log, PlanCatalogue, CATALOGUE) or PlanCatalogue.open(by=OPERATOR, at=at)
