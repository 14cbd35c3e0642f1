"""What the sweeper does: announce, destroy, erase; never what is held, and never twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from domain.address import EmailAddress
from domain.aggregate import OPERATOR, SWEEPER
from domain.erasure import Erasure, ErasureIsNotDue, erasure_of
from domain.holding import ContentIsHeld
from domain.legal_hold import Subject
from domain.message import Message, MessageHasNotEnded, NoSuchMessage
from domain.ports import KeyKind, content
from tests.domain.people import (
    ADA,
    ADA_PAYS,
    BEN,
    BEN_IS_FREE,
    BENS_ADDRESS,
    CARLA,
    CARLA_IS_A_PATIENT,
    MESSAGE,
    MOMENT,
    NOW,
    SAMPLE_DENTAL,
    SAMPLE_DENTAL_IS_OPEN,
    VAULT,
    address_id,
    sealed_content,
    written,
)
from tests.domain.rules import Rules
from tests.doubles.vault import MemoryVault
from tests.scenario import Fact, fact

END = NOW + timedelta(days=30)
HOLD = UUID("00000000-0000-0000-0000-00000000ee01")
EVERYBODY = (*SAMPLE_DENTAL_IS_OPEN, *ADA_PAYS, *BEN_IS_FREE, *CARLA_IS_A_PATIENT)


@pytest.fixture
def rules() -> Rules:
    """Ada wrote to Carla; the keys are this test's own."""
    sealed_content("Lab results", MESSAGE, "subject")
    vault = MemoryVault(set(VAULT.keys), VAULT.sealed)
    return Rules(vault=vault).given(*EVERYBODY, written(MESSAGE, ADA, CARLA, at=NOW))


def destroy(rules: Rules, at: datetime = END) -> Callable[[], int]:
    return lambda: rules.destroying.destroy_content(MESSAGE, at=at)


def announce(rules: Rules, at: datetime) -> Callable[[], int]:
    return lambda: rules.destroying.announce(MESSAGE, at=at)


def erase(rules: Rules, at: datetime) -> Callable[[], int]:
    return lambda: rules.destroying.erase(BEN, address_id=address_id(BENS_ADDRESS), at=at)


def destroyed(because: str = "expired", at: datetime = END) -> Fact:
    return fact(
        Message.ContentDestroyed,
        MESSAGE,
        by=SWEEPER,
        at=at,
        because=because,
        attachment_ids=[],
    )


def requested(due_at: datetime) -> Fact:
    return fact(
        Erasure.ErasureRequested,
        erasure_of(BEN),
        by=ADA,
        at=NOW,
        user_id=BEN,
        practice_id=SAMPLE_DENTAL,
        due_at=due_at,
    )


def place(rules: Rules, subject: Subject, subject_id: UUID) -> None:
    rules.holding.place(
        hold_id=HOLD, subject=subject, subject_id=subject_id, reason="Case 7", by=OPERATOR, at=NOW
    )


def lift(rules: Rules, subject_id: UUID) -> None:
    rules.holding.lift(
        hold_id=HOLD, subject_id=subject_id, reason="Case closed", by=OPERATOR, at=END
    )


def has_key(rules: Rules) -> bool:
    return (KeyKind.CONTENT, MESSAGE) in rules.vault.keys


def test_what_has_ended_is_destroyed_key_and_all(rules: Rules) -> None:
    subject = sealed_content("Lab results", MESSAGE, "subject")
    rules.when(destroy(rules)).then(destroyed())
    assert rules.vault.open_all([(subject, content(MESSAGE, "subject"))]) == [None]


def test_destroying_it_again_changes_nothing(rules: Rules) -> None:
    rules.given(destroyed())
    rules.when(destroy(rules, END + timedelta(days=1))).then()


def test_a_destruction_that_was_cut_off_after_the_key_is_recorded_the_next_time(
    rules: Rules,
) -> None:
    rules.shredder.shred(KeyKind.CONTENT, [MESSAGE])
    rules.when(destroy(rules)).then(destroyed())


def test_what_may_still_be_read_is_not_destroyed(rules: Rules) -> None:
    rules.when(destroy(rules, END - MOMENT)).refused(MessageHasNotEnded)
    assert has_key(rules)


def test_what_was_recalled_is_destroyed_at_once_and_says_why(rules: Rules) -> None:
    rules.ending.recall(message_ids=[MESSAGE], reason="Wrong person", by=ADA, at=NOW)
    rules.when(destroy(rules, NOW)).then(destroyed("recalled", NOW))


def test_what_does_not_exist_is_not_destroyed(rules: Rules) -> None:
    unknown = UUID(int=1)
    rules.when(lambda: rules.destroying.destroy_content(unknown, at=END)).refused(NoSuchMessage)


