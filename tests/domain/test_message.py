"""One message: who may look at it, until when, and who may answer."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.catalogue import payload_of
from domain.message import Message, MessageHasEnded, NoSuchMessage, SealedText
from domain.ports import Sealed
from tests.domain.people import (
    ADA,
    BEN,
    CARLA,
    MESSAGE,
    MOMENT,
    NOW,
    REPLY,
    sealed_content,
    written,
)
from tests.domain.rules import Rules
from tests.scenario import fact

ADA_WROTE_TO_BEN = written(MESSAGE, ADA, BEN, at=NOW)
END = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


def look(rules: Rules, by: UUID, at: datetime) -> None:
    message = rules.now(Message, MESSAGE)
    message.look(by=by, at=at)
    rules.log.save(message)


def answer(rules: Rules, by: UUID, at: datetime) -> None:
    original: Message = rules.now(Message, MESSAGE)
    original.require_reply_by(by, at=at)
    reply = Message.send(
        message_id=REPLY,
        sender_id=by,
        recipient_id=original.sender_id,
        in_reply_to=original,
        text=SealedText(
            subject=None,
            body=sealed_content("Thank you.", REPLY, "body"),
            body_length=10,
        ),
        ends_at=at + timedelta(days=30),
        at=at,
    )
    rules.log.save(reply)


def test_subject_and_body_exist_only_sealed() -> None:
    payload = payload_of(Message.MessageSent)
    assert (payload["subject"], payload["body"]) == (Sealed | None, Sealed)
    assert str not in payload.values()


@pytest.mark.parametrize("reader", [ADA, BEN])
def test_its_sender_and_its_recipient_may_look_at_it_and_each_look_is_recorded(
    rules: Rules, reader: UUID
) -> None:
    rules.given(ADA_WROTE_TO_BEN, fact(Message.MessageRead, MESSAGE, by=reader, at=NOW))
    rules.when(lambda: look(rules, reader, NOW)).then(
        fact(Message.MessageRead, MESSAGE, by=reader, at=NOW)
    )


def test_nobody_else_may_look_at_it(rules: Rules) -> None:
    rules.given(ADA_WROTE_TO_BEN)
    rules.when(lambda: look(rules, CARLA, NOW)).refused(NoSuchMessage)


def test_a_message_may_be_looked_at_until_the_last_moment_of_30_days(rules: Rules) -> None:
    rules.given(ADA_WROTE_TO_BEN)
    rules.when(lambda: look(rules, BEN, END - MOMENT)).then(
        fact(Message.MessageRead, MESSAGE, by=BEN, at=END - MOMENT)
    )


def test_nobody_looks_at_a_message_after_its_end(rules: Rules) -> None:
    rules.given(ADA_WROTE_TO_BEN)
    rules.when(lambda: look(rules, BEN, END)).refused(MessageHasEnded)


def test_that_a_message_has_ended_is_not_told_to_strangers(rules: Rules) -> None:
    rules.given(ADA_WROTE_TO_BEN)
    rules.when(lambda: look(rules, CARLA, END)).refused(NoSuchMessage)
    rules.when(lambda: answer(rules, CARLA, END)).refused(NoSuchMessage)


def test_a_reply_goes_to_who_wrote_in_the_same_thread(rules: Rules) -> None:
    rules.given(ADA_WROTE_TO_BEN)
    rules.when(lambda: answer(rules, BEN, END - MOMENT)).then(
        fact(
            Message.MessageSent,
            REPLY,
            by=BEN,
            at=END - MOMENT,
            recipient_id=ADA,
            thread_id=MESSAGE,
            in_reply_to=MESSAGE,
            first_contact=False,
            subject=None,
            body=sealed_content("Thank you.", REPLY, "body"),
            body_length=10,
            ends_at=datetime(2026, 5, 1, 9, 0, tzinfo=UTC) - MOMENT,
        )
    )


@pytest.mark.parametrize("other", [ADA, CARLA])
def test_only_the_recipient_may_answer(rules: Rules, other: UUID) -> None:
    rules.given(ADA_WROTE_TO_BEN)
    rules.when(lambda: answer(rules, other, NOW)).refused(NoSuchMessage)


def test_nobody_answers_a_message_after_its_end(rules: Rules) -> None:
    rules.given(ADA_WROTE_TO_BEN)
    rules.when(lambda: answer(rules, BEN, END)).refused(MessageHasEnded)


def test_a_message_that_answers_none_begins_a_thread() -> None:
    message = Message.send(
        message_id=MESSAGE,
        sender_id=ADA,
        recipient_id=BEN,
        text=SealedText(
            subject=sealed_content("Lab results", MESSAGE, "subject"),
            body=sealed_content("They have come.", MESSAGE, "body"),
            body_length=15,
        ),
        ends_at=END,
        at=NOW,
    )
    assert (message.thread_id, message.sender_id, message.recipient_id) == (MESSAGE, ADA, BEN)
