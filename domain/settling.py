"""How the settings are made: by user managers for the practice, by each person for herself."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.aggregate import Log, find, get, save, until_unopposed
from domain.expiry import ExpiryRule
from domain.phone_proof import PhoneIsNotProved, PhoneProof, phone_proof_of
from domain.practice import NoSuchPractice, Practice
from domain.profile import NoticesBy, Profile, profile_of
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
            profile = profile_for(self.log, user_id, at)
            profile.change_usual_expiry(days, at=at)
            return save(self.log, profile)

        return until_unopposed(command)

    def choose_notices(self, *, user_id: UUID, notices: NoticesBy, at: datetime) -> int:
        """Choose how to be told of messages; for texts a phone must be proved.

        Raises PhoneIsNotProved.
        """

        def command() -> int:
            proof = find(self.log, PhoneProof, phone_proof_of(user_id))
            if notices.has_texts and not (proof and proof.is_proved):
                raise PhoneIsNotProved
            profile = profile_for(self.log, user_id, at)
            profile.choose_notices(notices, by_link=False, at=at)
            return save(self.log, profile)

        return until_unopposed(command)

    def choose_time_zone(self, *, user_id: UUID, time_zone: str, at: datetime) -> int:
        """Choose by whose clock one lives, by its name in the IANA database.

        Raises PreferenceIsUnusable.
        """

        def command() -> int:
            profile = profile_for(self.log, user_id, at)
            profile.choose_time_zone(time_zone, at=at)
            return save(self.log, profile)

        return until_unopposed(command)


def profile_for(log: Log, user_id: UUID, at: datetime) -> Profile:
    """Return a person's profile, a new one if she never chose anything."""
    return find(log, Profile, profile_of(user_id)) or Profile.begin(user_id, at=at)
