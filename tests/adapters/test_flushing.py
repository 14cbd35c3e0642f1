"""What is told to be on disk is there; the disk is asked neither too often nor in vain."""

from collections.abc import Sequence
from threading import Event, current_thread

import pytest

from adapters.blobs import BlobsAreUnavailable
from adapters.flushing import Flushing

NEVER = 1e9
"""Seconds."""


class Disk:
    """Notes what was flushed with what, and by whom; can be full."""

    def __init__(self) -> None:
        self.flushed: list[list[str]] = []
        self.threads: set[str] = set()
        self.is_full = False

    def flush(self, names: Sequence[str]) -> None:
        if self.is_full:
            raise BlobsAreUnavailable("No space left on device")
        self.threads.add(current_thread().name)
        self.flushed.append(list(names))


@pytest.fixture
def disk() -> Disk:
    return Disk()


def test_what_is_reached_with_a_blob_is_told_with_the_next(disk: Disk):
    flushing = Flushing[int](disk.flush, 0)
    assert [flushing.add("a", 1), flushing.add("b", 2), flushing.add("c", 3)] == [None, 1, 2]
    assert flushing.settle() == 3
    assert disk.flushed == [["a"], ["b"], ["c"]]


def test_blobs_that_come_quickly_are_flushed_together(disk: Disk):
    flushing = Flushing[int](disk.flush, NEVER)
    assert [flushing.add("a", 1), flushing.add("b", 2), flushing.add("c", 3)] == [None] * 3
    assert disk.flushed == []
    assert flushing.settle() == 3
    assert disk.flushed == [["a", "b", "c"]]


def test_what_is_settled_is_no_news_any_more(disk: Disk):
    flushing = Flushing[int](disk.flush, NEVER)
    assert flushing.settle() is None
    flushing.add("a", 1)
    assert flushing.settle() == 1
    assert flushing.settle() is None
    assert disk.flushed == [["a"]]


def test_a_blob_is_flushed_beside_the_work_on_the_next(disk: Disk):
    may_end = Event()

    def flush(names: Sequence[str]) -> None:
        assert may_end.wait(10)
        disk.flush(names)

    flushing = Flushing[int](flush, 0)
    assert flushing.add("a", 1) is None
    assert disk.flushed == []
    may_end.set()
    assert flushing.add("b", 2) == 1
    assert flushing.settle() == 2
    assert current_thread().name not in disk.threads


@pytest.mark.parametrize("every", [0, NEVER])
def test_what_cannot_be_flushed_is_never_told(disk: Disk, every: float):
    flushing = Flushing[int](disk.flush, every)
    disk.is_full = True
    assert flushing.add("a", 1) is None
    with pytest.raises(BlobsAreUnavailable, match="No space left"):
        flushing.settle()
