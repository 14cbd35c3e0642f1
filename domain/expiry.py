"""How long messages live: what a practice lets its people choose, and what counts as too long.

A message always ends. Days are spans of 24 hours from the moment of sending.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.refusal import Refusal

LONGEST_EVER = 3650
"""Days; no practice can keep messages longer."""


class ExpiryIsPast(Refusal):
    """A message cannot end before now."""


class ExpiryIsTooSoon(Refusal):
    """The practice lets messages live longer than that."""


class ExpiryIsTooLate(Refusal):
    """The practice lets no message live so long."""


class ExpiryRuleIsUnusable(Refusal):
    """Not whole days with 0 <= shortest <= usual <= longest <= LONGEST_EVER and 1 <= usual."""


@dataclass(frozen=True, slots=True)
class ExpiryRule:
    """Days that a message lives: at least, if its sender says nothing, and at most."""

    shortest: int
    usual: int
    longest: int

    def require_usable(self) -> None:
        """Raise ExpiryRuleIsUnusable unless the three numbers fit together."""
        if not 0 <= self.shortest <= self.usual <= self.longest <= LONGEST_EVER or self.usual < 1:
            raise ExpiryRuleIsUnusable

    def usual_end(self, sent_at: datetime, preferred: int | None) -> datetime:
        """Return the end of a message whose sender said nothing, within what the rule allows."""
        days = self.usual if preferred is None else preferred
        return sent_at + timedelta(days=min(max(days, self.shortest), self.longest))

    def require(self, ends_at: datetime, *, sent_at: datetime, at: datetime) -> None:
        """Raise ExpiryIsPast, ExpiryIsTooSoon or ExpiryIsTooLate unless a message may end then."""
        if ends_at <= at:
            raise ExpiryIsPast
        if ends_at < sent_at + timedelta(days=self.shortest):
            raise ExpiryIsTooSoon
        if ends_at > sent_at + timedelta(days=self.longest):
            raise ExpiryIsTooLate


HOUSE_RULE = ExpiryRule(shortest=0, usual=30, longest=30)
"""Of practices that chose no other, and of people without a practice."""
