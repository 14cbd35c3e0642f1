"""Every way on which something is destroyed, with every hold that can lie on it: none gets by."""

import ast
import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from domain.aggregate import OPERATOR
from domain.erasure import Erasure, erasure_of
from domain.holding import ContentIsHeld
from domain.legal_hold import LegalHolds, Subject, hold_reason
from domain.message import Message
from domain.ports import KeyKind
from domain.practice import Practice
from tests.domain.people import (
    ADA,
    ADA_PAYS,
    BEN,
    BEN_IS_FREE,
    CARLA,
    CARLA_IS_A_PATIENT,
    DORA,
    DORA_PAYS,
    MESSAGE,
    NOW,
    OTHER_DENTAL,
    REPLY,
    SAMPLE_DENTAL,
    SAMPLE_DENTAL_IS_OPEN,
    VAULT,
    opened,
    sealed_content,
    written,
)
from tests.domain.rules import Rules
from tests.doubles.vault import MemoryVault
from tests.house.tree import ROOMS, ROOT, modules, parsed
from tests.scenario import fact

END = NOW + timedelta(days=30)
LATER = END + timedelta(days=1)
DELETES_A_KEY = re.compile(r"(DELETE\s+FROM|TRUNCATE)\s+vault\.data_key")
HOLD, SECOND = UUID(int=0xEE01), UUID(int=0xEE02)
EVERYBODY = (
    *SAMPLE_DENTAL_IS_OPEN,
    *opened(OTHER_DENTAL, "Other Dental", DORA),
    *(*ADA_PAYS, *BEN_IS_FREE, *CARLA_IS_A_PATIENT, *DORA_PAYS),
)


@pytest.fixture
def rules() -> Rules:
    """Ada wrote to Dora, who has a practice of her own; the keys are this test's own."""
    for message_id in (MESSAGE, REPLY):
        sealed_content("Lab results", message_id, "subject")
    vault = MemoryVault(set(VAULT.keys), VAULT.sealed)
    return Rules(vault=vault).given(*EVERYBODY, written(MESSAGE, ADA, DORA, at=NOW))


def its_time_comes(rules: Rules) -> None:
    """Let nothing happen until the end."""
    assert rules.now(Message, MESSAGE).is_over(LATER)


def it_is_recalled(rules: Rules) -> None:
    rules.ending.recall(message_ids=[MESSAGE], reason="Wrong person", by=ADA, at=NOW)


def it_is_recalled_with_all_others(rules: Rules) -> None:
    rules.given(written(REPLY, ADA, DORA, at=NOW))
    rules.ending.recall(message_ids=[MESSAGE, REPLY], reason="Wrong person", by=ADA, at=NOW)


def its_end_is_moved_near(rules: Rules) -> None:
    sooner = NOW + timedelta(minutes=1)
    rules.ending.change_expiry(message_id=MESSAGE, ends_at=sooner, by=ADA, at=NOW)


def the_practice_lets_messages_live_no_longer(rules: Rules) -> None:
    days = {"shortest": 0, "usual": 1, "longest": 1}
    rules.given(fact(Practice.ExpiryRuleChanged, SAMPLE_DENTAL, by=ADA, at=NOW, **days))


def its_key_was_half_destroyed_before(rules: Rules) -> None:
    """Let a destroyer die between the key and the record of an earlier, other message."""
    rules.given(written(REPLY, ADA, DORA, at=NOW))
    rules.shredder.shred(KeyKind.CONTENT, [REPLY])


MESSAGE_ROUTES = [
    its_time_comes,
    it_is_recalled,
    it_is_recalled_with_all_others,
    its_end_is_moved_near,
    the_practice_lets_messages_live_no_longer,
    its_key_was_half_destroyed_before,
]
MESSAGE_HOLDS = [
    (Subject.THREAD, MESSAGE),
    (Subject.PERSON, ADA),
    (Subject.PERSON, DORA),
    (Subject.PRACTICE, SAMPLE_DENTAL),
    (Subject.PRACTICE, OTHER_DENTAL),
]


