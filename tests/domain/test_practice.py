"""A main account and who looks after it."""

from uuid import UUID

import pytest

from domain.practice import Practice, PracticeNameIsUnusable
from tests.domain.people import ADA, BEN, NOW, SAMPLE_DENTAL, SAMPLE_DENTAL_IS_OPEN
from tests.domain.rules import Rules
from tests.scenario import fact


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
