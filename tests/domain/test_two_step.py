"""Who proves a phone: what the two switches of a practice say of every kind of person."""

import pytest

from domain.role import Kind
from domain.two_step import TwoStepPolicy

COLLEAGUES = {Kind.DOCTOR, Kind.STAFF}
PATIENTS = {Kind.PATIENT}


@pytest.mark.parametrize(
    ("policy", "covered"),
    [
        (TwoStepPolicy(), set()),
        (TwoStepPolicy(colleagues=True), COLLEAGUES),
        (TwoStepPolicy(patients=True), PATIENTS),
        (TwoStepPolicy(colleagues=True, patients=True), COLLEAGUES | PATIENTS),
    ],
)
def test_each_switch_covers_its_kinds_of_people_and_no_others(
    policy: TwoStepPolicy, covered: set[Kind]
) -> None:
    assert {kind for kind in Kind if policy.covers(kind)} == covered


def test_every_kind_of_person_is_under_one_of_the_switches() -> None:
    assert set(Kind) == COLLEAGUES | PATIENTS


def test_a_policy_within_another_asks_for_nothing_that_the_other_does_not() -> None:
    both, patients = TwoStepPolicy(colleagues=True, patients=True), TwoStepPolicy(patients=True)
    assert both.within(patients) == patients.within(both) == patients
    assert both.within(TwoStepPolicy()) == TwoStepPolicy()
