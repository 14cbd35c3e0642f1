"""Several people who write to the same unknown address at the same moment."""

from collections.abc import Callable
from uuid import UUID, uuid5

import pytest

from domain.corresponding import RoleIsNotNeeded
from domain.message import Message
from domain.role import RecipientRole
from domain.user import User
from tests.domain.contested import ContestedVault
from tests.domain.people import (
    ADA,
    ADA_PAYS,
    DORA,
    DORA_PAYS,
    EMILS_ADDRESS,
    MESSAGE,
    NOW,
    address_id,
)
from tests.domain.rules import Rules
from tests.domain.together import all_at_once

DORAS_MESSAGE = UUID("00000000-0000-0000-0000-00000000cc03")


def writes(
    rules: Rules,
    sender_id: UUID,
    message_id: UUID,
    role: RecipientRole | None = RecipientRole.PATIENT,
) -> Callable[[], int]:
    return lambda: rules.corresponding.send(
        message_id=message_id,
        sender_id=sender_id,
        to=EMILS_ADDRESS,
        role=role,
        subject="Lab results",
        body="They have come.",
        at=NOW,
    )


def test_who_was_second_saves_none_of_message_user_and_claim(rules: Rules) -> None:
    rules.given(*ADA_PAYS, *DORA_PAYS)
    rules.log.rivals.append(writes(rules, DORA, DORAS_MESSAGE))
    outcome = rules.when(writes(rules, ADA, MESSAGE))
    assert type(outcome.refusal) is RoleIsNotNeeded
    assert [one.of for one in outcome.appended] == [
        uuid5(DORAS_MESSAGE, "recipient"),
        address_id(EMILS_ADDRESS),
        DORAS_MESSAGE,
    ]
    assert rules.log.stream(MESSAGE) == []
    assert rules.log.stream(uuid5(MESSAGE, "recipient")) == []


def test_who_was_second_writes_to_the_one_user_without_a_role(rules: Rules) -> None:
    rules.given(*ADA_PAYS, *DORA_PAYS)
    writes(rules, DORA, DORAS_MESSAGE)()
    outcome = rules.when(writes(rules, ADA, MESSAGE, role=None))
    opened, sent = outcome.appended
    assert (opened.event, opened.payload["by_message"]) == (User.InvitationResent, True)
    assert sent.event is Message.MessageSent
    assert sent.payload["recipient_id"] == uuid5(DORAS_MESSAGE, "recipient")


@pytest.mark.parametrize("look", [1, 2])
def test_a_second_click_that_overtakes_the_first_between_two_looks_is_the_same_click(
    rules: Rules, look: int
) -> None:
    rules.given(*ADA_PAYS)
    head = rules.log.head()
    overtaken = Rules(
        log=rules.log, vault=ContestedVault(writes(rules, ADA, MESSAGE), before_look=look)
    )
    assert writes(overtaken, ADA, MESSAGE)() == head + 3
    assert rules.log.head() == head + 3


def test_who_was_second_between_two_looks_is_told_that_no_role_is_needed(rules: Rules) -> None:
    rules.given(*ADA_PAYS, *DORA_PAYS)
    rival = writes(rules, DORA, DORAS_MESSAGE)
    overtaken = Rules(log=rules.log, vault=ContestedVault(rival, before_look=2))
    with pytest.raises(RoleIsNotNeeded):
        writes(overtaken, ADA, MESSAGE)()
    assert rules.log.stream(MESSAGE) == []


def test_eight_first_messages_in_eight_threads_make_one_user(rules: Rules) -> None:
    rules.given(*ADA_PAYS, *DORA_PAYS)
    head = rules.log.head()
    messages = [UUID(int=number) for number in range(1, 9)]
    outcomes = all_at_once([writes(rules, ADA, message_id) for message_id in messages])
    assert outcomes == ["RoleIsNotNeeded"] * 7 + ["done"]
    user, claim, message = rules.facts(after=head)
    assert user.event is User.UserInvited
    assert (claim.of, claim.payload) == (address_id(EMILS_ADDRESS), {"user_id": user.of})
    assert (user.of, message.payload["recipient_id"]) == (uuid5(message.of, "recipient"), user.of)


def test_eight_clicks_in_eight_threads_send_one_message(rules: Rules) -> None:
    rules.given(*ADA_PAYS)
    head = rules.log.head()
    assert all_at_once([writes(rules, ADA, MESSAGE)] * 8) == ["done"] * 8
    assert rules.log.head() == head + 3
