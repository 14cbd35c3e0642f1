"""The inbox: what was written to me, what did I write, what stands in this thread?"""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.message import Message, SealedText
from domain.ports import Sealed, content
from domain.role import RecipientRole
from projections.inbox import PAGE, Inbox, InboxEntry
from runtime.stores import Stores
from tests.projections.town import ADA, ADAS_ADDRESS, BENS_ADDRESS, CARLAS_ADDRESS, Town

NOBODY = UUID(int=404)
MOMENTS = (timedelta(), timedelta(microseconds=1))


@pytest.fixture
def inbox(stores: Stores, town: Town) -> Inbox:
    """Ben at the desk and Carla the patient know Ada, and nothing was written since."""
    town.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE, "Welcome, Ben")
    town.write(ADAS_ADDRESS, CARLAS_ADDRESS, RecipientRole.PATIENT, "Welcome, Carla")
    town.join(BENS_ADDRESS, "Ben Desk")
    town.join(CARLAS_ADDRESS, "Carla Weiss")
    return Inbox(stores.pool)


def ids(entries: list[InboxEntry]) -> list[UUID]:
    return [entry.message_id for entry in entries]


def test_a_message_is_shown_to_both_ends_with_its_content_sealed(town: Town, inbox: Inbox):
    message_id = town.write(ADAS_ADDRESS, BENS_ADDRESS, subject="Lab work")
    sent_at = town.now.replace(minute=town.now.minute - 1)
    entry = InboxEntry(
        message_id=message_id,
        thread_id=message_id,
        sender_id=ADA,
        recipient_id=town.who(BENS_ADDRESS),
        subject=town.vault.seal("Lab work", content(message_id, "subject")),
        subject_ends_at=sent_at + timedelta(days=30),
        subject_recalled_at=None,
        body=town.vault.seal("Body of Lab work", content(message_id, "body")),
        sent_at=sent_at,
        ends_at=sent_at + timedelta(days=30),
        read_at=None,
        recalled_at=None,
        recall_reason=None,
        files=0,
        position=town.stores.log.head(),
    )
    assert inbox.received_by(town.who(BENS_ADDRESS))[0] == entry
    assert inbox.sent_by(ADA)[0] == entry


def test_a_reply_is_called_as_the_first_message_of_its_thread(town: Town, inbox: Inbox):
    first = town.write(ADAS_ADDRESS, BENS_ADDRESS, subject="Lab work")
    town.reply(ADAS_ADDRESS, town.reply(BENS_ADDRESS, first))
    ben = town.who(BENS_ADDRESS)
    answer, question = inbox.received_by(ben)[:2]
    assert (question.message_id, question.is_reply, answer.is_reply) == (first, False, True)
    assert answer.subject == town.vault.seal("Lab work", content(first, "subject"))
    assert answer.subject_ends_at == question.ends_at < answer.ends_at
    assert inbox.sent_by(ben)[0].subject == answer.subject
    assert [one.subject for one in inbox.thread_of(first, reader_id=ben)] == [answer.subject] * 3


def test_a_subject_is_over_with_the_first_message(town: Town, inbox: Inbox):
    first = town.write(ADAS_ADDRESS, BENS_ADDRESS)
    town.tick()
    town.reply(BENS_ADDRESS, first)
    [answer, *_] = inbox.received_by(ADA)
    assert [answer.is_subject_over(answer.subject_ends_at - one) for one in MOMENTS] == [
        True,
        False,
    ]
    assert not answer.is_over(answer.subject_ends_at)
    first_message: Message = town.stores.log.repository.get(first)
    first_message.recall(reason=Sealed("3.sealed"), told=None, by=ADA, at=town.now)
    town.stores.log.save(first_message)
    town.tick()
    [answer, *_] = inbox.received_by(ADA)
    assert answer.subject_recalled_at is not None
    assert answer.is_subject_over(town.now)
    assert not answer.is_over(town.now)


def test_what_replies_of_the_first_versions_repeat_is_left_out(town: Town, inbox: Inbox):
    first = town.write(ADAS_ADDRESS, BENS_ADDRESS)
    ben, reply_id = town.who(BENS_ADDRESS), town.new_id()
    original: Message = town.stores.log.repository.get(first)
    text = SealedText(Sealed("1.repeated"), Sealed("1.body"), 4)
    town.stores.log.save(
        Message.send(
            message_id=reply_id,
            sender_id=ben,
            recipient_id=ADA,
            in_reply_to=original,
            text=text,
            ends_at=original.ends_at,
            at=town.now,
        )
    )
    town.tick()
    with town.stores.pool.connection() as connection:
        rows = connection.execute(
            "SELECT subject FROM inbox.message WHERE message_id = %s", (reply_id,)
        ).fetchall()
    assert rows == [(None,)]
    assert inbox.received_by(ADA)[0].subject != text.subject


