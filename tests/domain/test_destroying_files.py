"""Files end with their message, and those without a message are cleared away; no hold is passed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from domain.aggregate import OPERATOR, SWEEPER
from domain.holding import ContentIsHeld
from domain.legal_hold import Subject
from domain.message import Message
from domain.ports import KeyKind
from domain.uploads import AttachmentsAreUnavailable, FileWasSent
from tests.domain.people import (
    ADA,
    ADA_PAYS,
    BEN,
    BEN_IS_FREE,
    BENS_ADDRESS,
    CARLA,
    CARLA_IS_A_PATIENT,
    DORA,
    DORA_IS_ELSEWHERE,
    MESSAGE,
    NOW,
    OTHER_DENTAL,
    SAMPLE_DENTAL,
    SAMPLE_DENTAL_IS_OPEN,
    VAULT,
    opened,
)
from tests.domain.rules import Rules
from tests.doubles.shredder import MemoryShredder
from tests.doubles.uploads import MemoryUploads
from tests.doubles.vault import MemoryVault
from tests.scenario import Outcome, fact

SCAN = UUID(int=0xDD01)
MODEL = UUID(int=0xDD02)
HOLD = UUID(int=0xEE01)
END = NOW + timedelta(days=30)


@pytest.fixture
def rules() -> Rules:
    """Ada sent Ben two files; the keys are this test's own."""
    vault = MemoryVault(set(VAULT.keys), VAULT.sealed)
    others = (*BEN_IS_FREE, *CARLA_IS_A_PATIENT, *DORA_IS_ELSEWHERE)
    rules = Rules(vault=vault).given(
        *SAMPLE_DENTAL_IS_OPEN, *opened(OTHER_DENTAL, "Other Dental", DORA), *ADA_PAYS, *others
    )
    for one in (SCAN, MODEL):
        rules.uploads.arrived(one, owner_id=ADA)
    rules.corresponding.send(
        message_id=MESSAGE,
        sender_id=ADA,
        to=BENS_ADDRESS,
        role=None,
        subject="Scans",
        body="Two of them.",
        attachment_ids=[SCAN, MODEL],
        at=NOW,
    )
    return rules


def keys(rules: Rules) -> set[UUID]:
    return {owner for kind, owner in rules.vault.keys if kind is KeyKind.CONTENT}


def destroy(rules: Rules) -> Outcome:
    return rules.when(lambda: rules.destroying.destroy_content(MESSAGE, at=END))


def place(rules: Rules, subject: Subject, subject_id: UUID) -> None:
    about = {"subject": subject, "subject_id": subject_id, "reason": "Case 7"}
    rules.holding.place(hold_id=HOLD, by=OPERATOR, at=NOW, **about)


def lift(rules: Rules, subject_id: UUID) -> None:
    about = {"subject_id": subject_id, "reason": "Case closed"}
    rules.holding.lift(hold_id=HOLD, by=OPERATOR, at=NOW, **about)


def test_the_keys_of_a_message_and_its_files_go_first_then_the_files_then_the_record(rules: Rules):
    destroy(rules).then(
        fact(
            Message.ContentDestroyed,
            MESSAGE,
            by=SWEEPER,
            at=END,
            because="expired",
            attachment_ids=[SCAN, MODEL],
        )
    )
    assert keys(rules).isdisjoint({MESSAGE, SCAN, MODEL})
    assert rules.uploads.discarded == [SCAN, MODEL]


def test_files_that_cannot_be_deleted_just_now_are_closed_all_the_same_and_cleared_away_later(
    rules: Rules,
):
    rules.uploads.is_out_of_order = True
    assert [one.event for one in destroy(rules).appended] == [Message.ContentDestroyed]
    assert keys(rules).isdisjoint({MESSAGE, SCAN, MODEL})
    rules.when(lambda: clear_away(rules, SCAN, ADA)).refused(AttachmentsAreUnavailable)
    rules.uploads.is_out_of_order = False
    clear_away(rules, SCAN, ADA)
    assert rules.uploads.discarded == [SCAN]


@pytest.mark.parametrize(
    ("subject", "subject_id"),
    [
        (Subject.THREAD, MESSAGE),
        (Subject.PERSON, ADA),
        (Subject.PERSON, BEN),
        (Subject.PRACTICE, SAMPLE_DENTAL),
    ],
)
def test_no_file_of_a_message_that_is_held_is_destroyed(
    rules: Rules, subject: Subject, subject_id: UUID
):
    place(rules, subject, subject_id)
    destroy(rules).refused(ContentIsHeld)
    rules.when(lambda: clear_away(rules, SCAN, ADA)).refused(FileWasSent)
    assert (keys(rules) >= {MESSAGE, SCAN, MODEL}, rules.uploads.discarded) == (True, [])
    lift(rules, subject_id)
    destroy(rules)
    assert rules.uploads.discarded == [SCAN, MODEL]


