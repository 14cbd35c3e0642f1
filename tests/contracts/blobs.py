"""What every storage of blobs promises: written once, read in parts, listed, deleted.

A subclass gives the fixture `blobs`: an empty storage.
"""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.blobs import BlobExists, BlobIsMissing, Blobs
from tests.fixtures.at_once import at_once

FOLDER = "0a" * 16
OTHER = "0b" * 16
NAME = f"{FOLDER}/00000-token"


def names_in(blobs: Blobs, folder: str = "") -> set[str]:
    return {blob.name for blob in blobs.names(folder)}


class BlobsContract:
    def test_what_was_put_is_read_in_any_part(self, blobs: Blobs):
        data = bytes(range(256)) * 40
        blobs.put(NAME, data)
        for start, length in ((0, len(data)), (0, 1), (5, 300), (len(data) - 1, 1)):
            assert blobs.read(NAME, start, length) == data[start : start + length]

    def test_a_read_ends_where_the_blob_ends(self, blobs: Blobs):
        blobs.put(NAME, b"0123456789")
        assert blobs.read(NAME, 8, 100) == b"89"
        assert blobs.read(NAME, 10, 100) == b""
        assert blobs.read(NAME, 1000, 1) == b""

    def test_what_was_put_may_be_changed_by_its_owner_afterwards(self, blobs: Blobs):
        mine = bytearray(b"0123456789")
        blobs.put(NAME, memoryview(mine)[2:5])
        mine[:] = b"----------"
        assert blobs.read(NAME, 0, 10) == b"234"

    def test_a_full_part_of_4_mebibytes_is_kept(self, blobs: Blobs):
        data = b"\x00\xff\x10\x80" * (1 << 20) + b"a little more"
        blobs.put(NAME, data)
        assert blobs.read(NAME, 0, len(data) + 1) == data

    def test_no_blob_is_ever_replaced(self, blobs: Blobs):
        blobs.put(NAME, b"first")
        with pytest.raises(BlobExists):
            blobs.put(NAME, b"second")
        assert blobs.read(NAME, 0, 100) == b"first"

    def test_of_several_who_put_the_same_name_at_once_one_succeeds(self, blobs: Blobs):
        data = [bytes([number]) * 1000 for number in range(4)]
        answers = at_once(*[lambda one=one: blobs.put(NAME, one) for one in data])
        [winner] = [one for one, answer in zip(data, answers, strict=True) if answer is None]
        assert sum(isinstance(answer, BlobExists) for answer in answers) == 3
        assert blobs.read(NAME, 0, 1000) == winner

    def test_there_is_nothing_to_read_under_an_unknown_name(self, blobs: Blobs):
        blobs.put(NAME, b"x")
        with pytest.raises(BlobIsMissing):
            blobs.read(f"{FOLDER}/00004-token", 0, 1)
        with pytest.raises(BlobIsMissing):
            blobs.read(f"{OTHER}/00000-token", 0, 1)

    def test_blobs_are_listed_by_folder_with_their_sizes(self, blobs: Blobs):
        for name, size in ((NAME, 3), (f"{FOLDER}/00004-token", 5), (f"{OTHER}/00000-token", 7)):
            blobs.put(name, bytes(size))
        assert {(blob.name, blob.size) for blob in blobs.names(FOLDER)} == {
            (NAME, 3),
            (f"{FOLDER}/00004-token", 5),
        }
        assert {blob.size for blob in blobs.names()} == {3, 5, 7}

    def test_the_beginning_of_a_folders_name_lists_nothing(self, blobs: Blobs):
        blobs.put(NAME, b"x")
        assert names_in(blobs, FOLDER[:-1]) == set()

    def test_an_empty_storage_lists_nothing(self, blobs: Blobs):
        assert names_in(blobs) == set()
        assert names_in(blobs, FOLDER) == set()

    def test_a_blob_says_when_it_was_written(self, blobs: Blobs):
        blobs.put(NAME, b"x")
        [blob] = blobs.names(FOLDER)
        assert blob.modified.utcoffset() == timedelta(0)
        assert blob.modified > datetime(2026, 1, 1, tzinfo=UTC)

    def test_what_was_deleted_is_gone_and_its_name_is_free(self, blobs: Blobs):
        for name in (NAME, f"{FOLDER}/00004-token", f"{OTHER}/00000-token"):
            blobs.put(name, b"x")
        blobs.delete([NAME, f"{FOLDER}/00004-token"])
        assert names_in(blobs) == {f"{OTHER}/00000-token"}
        with pytest.raises(BlobIsMissing):
            blobs.read(NAME, 0, 1)
        blobs.put(NAME, b"again")
        assert blobs.read(NAME, 0, 100) == b"again"

    def test_deleting_what_is_not_there_deletes_the_rest(self, blobs: Blobs):
        blobs.put(NAME, b"x")
        blobs.delete([f"{OTHER}/00000-token", f"{FOLDER}/00004-token", NAME, NAME])
        blobs.delete([])
        assert names_in(blobs) == set()

    def test_what_was_put_can_be_flushed(self, blobs: Blobs):
        blobs.put(NAME, b"x")
        blobs.put(f"{OTHER}/00000-token", b"y")
        blobs.flush([NAME, f"{OTHER}/00000-token"])
        assert blobs.read(NAME, 0, 1) == b"x"
