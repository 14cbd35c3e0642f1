"""The files of messages: which there are, whose they are, who took them, and what remains."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from domain.aggregate import SWEEPER, get
from domain.message import Message, NoSuchMessage
from domain.ports import content
from domain.role import RecipientRole
from projections.inbox import AttachedFile, Inbox
from runtime.stores import Stores
from tests.projections.town import ADA, ADAS_ADDRESS, BENS_ADDRESS, CARLAS_ADDRESS, Town

MODEL, SCAN, PHOTO = (UUID(int=0xDD01 + number) for number in range(3))


@dataclass
class Post:
    """Ada and the files that she sends."""

    town: Town
    inbox: Inbox

    def send(self, to: str, *files: UUID) -> UUID:
        message_id = self.town.new_id()
        for one in files:
            self.town.uploads.arrived(one, owner_id=ADA)
        self.town.corresponding.send(
            message_id=message_id,
            sender_id=ADA,
            to=to,
            role=None,
            subject="Scans",
            body="Here they are.",
            attachment_ids=files,
            at=self.town.tick(),
        )
        self.town.tick()
        return message_id

    def take(self, attachment_id: UUID, by: UUID) -> datetime:
        at = self.town.tick()
        self.town.corresponding.attaching.download(attachment_id, by=by, at=at)
        self.town.tick()
        return at

    def end(self, message_id: UUID) -> None:
        message = get(self.town.stores.log, Message, message_id, NoSuchMessage)
        message.destroy_content(by=SWEEPER, at=self.town.now + timedelta(days=30))
        self.town.stores.log.save(message)
        self.town.tick()

    def listed(self, message_id: UUID, reader_id: UUID) -> list[UUID]:
        found = self.inbox.files_of([message_id], reader_id=reader_id)
        return [file.attachment_id for files in found.values() for file in files]

    def taken_at(self, attachment_id: UUID) -> datetime | None:
        file = self.inbox.file(attachment_id, reader_id=ADA)
        assert file is not None
        return file.downloaded_at


@pytest.fixture
def post(stores: Stores, town: Town) -> Post:
    """Ben and Carla know Ada."""
    town.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    town.write(ADAS_ADDRESS, CARLAS_ADDRESS, RecipientRole.PATIENT)
    return Post(town, Inbox(stores.pool))


@pytest.fixture
def ben(town: Town, post: Post) -> UUID:
    del post
    return town.who(BENS_ADDRESS)


def test_a_file_is_what_was_sent_and_its_name_is_sealed(post: Post, ben: UUID):
    message_id = post.send(BENS_ADDRESS, SCAN)
    sent = post.town.uploads.files[ADA, SCAN]
    shown = AttachedFile(SCAN, message_id, sent.name, 1000, "pdf", "d1" * 32, None)
    assert post.inbox.file(SCAN, reader_id=ben) == post.inbox.file(SCAN, reader_id=ADA) == shown


def test_the_files_of_a_message_are_listed_in_the_order_in_which_they_were_attached(
    post: Post, ben: UUID
):
    first, second = post.send(BENS_ADDRESS, SCAN, MODEL), post.send(BENS_ADDRESS, PHOTO)
    assert [post.listed(first, one) for one in (ADA, ben)] == [[SCAN, MODEL]] * 2
    both = post.inbox.files_of([first, second], reader_id=ben)
    assert {one: len(files) for one, files in both.items()} == {first: 2, second: 1}


def test_a_list_says_how_many_files_a_message_has(post: Post, ben: UUID):
    post.send(BENS_ADDRESS, SCAN, MODEL)
    assert [entry.files for entry in post.inbox.received_by(ben)] == [2, 0]


def test_somebody_elses_files_are_like_none(post: Post):
    message_id, carla = post.send(BENS_ADDRESS, SCAN), post.town.who(CARLAS_ADDRESS)
    assert (post.listed(message_id, carla), post.inbox.file(SCAN, reader_id=carla)) == ([], None)
    assert post.inbox.file(MODEL, reader_id=ADA) is None


def test_only_the_first_time_counts_that_the_recipient_took_a_file(post: Post, ben: UUID):
    post.send(BENS_ADDRESS, SCAN, MODEL)
    post.take(SCAN, by=ADA)
    assert post.taken_at(SCAN) is None
    first = post.take(SCAN, by=ben)
    post.take(SCAN, by=ben)
    assert (post.taken_at(SCAN), post.taken_at(MODEL)) == (first, None)


def test_of_what_was_destroyed_no_name_and_no_content_remains(post: Post, ben: UUID):
    ended, other = post.send(BENS_ADDRESS, SCAN, MODEL), post.send(BENS_ADDRESS, PHOTO)
    post.end(ended)
    assert (post.listed(ended, ben), post.listed(other, ben)) == ([], [PHOTO])
    assert post.inbox.file(SCAN, reader_id=ADA) is None
    left = {one.message_id: (one.subject, one.body) for one in post.inbox.received_by(ben)}
    assert left[ended] == (None, None)
    assert left[other] == tuple(
        post.town.vault.seal(text, content(other, place))
        for text, place in (("Scans", "subject"), ("Here they are.", "body"))
    )
    with post.inbox.pool.connection() as connection:
        rows = connection.execute("SELECT attachment_id, name IS NULL FROM inbox.file").fetchall()
    assert dict(rows) == {SCAN: True, MODEL: True, PHOTO: False}
