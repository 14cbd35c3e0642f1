"""How the sender ends a message: another end, or a recall."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from domain.expiry import ExpiryIsPast, ExpiryIsTooLate, ExpiryIsTooSoon
from domain.message import (
    Message,
    MessageHasEnded,
    MessageWasRecalled,
    NoSuchMessage,
    recall_reason,
)
from domain.practice import Practice
from domain.reason import LONGEST_REASON, ReasonIsUnusable
from domain.refusal import Refusal
from tests.domain.people import (
    ADA,
    ADA_PAYS,
    BEN,
    BEN_IS_FREE,
    CARLA,
    MESSAGE,
    MOMENT,
    NOW,
    REPLY,
    SAMPLE_DENTAL,
    SAMPLE_DENTAL_IS_OPEN,
    VAULT,
    written,
)
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

END = NOW + timedelta(days=30)
REASON = "It went to the wrong Ben."


@pytest.fixture
def written_to_ben(rules: Rules) -> Rules:
    people = (*SAMPLE_DENTAL_IS_OPEN, *ADA_PAYS, *BEN_IS_FREE)
    return rules.given(*people, written(MESSAGE, ADA, BEN, at=NOW))


def change(
    rules: Rules, ends_at: datetime, by: UUID = ADA, at: datetime = NOW
) -> Callable[[], int]:
    return lambda: rules.ending.change_expiry(message_id=MESSAGE, ends_at=ends_at, by=by, at=at)


def recall(
    rules: Rules,
    *message_ids: UUID,
    by: UUID = ADA,
    reason: str = REASON,
    at: datetime = NOW,
) -> Callable[[], int]:
    ids = message_ids or (MESSAGE,)
    return lambda: rules.ending.recall(message_ids=ids, reason=reason, by=by, at=at)


def look(rules: Rules, reader_id: UUID) -> Callable[[], int]:
    return lambda: rules.corresponding.look(reader_id=reader_id, message_ids=[MESSAGE], at=NOW)


def changed(ends_at: datetime, at: datetime = NOW) -> Fact:
    return fact(Message.ExpiryChanged, MESSAGE, by=ADA, at=at, ends_at=ends_at)


def recalled(
    message_id: UUID = MESSAGE,
    *,
    version: int = 2,
    told: UUID | None = BEN,
    at: datetime = NOW,
    by: UUID = ADA,
) -> Fact:
    reason = VAULT.seal(REASON, recall_reason(message_id, by, version))
    return fact(Message.MessageRecalled, message_id, by=by, at=at, reason=reason, told=told)


def test_the_sender_lets_a_message_end_sooner(written_to_ben: Rules) -> None:
    sooner = NOW + timedelta(hours=1)
    written_to_ben.when(change(written_to_ben, sooner)).then(changed(sooner))
    assert written_to_ben.now(Message, MESSAGE).is_over(sooner)


def test_the_sender_lets_a_message_end_later_as_far_as_the_practice_allows(
    written_to_ben: Rules,
) -> None:
    longer = fact(
        Practice.ExpiryRuleChanged,
        SAMPLE_DENTAL,
        by=ADA,
        at=NOW,
        shortest=2,
        usual=30,
        longest=60,
    )
    rules = written_to_ben.given(longer)
    rules.when(change(rules, NOW + timedelta(days=60))).then(changed(NOW + timedelta(days=60)))
    rules.when(change(rules, NOW + timedelta(days=61))).refused(ExpiryIsTooLate)
    rules.when(change(rules, NOW + timedelta(days=1))).refused(ExpiryIsTooSoon)


def test_the_end_that_it_has_already_changes_nothing(written_to_ben: Rules) -> None:
    written_to_ben.when(change(written_to_ben, END)).then()


@pytest.mark.parametrize(
    ("end", "at", "refusal"),
    [
        (NOW, NOW, ExpiryIsPast),
        (NOW + timedelta(days=1), NOW + timedelta(days=2), ExpiryIsPast),
        (END + MOMENT, NOW, ExpiryIsTooLate),
        (END + timedelta(days=1), END, MessageHasEnded),
    ],
)
def test_no_end_in_the_past_none_beyond_the_ceiling_and_none_for_what_has_ended(
    written_to_ben: Rules, end: datetime, at: datetime, refusal: type[Refusal]
) -> None:
    written_to_ben.when(change(written_to_ben, end, at=at)).refused(refusal)


@pytest.mark.parametrize("by", [BEN, CARLA])
def test_only_the_sender_chooses_the_end_and_recalls(written_to_ben: Rules, by: UUID) -> None:
    rules = written_to_ben
    rules.when(change(rules, NOW + timedelta(days=1), by=by)).refused(NoSuchMessage)
    rules.when(recall(rules, by=by)).refused(NoSuchMessage)


def test_a_recalled_message_is_closed_at_once_to_both_ends(written_to_ben: Rules) -> None:
    rules = written_to_ben
    rules.when(recall(rules, reason=f"  {REASON}\n")).then(recalled())
    rules.when(look(rules, ADA)).refused(MessageWasRecalled)
    rules.when(look(rules, BEN)).refused(MessageWasRecalled)
    rules.when(change(rules, NOW + timedelta(days=1))).refused(MessageWasRecalled)


def test_a_message_is_recalled_whether_it_was_read_or_not_and_who_read_it_is_not_told(
    written_to_ben: Rules,
) -> None:
    rules = written_to_ben.given(fact(Message.MessageRead, MESSAGE, by=BEN, at=NOW))
    rules.when(recall(rules)).then(recalled(version=3, told=None))


def test_a_look_of_the_sender_spares_nobody_the_news_of_a_recall(written_to_ben: Rules) -> None:
    rules = written_to_ben.given(fact(Message.MessageRead, MESSAGE, by=ADA, at=NOW))
    rules.when(recall(rules)).then(recalled(version=3))


def test_of_several_recalled_together_the_recipient_is_told_once(written_to_ben: Rules) -> None:
    third = UUID(int=3)
    rules = written_to_ben.given(
        written(REPLY, ADA, BEN, at=NOW),
        written(third, ADA, BEN, at=NOW),
        fact(Message.MessageRead, MESSAGE, by=BEN, at=NOW),
    )
    rules.when(recall(rules, MESSAGE, REPLY, third)).then(
        recalled(version=3, told=None), recalled(REPLY), recalled(third, told=None)
    )


def test_a_message_that_was_recalled_before_takes_no_news_from_another(
    written_to_ben: Rules,
) -> None:
    rules = written_to_ben.given(recalled(), written(REPLY, ADA, BEN, at=NOW))
    rules.when(recall(rules, MESSAGE, REPLY)).then(recalled(REPLY))


def test_recalling_twice_changes_nothing_even_after_the_end(written_to_ben: Rules) -> None:
    rules = written_to_ben.given(recalled())
    rules.when(recall(rules, reason="Another reason")).then()
    rules.when(recall(rules, at=END)).then()


def test_what_has_ended_is_not_recalled(written_to_ben: Rules) -> None:
    written_to_ben.when(recall(written_to_ben, at=END)).refused(MessageHasEnded)


def test_several_messages_are_recalled_together_or_not_at_all(written_to_ben: Rules) -> None:
    rules = written_to_ben.given(written(REPLY, ADA, BEN, at=NOW))
    unknown = UUID(int=1)
    rules.when(recall(rules, MESSAGE, unknown)).refused(NoSuchMessage)
    rules.when(recall(rules, MESSAGE, REPLY)).then(recalled(), recalled(REPLY, told=None))


@pytest.mark.parametrize("reason", ["", "  \n", "a" * (LONGEST_REASON + 1)])
def test_a_recall_needs_a_reason_of_bearable_length(written_to_ben: Rules, reason: str) -> None:
    written_to_ben.when(recall(written_to_ben, reason=reason)).refused(ReasonIsUnusable)


def test_whoever_changes_an_end_waits_for_the_turn_of_a_destruction(written_to_ben: Rules) -> None:
    rules = written_to_ben
    with rules.shredder.turn():
        assert not rules.shredder.lock.acquire(blocking=False)
    rules.when(change(rules, NOW + timedelta(days=1))).then(changed(NOW + timedelta(days=1)))
    assert rules.shredder.lock.acquire(blocking=False)
