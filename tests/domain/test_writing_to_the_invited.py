"""Who is invited by one practice may be written to by another: then her address is not theirs."""

from collections.abc import Callable
from uuid import UUID

import pytest

from domain.invitation import INVITATION_LASTS, OthersHaveWritten
from tests.domain.people import (
    ADA,
    ADA_PAYS,
    BEN,
    BEN_IS_FREE,
    CARLA,
    CARLA_WAS_INVITED,
    CARLAS_ADDRESS,
    DORA,
    DORA_IS_ELSEWHERE,
    NOW,
    SAMPLE_DENTAL_IS_OPEN,
    given_the_paid_tier,
    opened,
)
from tests.domain.rules import Rules

RIGHT_ADDRESS = "carla@right.example"


@pytest.fixture
def rules_of_two(rules: Rules) -> Rules:
    """Ada's practice has invited Carla; Ben is a colleague of hers, Dora is of another practice."""
    return rules.given(
        *SAMPLE_DENTAL_IS_OPEN,
        *ADA_PAYS,
        *BEN_IS_FREE,
        *opened(UUID("00000000-0000-0000-0000-00000000aa02"), "Other Dental", DORA),
        *DORA_IS_ELSEWHERE,
        *CARLA_WAS_INVITED,
        given_the_paid_tier(BEN),
        given_the_paid_tier(DORA),
    )


def write(rules: Rules, sender_id: UUID, number: int = 9) -> None:
    rules.corresponding.send(
        message_id=UUID(int=number),
        sender_id=sender_id,
        to=CARLAS_ADDRESS,
        role=None,
        subject="A subject",
        body="A body",
        at=NOW,
    )


def amend(rules: Rules) -> Callable[[], int]:
    return lambda: rules.invitations.amend(user_id=CARLA, address=RIGHT_ADDRESS, by=ADA, at=NOW)


def withdraw(rules: Rules) -> Callable[[], int]:
    return lambda: rules.invitations.withdraw(user_id=CARLA, by=ADA, at=NOW)


@pytest.mark.parametrize("command", [amend, withdraw])
def test_what_another_practice_wrote_is_never_read_at_another_address(
    rules_of_two: Rules, command: Callable[[Rules], Callable[[], int]]
) -> None:
    write(rules_of_two, DORA)
    rules_of_two.when(command(rules_of_two)).refused(OthersHaveWritten)
    assert rules_of_two.inviting.holder(CARLAS_ADDRESS) == CARLA


def test_their_first_message_opens_the_invitation_for_another_14_days(rules_of_two: Rules) -> None:
    for number in (9, 10):
        write(rules_of_two, DORA, number)
    renewed = [one for one in rules_of_two.log.stream(CARLA) if hasattr(one, "by_message")]
    assert [one.invitation_ends_at for one in renewed] == [NOW + INVITATION_LASTS]  # type: ignore[attr-defined] # of that event


@pytest.mark.parametrize("command", [amend, withdraw])
def test_a_colleague_who_wrote_as_well_is_in_nobodys_way(
    rules_of_two: Rules, command: Callable[[Rules], Callable[[], int]]
) -> None:
    write(rules_of_two, BEN)
    assert command(rules_of_two)()
