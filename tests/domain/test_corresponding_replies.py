"""How people answer what was written to them, and how each look at a message is recorded."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.corresponding import TextIsUnusable
from domain.message import Message, MessageHasEnded, NoSuchMessage
from tests.domain.people import (
    ADA,
    ADA_PAYS,
    BEN,
    BEN_IS_FREE,
    CARLA,
    CARLA_IS_A_PATIENT,
    MESSAGE,
    MOMENT,
    NOW,
    REPLY,
    YESTERDAY,
    sealed_content,
    written,
)
from tests.domain.rules import Rules
from tests.doubles.vault import MemoryVault
from tests.scenario import Fact, fact

END = YESTERDAY + timedelta(days=30)
TO_CARLA = UUID("00000000-0000-0000-0000-00000000cc03")
UNKNOWN = UUID("00000000-0000-0000-0000-00000000cc04")
PEOPLE = (*ADA_PAYS, *BEN_IS_FREE, *CARLA_IS_A_PATIENT)
ADA_WROTE_TO_BEN = written(MESSAGE, ADA, BEN)
ADA_WROTE_TO_CARLA = written(TO_CARLA, ADA, CARLA)


def reply(rules: Rules, **changed: Any) -> Callable[[], int]:
    asked: dict[str, Any] = {
        "message_id": REPLY,
        "sender_id": BEN,
        "to_message_id": MESSAGE,
        "body": "Thank you.",
        "at": NOW,
    }
    return lambda: rules.corresponding.reply(**(asked | changed))


def look(
    rules: Rules, reader_id: UUID, *message_ids: UUID, at: datetime = NOW
) -> Callable[[], int]:
    return lambda: rules.corresponding.look(reader_id=reader_id, message_ids=message_ids, at=at)


def replied(at: datetime = NOW) -> Fact:
    return fact(
        Message.MessageSent,
        REPLY,
        by=BEN,
        at=at,
        recipient_id=ADA,
        thread_id=MESSAGE,
        in_reply_to=MESSAGE,
        first_contact=False,
        subject=None,
        body=sealed_content("Thank you.", REPLY, "body"),
        body_length=10,
        ends_at=at + timedelta(days=30),
    )


def seen(message_id: UUID, by: UUID, at: datetime = NOW) -> Fact:
    return fact(Message.MessageRead, message_id, by=by, at=at)


def test_a_free_account_replies_to_who_wrote_in_the_same_thread(rules: Rules) -> None:
    rules.given(*PEOPLE, ADA_WROTE_TO_BEN)
    outcome = rules.when(reply(rules))
    outcome.then(replied())
    assert outcome.answer == rules.log.head()


def test_a_reply_to_a_reply_stays_in_the_thread(rules: Rules) -> None:
    rules.given(*PEOPLE, ADA_WROTE_TO_BEN, replied())
    outcome = rules.when(reply(rules, message_id=UNKNOWN, sender_id=ADA, to_message_id=REPLY))
    [answer] = outcome.appended
    assert (answer.payload["thread_id"], answer.payload["in_reply_to"]) == (MESSAGE, REPLY)
    assert answer.payload["subject"] is None


def test_a_reply_needs_no_key_of_what_it_answers() -> None:
    rules = Rules(vault=MemoryVault())
    rules.given(*PEOPLE, ADA_WROTE_TO_BEN)
    rules.when(reply(rules)).then(replied())


def test_replying_again_with_the_same_message_is_silent(rules: Rules) -> None:
    rules.given(*PEOPLE, ADA_WROTE_TO_BEN, replied())
    again = rules.when(reply(rules))
    again.then()
    assert again.answer == rules.log.head()


def test_replying_again_is_silent_even_when_the_thread_has_ended(rules: Rules) -> None:
    rules.given(*PEOPLE, ADA_WROTE_TO_BEN, replied())
    rules.when(reply(rules, at=END)).then()


def test_a_double_click_replies_once(rules: Rules) -> None:
    rules.given(*PEOPLE, ADA_WROTE_TO_BEN)
    rules.log.rivals.append(reply(rules))
    rules.when(reply(rules)).then(replied())


@pytest.mark.parametrize("to_message_id", [TO_CARLA, UNKNOWN, ADA], ids=["hers", "none", "a user"])
def test_one_replies_only_to_what_was_written_to_oneself(rules: Rules, to_message_id: UUID) -> None:
    rules.given(*PEOPLE, ADA_WROTE_TO_BEN, ADA_WROTE_TO_CARLA)
    rules.when(reply(rules, to_message_id=to_message_id)).refused(NoSuchMessage)


def test_one_does_not_reply_to_what_one_wrote(rules: Rules) -> None:
    rules.given(*PEOPLE, ADA_WROTE_TO_BEN)
    rules.when(reply(rules, sender_id=ADA)).refused(NoSuchMessage)


def test_a_message_is_answered_until_its_last_moment(rules: Rules) -> None:
    rules.given(*PEOPLE, ADA_WROTE_TO_BEN)
    rules.when(reply(rules, at=END)).refused(MessageHasEnded)
    rules.when(reply(rules, at=END - MOMENT)).then(replied(at=END - MOMENT))


@pytest.mark.parametrize("body", ["", " \n", "b" * 100_001], ids=["empty", "blank", "long"])
def test_a_reply_needs_a_body_within_its_limit(rules: Rules, body: str) -> None:
    rules.given(*PEOPLE, ADA_WROTE_TO_BEN)
    rules.when(reply(rules, body=body)).refused(TextIsUnusable)


def test_each_look_is_recorded(rules: Rules) -> None:
    rules.given(*PEOPLE, ADA_WROTE_TO_BEN, replied())
    outcome = rules.when(look(rules, BEN, MESSAGE, REPLY))
    outcome.then(seen(MESSAGE, BEN), seen(REPLY, BEN))
    rules.when(look(rules, BEN, MESSAGE)).then(seen(MESSAGE, BEN))
    rules.when(look(rules, ADA, MESSAGE)).then(seen(MESSAGE, ADA))


def test_looking_at_nothing_records_nothing(rules: Rules) -> None:
    rules.given(*PEOPLE, ADA_WROTE_TO_BEN)
    outcome = rules.when(look(rules, BEN))
    outcome.then()
    assert outcome.answer == 0


@pytest.mark.parametrize("other", [TO_CARLA, UNKNOWN], ids=["hers", "none"])
def test_a_look_at_what_is_not_ones_own_opens_nothing_at_all(rules: Rules, other: UUID) -> None:
    rules.given(*PEOPLE, ADA_WROTE_TO_BEN, ADA_WROTE_TO_CARLA)
    rules.when(look(rules, BEN, MESSAGE, other)).refused(NoSuchMessage)


def test_a_message_is_seen_until_its_last_moment(rules: Rules) -> None:
    rules.given(*PEOPLE, ADA_WROTE_TO_BEN)
    rules.when(look(rules, BEN, MESSAGE, at=END)).refused(MessageHasEnded)
    last = END - MOMENT
    rules.when(look(rules, BEN, MESSAGE, at=last)).then(seen(MESSAGE, BEN, last))


def test_two_looks_at_the_same_moment_are_both_recorded(rules: Rules) -> None:
    rules.given(*PEOPLE, ADA_WROTE_TO_BEN)
    rules.log.rivals.append(look(rules, ADA, MESSAGE))
    rules.when(look(rules, BEN, MESSAGE)).then(seen(MESSAGE, ADA), seen(MESSAGE, BEN))