def it_is_asked_for(rules: Rules) -> None:
    told = {"practice_id": SAMPLE_DENTAL, "due_at": END}
    rules.given(
        *(
            fact(Erasure.ErasureRequested, erasure_of(one), by=ADA, at=NOW, user_id=one, **told)
            for one in (BEN, CARLA)
        )
    )


def it_is_asked_for_without_any_retention(rules: Rules) -> None:
    rules.given(fact(Practice.RetentionChanged, SAMPLE_DENTAL, by=ADA, at=NOW, days=0))
    for one in (BEN, CARLA):
        rules.erasing.request(user_id=one, by=ADA, at=NOW)


def it_is_asked_for_again(rules: Rules) -> None:
    it_is_asked_for_without_any_retention(rules)
    for one in (BEN, CARLA):
        rules.erasing.withdraw(user_id=one, by=ADA, at=NOW)
        rules.erasing.request(user_id=one, by=ADA, at=NOW)


ERASURE_ROUTES = [it_is_asked_for, it_is_asked_for_without_any_retention, it_is_asked_for_again]
ERASURE_HOLDS = [
    (BEN, Subject.PERSON, BEN),
    (BEN, Subject.PRACTICE, SAMPLE_DENTAL),
    (CARLA, Subject.PERSON, CARLA),
    (CARLA, Subject.PRACTICE, SAMPLE_DENTAL),  # a patient has none; the one that asked counts
]


def place(
    rules: Rules, subject: Subject, subject_id: UUID, hold_id: UUID = HOLD, at: datetime = NOW
) -> None:
    about = {"subject": subject, "subject_id": subject_id, "reason": "Case 7"}
    rules.holding.place(hold_id=hold_id, by=OPERATOR, at=at, **about)


def lift(rules: Rules, subject_id: UUID, hold_id: UUID = HOLD) -> None:
    about = {"subject_id": subject_id, "reason": "Case closed"}
    rules.holding.lift(hold_id=hold_id, by=OPERATOR, at=LATER, **about)


def destroy(rules: Rules) -> Callable[[], int]:
    return lambda: rules.destroying.destroy_content(MESSAGE, at=LATER)


def erase(rules: Rules, user_id: UUID) -> Callable[[], int]:
    return lambda: rules.destroying.erase(user_id, address_id=None, at=LATER)


def has_content(rules: Rules) -> bool:
    return (KeyKind.CONTENT, MESSAGE) in rules.vault.keys


@pytest.mark.parametrize(
    ("route", "held", "is_held_first"), list(product(MESSAGE_ROUTES, MESSAGE_HOLDS, (True, False)))
)
def test_no_way_to_end_a_message_gets_by_a_hold(
    rules: Rules,
    route: Callable[[Rules], None],
    held: tuple[Subject, UUID],
    *,
    is_held_first: bool,
) -> None:
    for act in (lambda: place(rules, *held), lambda: route(rules))[:: 1 if is_held_first else -1]:
        act()
    rules.when(destroy(rules)).refused(ContentIsHeld)
    assert has_content(rules)
    lift(rules, held[1])
    rules.destroying.destroy_content(MESSAGE, at=LATER)
    assert not has_content(rules)


@pytest.mark.parametrize(("route", "held"), list(product(ERASURE_ROUTES, ERASURE_HOLDS)))
def test_no_way_to_erase_a_person_gets_by_a_hold(
    rules: Rules, route: Callable[[Rules], None], held: tuple[UUID, Subject, UUID]
) -> None:
    user_id, subject, subject_id = held
    rules.passwords.passwords[user_id] = "quiet-lantern-orbit-fig"
    route(rules)
    place(rules, subject, subject_id)
    rules.when(erase(rules, user_id)).refused(ContentIsHeld)
    assert (KeyKind.PERSONAL, user_id) in rules.vault.keys
    assert user_id in rules.passwords.passwords
    lift(rules, subject_id)
    rules.destroying.erase(user_id, address_id=None, at=LATER)
    assert (KeyKind.PERSONAL, user_id) not in rules.vault.keys


