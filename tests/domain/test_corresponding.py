"""How people write to each other; replies and looks have files of their own beside this one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.address import AddressIsMalformed
from domain.corresponding import (
    RoleIsMissing,
    RoleIsNotNeeded,
    SenderIsUnknown,
    TextIsUnusable,
    WritingToOneself,
)
from domain.invitation import INVITATION_LASTS
from domain.message import Message
from domain.role import RecipientRole
from domain.tier import ComposingNeedsThePaidTier
from domain.user import User
from tests.domain.people import (
    ADA,
    ADA_CAN_SIGN_IN,
    ADA_PAYS,
    ADAS_ADDRESS,
    BEN,
    BEN_IS_FREE,
    BENS_ADDRESS,
    CARLA,
    CARLA_IS_A_PATIENT,
    CARLAS_ADDRESS,
    EMIL,
    EMILS_ADDRESS,
    MESSAGE,
    MOMENT,
    NOW,
    SAMPLE_DENTAL,
    YESTERDAY,
    invited,
    sealed_content,
)
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

NEWCOMER = uuid5(MESSAGE, "recipient")
TERM = fact(
    User.TierPurchased,
    ADA,
    by=ADA,
    at=YESTERDAY,
    purchase_id=UUID("00000000-0000-0000-0000-00000000dd01"),
    until=NOW,
)


def send(rules: Rules, **changed: Any) -> Callable[[], int]:
    asked: dict[str, Any] = {
        "message_id": MESSAGE,
        "sender_id": ADA,
        "to": BENS_ADDRESS,
        "role": None,
        "subject": "Lab results",
        "body": "They have come.",
        "at": NOW,
    }
    return lambda: rules.corresponding.send(**(asked | changed))


def sent(recipient_id: UUID, **changed: Any) -> Fact:
    told: dict[str, Any] = {
        "recipient_id": recipient_id,
        "thread_id": MESSAGE,
        "in_reply_to": None,
        "first_contact": False,
        "subject": sealed_content("Lab results", MESSAGE, "subject"),
        "body": sealed_content("They have come.", MESSAGE, "body"),
        "body_length": 15,
        "ends_at": datetime(2026, 4, 1, 9, 0, tzinfo=UTC),
    }
    return fact(Message.MessageSent, MESSAGE, by=ADA, at=NOW, **(told | changed))


@pytest.mark.parametrize("address", [BENS_ADDRESS, f"  {BENS_ADDRESS.upper()}\n"])
def test_writing_to_a_known_address_sends_a_message(rules: Rules, address: str) -> None:
    rules.given(*ADA_PAYS, *BEN_IS_FREE)
    outcome = rules.when(send(rules, to=address))
    outcome.then(sent(BEN))
    assert outcome.answer == rules.log.head()


@pytest.mark.parametrize(
    ("role", "kind", "practice_id"),
    [
        (RecipientRole.DOCTOR_HERE, "doctor", SAMPLE_DENTAL),
        (RecipientRole.STAFF_HERE, "staff", SAMPLE_DENTAL),
        (RecipientRole.DOCTOR_ELSEWHERE, "doctor", None),
        (RecipientRole.STAFF_ELSEWHERE, "staff", None),
        (RecipientRole.PATIENT, "patient", None),
    ],
)
def test_writing_to_an_unknown_address_invites_the_person_in_that_role(
    rules: Rules, role: RecipientRole, kind: str, practice_id: UUID | None
) -> None:
    rules.given(*ADA_PAYS)
    rules.when(send(rules, to=f" {EMILS_ADDRESS.upper()} ", role=role)).then(
        *invited(NEWCOMER, EMILS_ADDRESS, kind, practice_id=practice_id, by=ADA, at=NOW),
        sent(NEWCOMER, first_contact=True),
    )


def test_message_user_and_claim_become_visible_at_consecutive_positions(rules: Rules) -> None:
    head = rules.given(*ADA_PAYS).log.head()
    outcome = rules.when(send(rules, to=EMILS_ADDRESS, role=RecipientRole.PATIENT))
    positions = [one.position for one in rules.log.read(after=head, limit=10)]
    assert positions == [head + 1, head + 2, head + 3]
    assert outcome.answer == head + 3


def test_who_is_invited_but_not_registered_yet_can_be_written_to(rules: Rules) -> None:
    rules.given(*ADA_PAYS, *invited(EMIL, EMILS_ADDRESS, "patient", practice_id=None, by=BEN))
    rules.when(send(rules, to=EMILS_ADDRESS)).then(sent(EMIL))


def test_writing_to_an_invitation_that_has_ended_opens_it_again(rules: Rules) -> None:
    rules.given(*ADA_PAYS, *invited(EMIL, EMILS_ADDRESS, "patient", practice_id=None, by=BEN))
    ended = rules.now(User, EMIL).invitation_ends_at
    rules.when(send(rules, to=EMILS_ADDRESS, at=ended)).then(
        fact(
            User.InvitationResent,
            EMIL,
            by=ADA,
            at=ended,
            invitation_ends_at=ended + INVITATION_LASTS,
            by_message=True,
        ),
        replace(sent(EMIL, ends_at=ended + timedelta(days=30)), at=ended),
    )


@pytest.mark.parametrize("to", [BENS_ADDRESS, EMILS_ADDRESS])
def test_sending_the_same_message_again_is_silent(rules: Rules, to: str) -> None:
    rules.given(*ADA_PAYS, *BEN_IS_FREE, sent(BEN))
    again = rules.when(send(rules, to=to))
    again.then()
    assert again.answer == rules.log.head()


def test_a_double_click_on_a_first_message_invites_and_sends_once(rules: Rules) -> None:
    rules.given(*ADA_PAYS)
    asked = send(rules, to=EMILS_ADDRESS, role=RecipientRole.PATIENT)
    rules.log.rivals.append(asked)
    rules.when(asked).then(
        *invited(NEWCOMER, EMILS_ADDRESS, "patient", practice_id=None, by=ADA, at=NOW),
        sent(NEWCOMER, first_contact=True),
    )
    rules.when(asked).then()


def test_sending_again_is_silent_even_when_the_term_has_ended(rules: Rules) -> None:
    rules.given(*ADA_CAN_SIGN_IN, TERM, *BEN_IS_FREE, sent(BEN))
    rules.when(send(rules, at=NOW)).then()


def test_an_unknown_address_needs_a_role(rules: Rules) -> None:
    rules.given(*ADA_PAYS)
    rules.when(send(rules, to=EMILS_ADDRESS)).refused(RoleIsMissing)


@pytest.mark.parametrize("address", [BENS_ADDRESS, CARLAS_ADDRESS])
@pytest.mark.parametrize("role", list(RecipientRole))
def test_a_known_address_takes_no_role(rules: Rules, address: str, role: RecipientRole) -> None:
    rules.given(*ADA_PAYS, *BEN_IS_FREE, *CARLA_IS_A_PATIENT)
    rules.when(send(rules, to=address, role=role)).refused(RoleIsNotNeeded)


@pytest.mark.parametrize("role", [None, RecipientRole.PATIENT])
@pytest.mark.parametrize("address", [ADAS_ADDRESS, f" {ADAS_ADDRESS.upper()} "])
def test_nobody_writes_to_oneself(rules: Rules, address: str, role: RecipientRole | None) -> None:
    rules.given(*ADA_PAYS)
    rules.when(send(rules, to=address, role=role)).refused(WritingToOneself)


@pytest.mark.parametrize(
    "to",
    ["", "emil", "e" * 300, f"{BENS_ADDRESS}, {CARLAS_ADDRESS}", "emil@p\N{SNOWMAN}st.example"],
)
def test_to_is_exactly_one_address(rules: Rules, to: str) -> None:
    rules.given(*ADA_PAYS, *BEN_IS_FREE)
    rules.when(send(rules, to=to, role=RecipientRole.PATIENT)).refused(AddressIsMalformed)


@pytest.mark.parametrize("to", [ADAS_ADDRESS, BENS_ADDRESS, EMILS_ADDRESS, "emil"])
@pytest.mark.parametrize("role", [None, RecipientRole.STAFF_HERE])
def test_a_free_account_composes_nothing_and_learns_nothing_of_the_address(
    rules: Rules, to: str, role: RecipientRole | None
) -> None:
    rules.given(*ADA_PAYS, *BEN_IS_FREE)
    rules.when(send(rules, sender_id=BEN, to=to, role=role)).refused(ComposingNeedsThePaidTier)


def test_a_patient_composes_nothing(rules: Rules) -> None:
    rules.given(*ADA_PAYS, *CARLA_IS_A_PATIENT)
    rules.when(send(rules, sender_id=CARLA, to=ADAS_ADDRESS)).refused(ComposingNeedsThePaidTier)


def test_a_term_lets_compose_until_its_last_moment(rules: Rules) -> None:
    rules.given(*ADA_CAN_SIGN_IN, TERM, *BEN_IS_FREE)
    rules.when(send(rules, at=NOW)).refused(ComposingNeedsThePaidTier)
    assert rules.when(send(rules, at=NOW - MOMENT)).answer == rules.log.head()


def test_a_sender_who_does_not_exist_sends_nothing(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE)
    rules.when(send(rules)).refused(SenderIsUnknown)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("", "They have come."),
        (" \n", "They have come."),
        ("s" * 201, "They have come."),
        ("Lab results", ""),
        ("Lab results", " \n\t"),
        ("Lab results", "b" * 100_001),
        ("Lab results", "b" * 1_000_000),
    ],
    ids=["no subject", "blank", "long", "no body", "blank body", "long body", "a megabyte"],
)
def test_a_message_needs_subject_and_body_within_their_limits(
    rules: Rules, subject: str, body: str
) -> None:
    rules.given(*ADA_PAYS, *BEN_IS_FREE)
    rules.when(send(rules, subject=subject, body=body)).refused(TextIsUnusable)


def test_the_longest_message_is_sent(rules: Rules) -> None:
    rules.given(*ADA_PAYS, *BEN_IS_FREE)
    subject, body = "s" * 200, "b" * 100_000
    rules.when(send(rules, subject=f"  {subject}  ", body=body)).then(
        sent(
            BEN,
            subject=sealed_content(subject, MESSAGE, "subject"),
            body=sealed_content(body, MESSAGE, "body"),
            body_length=100_000,
        )
    )


def test_the_shortest_message_is_sent(rules: Rules) -> None:
    rules.given(*ADA_PAYS, *BEN_IS_FREE)
    rules.when(send(rules, subject="s", body="b")).then(
        sent(
            BEN,
            subject=sealed_content("s", MESSAGE, "subject"),
            body=sealed_content("b", MESSAGE, "body"),
            body_length=1,
        )
    )


def test_a_body_is_kept_as_it_was_typed(rules: Rules) -> None:
    rules.given(*ADA_PAYS, *BEN_IS_FREE)
    body = "  <b>Dear</b>\n\n\tBen \N{TOOTH} "
    rules.when(send(rules, body=body)).then(
        sent(BEN, body=sealed_content(body, MESSAGE, "body"), body_length=len(body))
    )


def test_an_invitation_by_message_ends_after_14_days(rules: Rules) -> None:
    rules.given(*ADA_PAYS)
    outcome = rules.when(send(rules, to=EMILS_ADDRESS, role=RecipientRole.PATIENT))
    assert outcome.appended[0].payload["invitation_ends_at"] == NOW + timedelta(days=14)
