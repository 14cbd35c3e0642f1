"""A main account and who looks after it."""

from uuid import UUID

import pytest

from domain.practice import NotAUserManager, Practice, PracticeNameIsUnusable
from domain.two_step import TwoStepPolicy
from tests.domain.people import ADA, BEN, NOW, SAMPLE_DENTAL, SAMPLE_DENTAL_IS_OPEN
from tests.domain.rules import Rules
from tests.scenario import Fact, fact


def register(rules: Rules, name: str) -> None:
    practice = Practice.register(practice_id=SAMPLE_DENTAL, name=name, by=ADA, at=NOW)
    rules.log.save(practice)


def appoint(rules: Rules, *user_ids: UUID) -> None:
    practice = rules.now(Practice, SAMPLE_DENTAL)
    for user_id in user_ids:
        practice.appoint_user_manager(user_id=user_id, by=ADA, at=NOW)
    rules.log.save(practice)


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Sample Dental", "Sample Dental"), ("  S \n", "S"), ("S" * 120, "S" * 120)],
)
def test_a_practice_has_a_public_name_from_its_first_moment(
    rules: Rules, typed: str, name: str
) -> None:
    rules.when(lambda: register(rules, typed)).then(
        fact(Practice.PracticeRegistered, SAMPLE_DENTAL, by=ADA, at=NOW, name=name)
    )


@pytest.mark.parametrize("typed", ["", " \t ", "S" * 121])
def test_a_practice_without_a_usable_name_is_not_opened(rules: Rules, typed: str) -> None:
    rules.when(lambda: register(rules, typed)).refused(PracticeNameIsUnusable)


def test_a_user_manager_is_appointed_once_and_appointing_her_again_changes_nothing(
    rules: Rules,
) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN)
    rules.when(lambda: appoint(rules, ADA, ADA)).then()


def test_a_practice_may_have_several_user_managers(rules: Rules) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN)
    rules.when(lambda: appoint(rules, BEN, BEN)).then(
        fact(Practice.UserManagerAppointed, SAMPLE_DENTAL, by=ADA, at=NOW, user_id=BEN)
    )
    assert rules.now(Practice, SAMPLE_DENTAL).user_managers == {ADA, BEN}


def choose_who_proves_a_phone(
    rules: Rules, *, colleagues: bool, patients: bool, by: UUID = ADA
) -> None:
    practice = rules.now(Practice, SAMPLE_DENTAL)
    practice.change_two_step_policy(TwoStepPolicy(colleagues, patients), by=by, at=NOW)
    rules.log.save(practice)


def chosen(*, colleagues: bool, patients: bool, told: list[UUID]) -> Fact:
    switches = {"colleagues": colleagues, "patients": patients}
    return fact(Practice.TwoStepPolicyChanged, SAMPLE_DENTAL, by=ADA, at=NOW, told=told, **switches)


def test_nobody_proves_a_phone_before_a_user_manager_says_so(rules: Rules) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN)
    assert rules.now(Practice, SAMPLE_DENTAL).two_step == TwoStepPolicy()
    rules.when(lambda: choose_who_proves_a_phone(rules, colleagues=False, patients=False)).then()


@pytest.mark.parametrize(("colleagues", "patients"), [(True, False), (False, True), (True, True)])
def test_a_user_manager_chooses_who_proves_a_phone(
    rules: Rules, *, colleagues: bool, patients: bool
) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN)
    switches = {"colleagues": colleagues, "patients": patients}
    rules.when(lambda: choose_who_proves_a_phone(rules, **switches)).then(
        chosen(**switches, told=[ADA])
    )
    assert rules.now(Practice, SAMPLE_DENTAL).two_step == TwoStepPolicy(**switches)
    rules.when(lambda: choose_who_proves_a_phone(rules, **switches)).then()


def test_all_user_managers_are_told_who_proves_a_phone_from_now_on(rules: Rules) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN)
    appoint(rules, BEN)
    rules.when(lambda: choose_who_proves_a_phone(rules, colleagues=True, patients=False)).then(
        chosen(colleagues=True, patients=False, told=[ADA, BEN])
    )


def test_who_does_not_manage_the_practice_does_not_choose_who_proves_a_phone(rules: Rules) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN)
    rules.when(
        lambda: choose_who_proves_a_phone(rules, colleagues=True, patients=True, by=BEN)
    ).refused(NotAUserManager)