@pytest.mark.parametrize("end", ["sender", "recipient"])
def test_the_erasure_of_either_end_destroys_nothing_of_a_conversation_that_is_held(
    rules: Rules, end: str
) -> None:
    sender, recipient = (BEN, DORA) if end == "sender" else (DORA, BEN)
    rules.given(written(REPLY, sender, recipient, at=NOW))
    it_is_asked_for(rules)
    place(rules, Subject.THREAD, REPLY)
    rules.destroying.erase(BEN, address_id=None, at=LATER)
    rules.when(lambda: rules.destroying.destroy_content(REPLY, at=LATER)).refused(ContentIsHeld)
    assert (KeyKind.CONTENT, REPLY) in rules.vault.keys


def test_as_long_as_one_of_several_holds_lies_nothing_is_destroyed(rules: Rules) -> None:
    place(rules, Subject.THREAD, MESSAGE)
    place(rules, Subject.THREAD, MESSAGE, SECOND)
    place(rules, Subject.PERSON, DORA, UUID(int=0xEE03))
    for hold_id, subject_id in ((HOLD, MESSAGE), (SECOND, MESSAGE)):
        lift(rules, subject_id, hold_id)
        rules.when(destroy(rules)).refused(ContentIsHeld)
    lift(rules, DORA, UUID(int=0xEE03))
    rules.destroying.destroy_content(MESSAGE, at=LATER)
    assert not has_content(rules)


def test_a_hold_placed_during_a_destruction_waits_and_comes_after_it(rules: Rules) -> None:
    placing = threading.Thread(
        target=place, args=(rules, Subject.THREAD, MESSAGE), kwargs={"at": LATER}
    )
    with rules.shredder.turn():
        placing.start()
        placing.join(timeout=0.2)
        assert placing.is_alive()
        rules.destroying.destroy_content(MESSAGE, at=LATER)
    placing.join()
    order = [one.event for one in rules.facts()][-3:]
    assert order == [
        Message.ContentDestroyed,
        LegalHolds.RegisterOpened,
        LegalHolds.LegalHoldPlaced,
    ]


def test_a_destruction_begun_during_the_placing_of_a_hold_waits_and_is_refused(
    rules: Rules,
) -> None:
    refusals: list[object] = []

    def sweep() -> None:
        with rules.shredder.turn():
            refusals.append(rules.when(destroy(rules)).refusal)

    sweeping = threading.Thread(target=sweep)
    with rules.shredder.turn():
        sweeping.start()
        sweeping.join(timeout=0.2)
        assert refusals == []
        register = LegalHolds.begin(Subject.THREAD, MESSAGE, by=OPERATOR, at=LATER)
        reason = rules.vault.seal("Case 7", hold_reason(HOLD, 2))
        about = {"hold_id": HOLD, "practice_id": None, "reason": reason}
        register.place(by=OPERATOR, at=LATER, **about)
        rules.log.save(register)
    sweeping.join()
    assert [type(one) for one in refusals] == [ContentIsHeld]
    assert has_content(rules)


def callers(method: str) -> set[str]:
    """Return the modules of the house in which a method of that name is called."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in modules(ROOT, *ROOMS)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr == method
    }


def test_there_is_no_other_way_to_destroy_a_key() -> None:
    assert callers("shred") == {"adapters/shredder.py", "domain/destroying.py"}
    assert callers("destroy_content") == {"domain/destroying.py", "runtime/sweeper.py"}
    assert callers("destroy_upload") == {"runtime/sweeper.py"}
    assert callers("clear_away") == {"domain/destroying.py"}
    assert callers("erase") == {"runtime/sweeper.py"}
    assert callers("forget") == {"domain/destroying.py"}
    deleting = [one for one in modules(ROOT, *ROOMS) if DELETES_A_KEY.search(one.read_text())]
    assert [path.name for path in deleting] == ["shredder.py"]