def test_everybody_has_an_inbox_of_his_own_with_the_newest_on_top(town: Town, inbox: Inbox):
    older = town.write(ADAS_ADDRESS, CARLAS_ADDRESS)
    newer = town.write(ADAS_ADDRESS, CARLAS_ADDRESS)
    answer = town.reply(CARLAS_ADDRESS, older)
    carla = town.who(CARLAS_ADDRESS)
    assert ids(inbox.received_by(carla))[:2] == [newer, older]
    assert ids(inbox.sent_by(carla)) == ids(inbox.received_by(ADA)) == [answer]
    assert ids(inbox.sent_by(ADA))[:2] == [newer, older]
    assert len(inbox.received_by(town.who(BENS_ADDRESS))) == 1
    assert inbox.received_by(NOBODY) == inbox.sent_by(NOBODY) == []


def test_long_lists_are_shown_page_by_page(town: Town, inbox: Inbox):
    sent = [town.write(ADAS_ADDRESS, BENS_ADDRESS) for _ in range(PAGE + 4)]
    ben = town.who(BENS_ADDRESS)
    first = inbox.received_by(ben)
    second = inbox.received_by(ben, before=first[-1].position)
    assert ids(first) == sent[:3:-1]
    assert ids(second)[:4] == sent[3::-1]
    assert len(second) == 5
    assert inbox.received_by(ben, before=second[-1].position) == []
    assert ids(inbox.sent_by(ADA, before=first[-1].position))[:4] == sent[3::-1]


def test_only_the_recipients_first_look_makes_a_message_read(town: Town, inbox: Inbox):
    message_id, ben = town.write(ADAS_ADDRESS, BENS_ADDRESS), town.who(BENS_ADDRESS)
    town.look(ADAS_ADDRESS, message_id)
    assert inbox.received_by(ben)[0].read_at is None
    first = town.look(BENS_ADDRESS, message_id)
    town.look(BENS_ADDRESS, message_id)
    assert inbox.received_by(ben)[0].read_at == first


def test_unread_counts_what_was_not_opened_and_has_not_ended(town: Town, inbox: Inbox):
    ben, before = town.who(BENS_ADDRESS), town.now
    one, _ = town.write(ADAS_ADDRESS, BENS_ADDRESS), town.write(ADAS_ADDRESS, BENS_ADDRESS)
    assert inbox.unread(ben, at=town.now) == 3
    town.look(BENS_ADDRESS, one)
    assert inbox.unread(ben, at=town.now) == 2
    assert inbox.unread(ben, at=before + timedelta(days=30)) == 1
    assert inbox.unread(ben, at=town.now + timedelta(days=30)) == 0
    assert inbox.unread(ADA, at=town.now) == 0


def test_a_thread_is_what_was_answered_to_each_other_oldest_first(town: Town, inbox: Inbox):
    question = town.write(ADAS_ADDRESS, BENS_ADDRESS)
    town.write(ADAS_ADDRESS, BENS_ADDRESS)
    answer = town.reply(BENS_ADDRESS, question)
    thanks = town.reply(ADAS_ADDRESS, answer)
    ben = town.who(BENS_ADDRESS)
    thread = [question, answer, thanks]
    assert ids(inbox.thread_of(question, reader_id=ADA)) == thread
    assert ids(inbox.thread_of(thanks, reader_id=ben)) == thread


def test_a_thread_of_others_is_like_one_that_does_not_exist(town: Town, inbox: Inbox):
    message_id = town.write(ADAS_ADDRESS, BENS_ADDRESS)
    assert inbox.thread_of(message_id, reader_id=town.who(CARLAS_ADDRESS)) == []
    assert inbox.thread_of(message_id, reader_id=NOBODY) == []
    assert inbox.thread_of(NOBODY, reader_id=ADA) == []


def test_people_have_corresponded_when_either_has_written(town: Town, inbox: Inbox):
    ben, carla = town.who(BENS_ADDRESS), town.who(CARLAS_ADDRESS)
    assert inbox.have_corresponded(ADA, ben)
    assert inbox.have_corresponded(ben, ADA)
    assert not inbox.have_corresponded(ben, carla)
    assert not inbox.have_corresponded(NOBODY, ADA)