@pytest.mark.parametrize(
    ("subject", "subject_id"),
    [
        (Subject.PERSON, ADA),
        (Subject.PERSON, CARLA),
        (Subject.THREAD, MESSAGE),
        (Subject.PRACTICE, SAMPLE_DENTAL),
    ],
)
def test_what_is_held_is_not_destroyed_until_the_hold_is_lifted(
    rules: Rules, subject: Subject, subject_id: UUID
) -> None:
    place(rules, subject, subject_id)
    rules.when(destroy(rules)).refused(ContentIsHeld)
    assert has_key(rules)
    lift(rules, subject_id)
    rules.when(destroy(rules)).then(destroyed())


def test_a_hold_on_somebody_else_stops_nothing(rules: Rules) -> None:
    place(rules, Subject.PERSON, BEN)
    rules.when(destroy(rules)).then(destroyed())


def test_a_recall_of_what_is_held_closes_it_and_destroys_nothing(rules: Rules) -> None:
    place(rules, Subject.THREAD, MESSAGE)
    rules.ending.recall(message_ids=[MESSAGE], reason="Wrong person", by=ADA, at=NOW)
    rules.when(destroy(rules, NOW)).refused(ContentIsHeld)
    assert has_key(rules)
    assert rules.now(Message, MESSAGE).is_over(NOW)


def test_the_end_of_an_unread_message_is_announced_three_days_before_and_once(
    rules: Rules,
) -> None:
    moment = END - timedelta(days=3)
    rules.when(announce(rules, moment - MOMENT)).then()
    rules.when(announce(rules, moment)).then(
        fact(
            Message.ExpiryAnnounced,
            MESSAGE,
            by=SWEEPER,
            at=moment,
            recipient_id=CARLA,
            ends_at=END,
        )
    )
    rules.when(announce(rules, moment)).then()


def test_the_end_of_what_was_read_recalled_or_is_over_is_not_announced(rules: Rules) -> None:
    moment = END - timedelta(days=3)
    rules.when(announce(rules, END)).then()
    rules.given(fact(Message.MessageRead, MESSAGE, by=CARLA, at=NOW))
    rules.when(announce(rules, moment)).then()


def test_a_look_of_the_sender_is_no_reading(rules: Rules) -> None:
    rules.given(fact(Message.MessageRead, MESSAGE, by=ADA, at=NOW))
    assert rules.now(Message, MESSAGE).is_to_be_announced(END - timedelta(days=3))


def test_another_end_is_announced_anew_unless_it_is_so_near_that_the_first_notice_said_enough(
    rules: Rules,
) -> None:
    announced = END - timedelta(days=3)
    told = {"recipient_id": CARLA, "ends_at": END}
    rules.given(fact(Message.ExpiryAnnounced, MESSAGE, by=SWEEPER, at=announced, **told))
    sooner = NOW + timedelta(days=20)
    rules.given(fact(Message.ExpiryChanged, MESSAGE, by=ADA, at=announced, ends_at=sooner))
    message = rules.now(Message, MESSAGE)
    assert message.is_to_be_announced(sooner - timedelta(days=3))
    near = NOW + timedelta(days=3)
    rules.given(fact(Message.ExpiryChanged, MESSAGE, by=ADA, at=NOW, ends_at=near))
    assert not rules.now(Message, MESSAGE).is_to_be_announced(NOW + timedelta(days=1))


def test_a_person_is_erased_when_the_day_has_come_and_the_address_is_free(rules: Rules) -> None:
    rules.given(requested(due_at=END))
    rules.passwords.passwords[BEN] = "quiet-lantern-orbit-fig"
    rules.when(erase(rules, END - MOMENT)).refused(ErasureIsNotDue)
    rules.when(erase(rules, END)).then(
        fact(Erasure.PersonErased, erasure_of(BEN), by=SWEEPER, at=END, user_id=BEN),
        fact(
            EmailAddress.AddressReleased,
            address_id(BENS_ADDRESS),
            by=SWEEPER,
            at=END,
            user_id=BEN,
        ),
    )
    assert (KeyKind.PERSONAL, BEN) not in rules.vault.keys
    assert BEN not in rules.passwords.passwords
    assert rules.inviting.holder(BENS_ADDRESS) is None
    rules.when(erase(rules, END)).then()


@pytest.mark.parametrize(
    ("subject", "subject_id"), [(Subject.PERSON, BEN), (Subject.PRACTICE, SAMPLE_DENTAL)]
)
def test_who_is_held_is_not_erased(rules: Rules, subject: Subject, subject_id: UUID) -> None:
    rules.given(requested(due_at=NOW))
    place(rules, subject, subject_id)
    rules.when(erase(rules, END)).refused(ContentIsHeld)
    assert (KeyKind.PERSONAL, BEN) in rules.vault.keys


def test_nobody_is_erased_without_a_request(rules: Rules) -> None:
    rules.when(erase(rules, END)).refused(ErasureIsNotDue)