def clear_away(rules: Rules, attachment_id: UUID, owner_id: UUID) -> None:
    rules.destroying.destroy_upload(attachment_id, owner_id=owner_id, at=END)


def test_a_file_that_went_with_no_message_is_cleared_away(rules: Rules):
    unsent = UUID(int=0xDD03)
    rules.uploads.arrived(unsent, owner_id=BEN)
    rules.when(lambda: clear_away(rules, unsent, BEN)).then()
    assert (unsent in keys(rules), rules.uploads.discarded) == (False, [unsent])


def test_a_file_that_cannot_be_deleted_just_now_is_closed_and_tried_again(rules: Rules):
    unsent = UUID(int=0xDD03)
    rules.uploads.arrived(unsent, owner_id=BEN)
    rules.uploads.is_out_of_order = True
    rules.when(lambda: clear_away(rules, unsent, BEN)).refused(AttachmentsAreUnavailable)
    assert unsent not in keys(rules)
    rules.uploads.is_out_of_order = False
    rules.when(lambda: clear_away(rules, unsent, BEN)).then()
    assert rules.uploads.discarded == [unsent]


def test_a_file_of_nobody_whom_the_log_knows_is_cleared_away(rules: Rules):
    unsent, nobody = UUID(int=0xDD03), UUID(int=404)
    rules.uploads.arrived(unsent, owner_id=nobody)
    rules.when(lambda: clear_away(rules, unsent, nobody)).then()
    assert rules.uploads.discarded == [unsent]


def test_a_file_for_which_somebody_came_back_meanwhile_stays(rules: Rules):
    unsent = UUID(int=0xDD03)
    rules.uploads.arrived(unsent, owner_id=BEN)
    rules.uploads.wanted.add(unsent)
    rules.when(lambda: clear_away(rules, unsent, BEN)).then()
    assert (unsent in keys(rules), rules.uploads.discarded) == (True, [])


def test_a_file_that_went_with_a_message_is_not(rules: Rules):
    rules.when(lambda: clear_away(rules, SCAN, ADA)).refused(FileWasSent)
    assert (SCAN in keys(rules), rules.uploads.discarded) == (True, [])
    assert rules.uploads.kept == [SCAN]


@pytest.mark.parametrize(
    ("owner_id", "subject", "subject_id"),
    [
        (DORA, Subject.PRACTICE, OTHER_DENTAL),
        (DORA, Subject.PRACTICE, SAMPLE_DENTAL),
        (BEN, Subject.PERSON, BEN),
        (BEN, Subject.PRACTICE, SAMPLE_DENTAL),
        (CARLA, Subject.PERSON, CARLA),
        (CARLA, Subject.PRACTICE, SAMPLE_DENTAL),
    ],
)
def test_what_somebody_held_did_not_send_stays_until_the_hold_is_lifted(
    rules: Rules, owner_id: UUID, subject: Subject, subject_id: UUID
):
    unsent = UUID(int=0xDD03)
    rules.uploads.arrived(unsent, owner_id=owner_id)
    place(rules, subject, subject_id)
    rules.when(lambda: clear_away(rules, unsent, owner_id)).refused(ContentIsHeld)
    assert (unsent in keys(rules), rules.uploads.discarded) == (True, [])
    lift(rules, subject_id)
    clear_away(rules, unsent, owner_id)
    assert unsent not in keys(rules)


@dataclass
class Stuck(MemoryUploads, MemoryShredder):
    """Destroys keys, or deletes files, or is cut off at one of these."""

    at: str = ""

    def shred(self, kind: KeyKind, owners: Sequence[UUID]) -> None:
        self.go_on("shred")
        super().shred(kind, owners)

    def clear_away(self, attachment_ids: Sequence[UUID], *, at: datetime) -> None:
        self.go_on("clear away")
        super().clear_away(attachment_ids, at=at)

    def go_on(self, step: str) -> None:
        if step == self.at:
            raise ConnectionError(step)


@pytest.mark.parametrize(("step", "is_shredded"), [("shred", False), ("clear away", True)])
def test_a_destruction_that_is_cut_off_has_done_the_steps_before_and_records_nothing(
    rules: Rules, step: str, *, is_shredded: bool
):
    stuck = Stuck(rules.vault, at=step)
    destroying = replace(rules.destroying, shredder=stuck, remains=stuck)
    with pytest.raises(ConnectionError):
        destroying.destroy_content(MESSAGE, at=END)
    assert keys(rules).isdisjoint({MESSAGE, SCAN, MODEL}) == is_shredded
    assert stuck.discarded == []
    assert not rules.now(Message, MESSAGE).is_destroyed
