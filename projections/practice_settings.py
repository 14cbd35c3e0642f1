"""What have the user managers of a practice chosen? A part of the roster, one row a practice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from domain.expiry import HOUSE_RULE, ExpiryRule
from domain.practice import USUAL_RETENTION, Practice
from domain.two_step import TwoStepPolicy
from projections.change import Amend, Change, Values
from projections.projection import Event, Handler


@dataclass(frozen=True, slots=True)
class PracticeSettings:
    """How long messages and personal data stay, in days; and who proves a phone."""

    shortest: int
    usual: int
    longest: int
    retention: int
    colleagues_prove: bool
    patients_prove: bool

    @property
    def expiry_rule(self) -> ExpiryRule:
        """Return how long messages live."""
        return ExpiryRule(self.shortest, self.usual, self.longest)

    @property
    def two_step(self) -> TwoStepPolicy:
        """Return who proves a phone."""
        return TwoStepPolicy(colleagues=self.colleagues_prove, patients=self.patients_prove)


SETTINGS = """
SELECT shortest, usual, longest, retention, colleagues_prove, patients_prove FROM roster.practice
WHERE practice_id = %s
"""


def settings_at_first() -> Values:
    """Return what holds as long as nobody has chosen anything."""
    return {
        "shortest": HOUSE_RULE.shortest,
        "usual": HOUSE_RULE.usual,
        "longest": HOUSE_RULE.longest,
        "retention": USUAL_RETENTION,
        "colleagues_prove": False,
        "patients_prove": False,
    }


def expiry_ruled(event: Practice.ExpiryRuleChanged, _: int) -> Iterable[Change]:
    """Return how long messages of a practice live."""
    rule = {"shortest": event.shortest, "usual": event.usual, "longest": event.longest}
    yield practice(event.originator_id, rule)


def retention_chosen(event: Practice.RetentionChanged, _: int) -> Iterable[Change]:
    """Return how long a practice keeps personal data."""
    yield practice(event.originator_id, {"retention": event.days})


def two_step_chosen(event: Practice.TwoStepPolicyChanged, _: int) -> Iterable[Change]:
    """Return who of a practice, and of whom it invites, proves a phone."""
    provers = {"colleagues_prove": event.colleagues, "patients_prove": event.patients}
    yield practice(event.originator_id, provers)


def practice(practice_id: UUID, values: Values) -> Change:
    """Return what a practice has chosen now."""
    return Amend("practice", {"practice_id": practice_id}, values)


SETTLED: Mapping[type[Event], Handler] = MappingProxyType(
    {
        Practice.ExpiryRuleChanged: expiry_ruled,
        Practice.RetentionChanged: retention_chosen,
        Practice.TwoStepPolicyChanged: two_step_chosen,
    }
)
