"""A practice is the main account under which all its people live.

Invariants:
- a practice has a public name from its first moment;
- a user manager is appointed once; appointing her again changes nothing;
- only a user manager changes the settings.
"""

from datetime import datetime
from typing import Self
from uuid import UUID

from domain.aggregate import Aggregate, FirstEvent, Log, find
from domain.expiry import HOUSE_RULE, ExpiryRule
from domain.refusal import Refusal
from domain.two_step import TwoStepPolicy
from domain.user import User

USUAL_RETENTION = 2192
"""Days: six years, as 45 CFR 164.316(b)(2)(i) keeps documentation."""

LONGEST_RETENTION = 36525
"""Days: a hundred years."""

LONGEST_PRACTICE_NAME = 120
"""Characters."""


class PracticeNameIsUnusable(Refusal):
    """A practice's name is empty or longer than LONGEST_PRACTICE_NAME."""


class NoSuchPractice(Refusal):
    """There is no practice with that identifier."""


class NotAUserManager(Refusal):
    """Only a user manager of the practice may do this."""


class RetentionIsUnusable(Refusal):
    """Not a whole number of days from 0 to LONGEST_RETENTION."""


class Practice(Aggregate):
    """A main account."""

    TOPIC = "practice"

    class Event(Aggregate.Event):
        """Something that happened to a practice."""

    class PracticeRegistered(Event, FirstEvent):
        """A practice was opened; its name is public and lies in clear."""

        TOPIC = "practice.registered"
        name: str

    class UserManagerAppointed(Event):
        """A member was made user manager of the practice."""

        TOPIC = "practice.user-manager-appointed"
        user_id: UUID

        def apply(self, aggregate: "Practice") -> None:
            """Remember the user manager."""
            aggregate.user_managers.add(self.user_id)

    class ExpiryRuleChanged(Event):
        """A user manager chose how many days messages live: at least, usually, at most."""

        TOPIC = "practice.expiry-rule-changed"
        shortest: int
        usual: int
        longest: int

        def apply(self, aggregate: "Practice") -> None:
            """Remember the rule."""
            aggregate.life = (self.shortest, self.usual, self.longest)

    class RetentionChanged(Event):
        """A user manager chose how many days a person's data stay after erasure was asked for."""

        TOPIC = "practice.retention-changed"
        days: int

        def apply(self, aggregate: "Practice") -> None:
            """Remember the days."""
            aggregate.retention = self.days

    class TwoStepPolicyChanged(Event):
        """A user manager chose who proves a phone; `told` are all user managers."""

        TOPIC = "practice.two-step-policy-changed"
        colleagues: bool
        patients: bool
        told: list[UUID]

        def apply(self, aggregate: "Practice") -> None:
            """Remember who proves a phone."""
            aggregate.proving = (self.colleagues, self.patients)

    def __init__(self) -> None:
        self.user_managers: set[UUID] = set()
        self.proving = (False, False)
        self.life = (HOUSE_RULE.shortest, HOUSE_RULE.usual, HOUSE_RULE.longest)
        self.retention = USUAL_RETENTION

    @classmethod
    def register(cls, *, practice_id: UUID, name: str, by: UUID, at: datetime) -> Self:
        """Open a practice under its public name."""
        name = name.strip()
        if not 0 < len(name) <= LONGEST_PRACTICE_NAME:
            raise PracticeNameIsUnusable
        return cls._create(cls.PracticeRegistered, id=practice_id, timestamp=at, by=by, name=name)

    def appoint_user_manager(self, *, user_id: UUID, by: UUID, at: datetime) -> None:
        """Make a member user manager; appointing her again changes nothing."""
        if user_id not in self.user_managers:
            self.trigger_event(self.UserManagerAppointed, timestamp=at, by=by, user_id=user_id)

    def require_user_manager(self, user_id: UUID) -> None:
        """Raise NotAUserManager for anybody else."""
        if user_id not in self.user_managers:
            raise NotAUserManager

    @property
    def expiry_rule(self) -> ExpiryRule:
        """How long the messages of its people live."""
        return ExpiryRule(*self.life)

    def change_expiry_rule(self, rule: ExpiryRule, *, by: UUID, at: datetime) -> None:
        """Choose how long messages live; those that were sent keep their end.

        Raises NotAUserManager or ExpiryRuleIsUnusable.
        """
        self.require_user_manager(by)
        rule.require_usable()
        if rule != self.expiry_rule:
            self.trigger_event(
                self.ExpiryRuleChanged,
                timestamp=at,
                by=by,
                shortest=rule.shortest,
                usual=rule.usual,
                longest=rule.longest,
            )

    def change_retention(self, days: int, *, by: UUID, at: datetime) -> None:
        """Choose how long personal data stay after erasure was asked for.

        Erasures that were asked for keep their day. Raises NotAUserManager or RetentionIsUnusable.
        """
        self.require_user_manager(by)
        if not 0 <= days <= LONGEST_RETENTION:
            raise RetentionIsUnusable
        if days != self.retention:
            self.trigger_event(self.RetentionChanged, timestamp=at, by=by, days=days)

    @property
    def two_step(self) -> TwoStepPolicy:
        """Who proves a phone."""
        return TwoStepPolicy(*self.proving)

    def change_two_step_policy(self, policy: TwoStepPolicy, *, by: UUID, at: datetime) -> None:
        """Choose who proves a phone; the same again changes nothing. Raises NotAUserManager."""
        self.require_user_manager(by)
        if policy != self.two_step:
            self.trigger_event(
                self.TwoStepPolicyChanged,
                timestamp=at,
                by=by,
                colleagues=policy.colleagues,
                patients=policy.patients,
                told=sorted(self.user_managers),
            )


def practice_of(log: Log, user_id: UUID) -> UUID | None:
    """Return to which practice a person belongs, None for patients and the unknown."""
    user = find(log, User, user_id)
    return user.practice_id if user else None
