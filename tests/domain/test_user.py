"""The account of one person, from the invitation to the paid tier."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.invitation import AlreadyRegistered, InvitationHasExpired, Status
from domain.role import Kind
from domain.user import CannotSignIn, NotRegisteredYet, User
from tests.domain.people import (
    ADA,
    BEN,
    BEN_IS_FREE,
    BEN_REGISTERED,
    BEN_WAS_INVITED,
    BENS_ADDRESS,
    CARLA,
    CARLA_IS_A_PATIENT,
    DORA,
    DORA_IS_ELSEWHERE,
    DORA_WAS_INVITED,
    MOMENT,
    NOW,
    SAMPLE_DENTAL,
    invited,
    sealed,
)
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

PURCHASE = UUID("00000000-0000-0000-0000-00000000dd01")
IN_A_MONTH = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
INVITATION_ENDS = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
BEN_WAS_INVITED_NOW = invited(BEN, BENS_ADDRESS, "staff", at=NOW)


def bought(user_id: UUID) -> Fact:
    return fact(
        User.TierPurchased, user_id, by=user_id, at=NOW, purchase_id=PURCHASE, until=IN_A_MONTH
    )


def tell(rules: Rules, user_id: UUID, command: Callable[[User], None]) -> None:
    user = rules.now(User, user_id)
    command(user)
    rules.log.save(user)


def complete_registration(user: User, at: datetime) -> None:
    user.complete_registration(
        practice_id=SAMPLE_DENTAL,
        full_name=sealed("Ben Desk", BEN, "full_name", 2),
        cell_phone=sealed("+12025550123", BEN, "cell_phone", 2),
        terms="2026-11",
        at=at,
    )


def ben_registered(at: datetime) -> Fact:
    return fact(
        User.RegistrationCompleted,
        BEN,
        by=BEN,
        at=at,
        practice_id=SAMPLE_DENTAL,
        full_name=sealed("Ben Desk", BEN, "full_name", 2),
        cell_phone=sealed("+12025550123", BEN, "cell_phone", 2),
        terms="2026-11",
    )


def test_an_invitation_ends_after_14_days(rules: Rules) -> None:
    user = User.invite(
        user_id=BEN,
        kind=Kind.STAFF,
        practice_id=SAMPLE_DENTAL,
        invited_from=SAMPLE_DENTAL,
        email=sealed(BENS_ADDRESS, BEN, "email"),
        by=ADA,
        at=NOW,
    )
    rules.when(lambda: rules.log.save(user)).then(
        fact(
            User.UserInvited,
            BEN,
            by=ADA,
            at=NOW,
            kind="staff",
            practice_id=SAMPLE_DENTAL,
            invited_from=SAMPLE_DENTAL,
            email=sealed(BENS_ADDRESS, BEN, "email"),
            full_name=None,
            invitation_ends_at=INVITATION_ENDS,
        )
    )


def test_an_invitation_is_answered_until_the_last_moment_of_14_days(rules: Rules) -> None:
    rules.given(*BEN_WAS_INVITED_NOW)
    last = INVITATION_ENDS - MOMENT
    rules.when(lambda: tell(rules, BEN, lambda ben: complete_registration(ben, last))).then(
        ben_registered(last)
    )


def test_an_invitation_is_answered_only_before_it_ends(rules: Rules) -> None:
    rules.given(*BEN_WAS_INVITED_NOW)
    rules.when(
        lambda: tell(rules, BEN, lambda ben: complete_registration(ben, INVITATION_ENDS))
    ).refused(InvitationHasExpired)


@pytest.mark.parametrize("at", [NOW, INVITATION_ENDS])
def test_an_invitation_is_answered_once(rules: Rules, at: datetime) -> None:
    rules.given(*BEN_WAS_INVITED_NOW, ben_registered(NOW))
    rules.when(lambda: tell(rules, BEN, lambda ben: complete_registration(ben, at))).refused(
        AlreadyRegistered
    )


def test_only_a_registered_person_sets_a_password(rules: Rules) -> None:
    rules.given(*BEN_WAS_INVITED)
    rules.when(lambda: tell(rules, BEN, lambda ben: ben.set_password(at=NOW))).refused(
        NotRegisteredYet
    )
    rules.when(lambda: tell(rules, BEN, lambda ben: ben.request_password_reset(at=NOW))).refused(
        NotRegisteredYet
    )


def test_a_registered_person_sets_a_password(rules: Rules) -> None:
    rules.given(*BEN_REGISTERED)
    rules.when(lambda: tell(rules, BEN, lambda ben: ben.set_password(at=NOW))).then(
        fact(User.PasswordSet, BEN, by=BEN, at=NOW)
    )
    assert rules.now(User, BEN).status is Status.ACTIVE


@pytest.mark.parametrize("past", [BEN_REGISTERED, BEN_IS_FREE], ids=["none yet", "forgotten"])
def test_a_registered_person_asks_for_a_link_to_set_the_password(
    rules: Rules, past: tuple[Fact, ...]
) -> None:
    rules.given(*past)
    rules.when(lambda: tell(rules, BEN, lambda ben: ben.request_password_reset(at=NOW))).then(
        fact(User.PasswordResetRequested, BEN, by=BEN, at=NOW)
    )


def test_within_a_minute_a_second_request_for_a_link_is_silent(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE, fact(User.PasswordResetRequested, BEN, by=BEN, at=NOW))
    soon, later = NOW + timedelta(seconds=59), NOW + timedelta(seconds=60)
    rules.when(lambda: tell(rules, BEN, lambda ben: ben.request_password_reset(at=soon))).then()
    rules.when(lambda: tell(rules, BEN, lambda ben: ben.request_password_reset(at=later))).then(
        fact(User.PasswordResetRequested, BEN, by=BEN, at=later)
    )


def come_in(ben: User) -> None:
    ben.sign_in(is_known_device=True, at=NOW)


def test_only_who_has_a_password_signs_in(rules: Rules) -> None:
    rules.given(*BEN_WAS_INVITED)
    rules.when(lambda: tell(rules, BEN, come_in)).refused(CannotSignIn)


def test_who_has_a_password_signs_in_and_out(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE)
    rules.when(lambda: tell(rules, BEN, come_in)).then(fact(User.SignedIn, BEN, by=BEN, at=NOW))
    rules.when(lambda: tell(rules, BEN, lambda ben: ben.sign_out(at=NOW))).then(
        fact(User.SignedOut, BEN, by=BEN, at=NOW)
    )


def test_a_sign_in_completes_the_record_of_a_password_that_a_crash_cut_off(rules: Rules) -> None:
    rules.given(*BEN_REGISTERED)
    rules.when(lambda: tell(rules, BEN, come_in)).then(
        fact(User.PasswordSet, BEN, by=BEN, at=NOW), fact(User.SignedIn, BEN, by=BEN, at=NOW)
    )


def test_a_wrong_password_is_recorded(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE)
    rules.when(lambda: tell(rules, BEN, lambda ben: ben.refuse_sign_in(at=NOW))).then(
        fact(User.SignInRefused, BEN, by=BEN, at=NOW)
    )


@pytest.mark.parametrize(
    ("past", "user_id", "founds"),
    [
        (BEN_WAS_INVITED, BEN, False),
        (CARLA_IS_A_PATIENT, CARLA, False),
        (DORA_WAS_INVITED, DORA, True),
        (DORA_IS_ELSEWHERE, DORA, False),
    ],
    ids=["a member", "a patient", "invited from elsewhere", "registered elsewhere"],
)
def test_people_of_other_practices_found_their_own_at_registration(
    rules: Rules, past: tuple[Fact, ...], user_id: UUID, *, founds: bool
) -> None:
    assert rules.given(*past).now(User, user_id).founds_a_practice is founds


def test_what_happened_is_replayed_even_if_the_rules_of_today_would_refuse_it(
    rules: Rules,
) -> None:
    rules.given(
        *CARLA_IS_A_PATIENT,
        bought(CARLA),
        bought(CARLA),
        fact(User.TierGranted, CARLA, by=ADA, at=NOW),
        fact(User.TierGranted, CARLA, by=ADA, at=NOW),
        *BEN_WAS_INVITED,
        fact(User.SignedIn, BEN, by=BEN, at=INVITATION_ENDS),
        fact(User.PasswordSet, BEN, by=BEN, at=INVITATION_ENDS),
        ben_registered(INVITATION_ENDS),
        ben_registered(INVITATION_ENDS),
    )
    carla, ben = rules.now(User, CARLA), rules.now(User, BEN)
    assert (carla.paid_until, carla.granted, carla.version) == (IN_A_MONTH, True, 7)
    assert (ben.status, ben.version) == (Status.REGISTERED, 5)
