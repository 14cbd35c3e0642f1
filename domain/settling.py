"""How the settings are made: by user managers for the practice, by each person for herself."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.aggregate import Log, find, get, save, until_unopposed
from domain.expiry import ExpiryRule
from domain.practice import NoSuchPractice, Practice
from domain.profile import Profile, profile_of
from domain.two_step import TwoStepPolicy


@dataclass(frozen=True, slots=True)
class Settling:
    """Commands about settings; what is so already changes nothing."""

    log: Log

    def change_practice(
        self, *, practice_id: UUID, rule: ExpiryRule, retention: int, by: UUID, at: datetime
    ) -> int:
        """Choose how long messages live, and personal data after erasure was asked for.

        Raises NoSuchPractice, NotAUserManager, ExpiryRuleIsUnusable or RetentionIsUnusable.
        """

        def command() -> int:
            practice = get(self.log, Practice, practice_id, NoSuchPractice)
            practice.change_expiry_rule(rule, by=by, at=at)
            practice.change_retention(retention, by=by, at=at)
            return save(self.log, practice)

        return until_unopposed(command)

    def change_two_step_policy(
        self, *, practice_id: UUID, policy: TwoStepPolicy, by: UUID, at: datetime
    ) -> int:
        """Choose who proves a phone at registration and reset; who has come in stays in.

        Raises NoSuchPractice or NotAUserManager.
        """

        def command() -> int:
            practice = get(self.log, Practice, practice_id, NoSuchPractice)
            practice.change_two_step_policy(policy, by=by, at=at)
            return save(self.log, practice)

        return until_unopposed(command)

    def change_usual_expiry(self, *, user_id: UUID, days: int | None, at: datetime) -> int:
        """Choose how many days one's own messages live; nothing means as the practice has it.

        Raises PreferenceIsUnusable.
        """

        def command() -> int:
            profile = find(self.log, Profile, profile_of(user_id))
            profile = profile or Profile.begin(user_id, at=at)
            profile.change_usual_expiry(days, at=at)
            return save(self.log, profile)

        return until_unopposed(command)
