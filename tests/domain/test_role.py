"""The five answers to "Select recipient's role:"."""

import pytest

from domain.role import Kind, RecipientRole, RoleIsUnknown


@pytest.mark.parametrize(
    ("role", "label", "kind", "joins"),
    [
        (RecipientRole.DOCTOR_HERE, "Doctor in my practice", Kind.DOCTOR, True),
        (RecipientRole.STAFF_HERE, "Staff in my practice", Kind.STAFF, True),
        (RecipientRole.DOCTOR_ELSEWHERE, "Doctor in another practice", Kind.DOCTOR, False),
        (RecipientRole.STAFF_ELSEWHERE, "Staff in another practice", Kind.STAFF, False),
        (RecipientRole.PATIENT, "Patient", Kind.PATIENT, False),
    ],
)
def test_a_role_says_what_the_person_is_and_where(
    role: RecipientRole, label: str, kind: Kind, *, joins: bool
) -> None:
    assert (role.label, role.kind, role.joins_the_senders_practice) == (label, kind, joins)


def test_there_are_five_roles() -> None:
    assert [str(role) for role in RecipientRole] == [
        "doctor-in-my-practice",
        "staff-in-my-practice",
        "doctor-in-another-practice",
        "staff-in-another-practice",
        "patient",
    ]


def test_a_role_is_found_by_its_name() -> None:
    assert RecipientRole.named("staff-in-another-practice") is RecipientRole.STAFF_ELSEWHERE


@pytest.mark.parametrize("name", ["", "Patient", "patient ", "operator", "doctor"])
def test_another_role_does_not_exist(name: str) -> None:
    with pytest.raises(RoleIsUnknown):
        RecipientRole.named(name)
