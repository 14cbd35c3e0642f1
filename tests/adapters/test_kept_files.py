"""What is kept of files is handed out only as it was sent, small pictures included."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import LiteralString
from uuid import UUID

import pytest

from adapters.blobs import Blob, BlobsAreUnavailable
from adapters.shredder import PostgresShredder
from adapters.upload_slots import UNSENT_FOR
from domain.attachment import AttachmentIsDamaged
from domain.ports import KeyKind
from domain.uploads import AttachmentsAreUnavailable
from runtime.stores import Stores
from tests.adapters.upload_desk import ADA, SCAN, Desk
from tests.fixtures.clock import Clock
from tests.fixtures.files import jpeg, png

JPEG_SIGNATURE = b"\xff\xd8\xff"


@pytest.fixture
def desk(empty_vault: Stores, clock: Clock) -> Desk:
    with empty_vault.pool.connection() as connection:
        connection.execute("DELETE FROM attachments.file")
    return Desk(empty_vault, clock)


def arrived(desk: Desk, content: bytes) -> UUID:
    attachment_id = desk.begin(length=len(content))
    desk.receive(attachment_id, content)
    return attachment_id


@pytest.fixture
def pictures(desk: Desk) -> tuple[UUID, UUID]:
    return arrived(desk, png()), arrived(desk, jpeg())


ALTER = """
UPDATE attachments.file SET preview = overlay(preview placing 'x' from 40)
WHERE attachment_id = %s
"""

COPY = """
UPDATE attachments.file SET preview = other.preview FROM attachments.file AS other
WHERE file.attachment_id = %s AND other.attachment_id = %s
"""


def change(desk: Desk, statement: LiteralString, *ids: UUID) -> None:
    with desk.stores.pool.connection() as connection:
        connection.execute(statement, ids)


def test_a_small_picture_is_shown_of_those_that_are_asked_for_and_are_pictures(
    desk: Desk, pictures: tuple[UUID, UUID]
):
    scan = arrived(desk, SCAN[:1000])
    shown = desk.files.previews([pictures[0], scan])
    assert list(shown) == [pictures[0]]
    assert shown[pictures[0]].startswith(JPEG_SIGNATURE)
    assert desk.files.previews([]) == desk.files.previews([scan]) == {}


@pytest.mark.usefixtures("pictures")
def test_no_small_picture_lies_in_clear(desk: Desk):
    with desk.stores.pool.connection() as connection:
        rows = connection.execute("SELECT preview FROM attachments.file").fetchall()
    assert [JPEG_SIGNATURE in row[0] for row in rows] == [False, False]


def test_a_small_picture_that_was_altered_is_left_out_and_the_others_are_shown(
    desk: Desk, pictures: tuple[UUID, UUID]
):
    change(desk, ALTER, pictures[0])
    assert list(desk.files.previews(pictures)) == [pictures[1]]


def test_a_small_picture_under_another_file_is_left_out(desk: Desk, pictures: tuple[UUID, UUID]):
    first, second = pictures
    change(desk, COPY, second, first)
    assert list(desk.files.previews(pictures)) == [first]


def test_a_small_picture_whose_key_is_gone_is_left_out(desk: Desk, pictures: tuple[UUID, UUID]):
    PostgresShredder(desk.stores.pool).shred(KeyKind.CONTENT, pictures[:1])
    assert list(desk.files.previews(pictures)) == [pictures[1]]


def test_a_file_is_what_its_message_says_and_not_what_its_row_says(desk: Desk):
    scan = arrived(desk, SCAN[:1000])
    [file] = desk.uploads.whole([scan], owner_id=ADA, at=desk.clock())
    for other in (replace(file, digest="00" * 32), replace(file, length=999)):
        with pytest.raises(AttachmentIsDamaged):
            desk.files.opened(other)


def test_a_storage_that_cannot_be_reached_is_not_damage(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    def silent(*_: object) -> Iterator[bytes]:
        raise BlobsAreUnavailable

    scan = arrived(desk, SCAN[:1000])
    monkeypatch.setattr(desk.blobs, "read", silent)
    with pytest.raises(AttachmentsAreUnavailable):
        desk.content(scan)


def test_only_what_is_cleared_away_goes(desk: Desk):
    scan, model = desk.begin(length=1000), desk.begin(length=1000)
    for one in (scan, model):
        desk.receive(one, SCAN[:1000])
    desk.remains.clear_away([scan], at=desk.clock())
    desk.remains.clear_away([], at=desk.clock())
    with desk.stores.pool.connection() as connection:
        rows = connection.execute("SELECT attachment_id FROM attachments.file").fetchall()
    assert rows == [(model,)]
    assert desk.content(model) == SCAN[:1000]


def test_what_went_with_a_message_is_kept_even_if_it_was_removed(desk: Desk):
    scan = arrived(desk, SCAN[:1000])
    desk.uploads.remove(scan, owner_id=ADA, at=desk.clock())
    desk.remains.keep(scan)
    desk.clock.moment += UNSENT_FOR + timedelta(seconds=1)
    assert desk.remains.unwanted(desk.clock(), 1) == []


def test_a_storage_is_asked_again_after_its_rest(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    def silent(_: str) -> Iterator[Blob]:
        raise BlobsAreUnavailable

    monkeypatch.setattr("adapters.remains.REST_SECONDS", 0)
    scan = arrived(desk, SCAN[:1000])
    with monkeypatch.context() as out_of_order:
        out_of_order.setattr(desk.blobs, "names", silent)
        with pytest.raises(AttachmentsAreUnavailable):
            desk.remains.clear_away([scan], at=desk.clock())
    desk.remains.clear_away([scan], at=desk.clock())
    assert desk.blobs.kept == {}
