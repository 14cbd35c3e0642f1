"""Appends share a flush without sharing a fate: each gets its own answer, and none too early."""

import threading
import time
from collections.abc import Sequence

import pytest

from eventlog import group_commit
from eventlog.group_commit import LARGEST, GroupCommit
from tests.fixtures.at_once import at_once
from tests.fixtures.product import eventually


class Slow:
    """Writes when it is let, and notes what it wrote together."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.let = threading.Semaphore(0)
        self.begun = threading.Semaphore(0)

    def __call__(self, work: Sequence[int]) -> list[int | Exception]:
        self.begun.release()
        assert self.let.acquire(timeout=60)
        self.groups.append(list(work))
        return [ValueError(one) if one < 0 else one * 10 for one in work]


def test_one_alone_is_written_at_once():
    slow = Slow()
    slow.let.release()
    assert GroupCommit(slow)(4) == 40
    assert slow.groups == [[4]]


def waiting(commit: GroupCommit[int, int], count: int) -> None:
    eventually(lambda: len(commit._waiting) == count, f"{count} to wait")  # noqa: SLF001 - its queue


def threads_of(
    commit: GroupCommit[int, int], *work: int
) -> tuple[list[threading.Thread], dict[int, object]]:
    """Start an append each, one after the other, and return what will be their answers."""
    answers: dict[int, object] = {}

    def append(one: int) -> None:
        try:
            answers[one] = commit(one)
        except BaseException as error:  # noqa: BLE001 - what it raised is its answer
            answers[one] = error

    threads = []
    for one in work:
        before = len(commit._waiting)  # noqa: SLF001 - its queue
        threads.append(threading.Thread(target=append, args=(one,)))
        threads[-1].start()
        waiting(commit, before + 1)
    return threads, answers


def test_who_comes_while_others_write_is_written_in_the_next_round():
    slow = Slow()
    commit: GroupCommit[int, int] = GroupCommit(slow)
    first = threading.Thread(target=commit, args=(1,))
    first.start()
    assert slow.begun.acquire(timeout=60)
    threads, answers = threads_of(commit, 2, 3, 4)
    assert answers == {}
    slow.let.release(2)
    for thread in (first, *threads):
        thread.join()
    assert slow.groups == [[1], [2, 3, 4]]
    assert answers == {2: 20, 3: 30, 4: 40}


def test_nobody_is_answered_before_it_is_written():
    slow = Slow()
    commit: GroupCommit[int, int] = GroupCommit(slow)
    first = threading.Thread(target=commit, args=(1,))
    first.start()
    assert slow.begun.acquire(timeout=60)
    threads, answers = threads_of(commit, 2, 3)
    slow.let.release()
    first.join()
    assert slow.begun.acquire(timeout=60)
    assert answers == {}
    slow.let.release()
    for thread in threads:
        thread.join()
    assert answers == {2: 20, 3: 30}


def test_one_that_is_refused_takes_no_other_with_it():
    slow = Slow()
    commit: GroupCommit[int, int] = GroupCommit(slow)
    first = threading.Thread(target=commit, args=(1,))
    first.start()
    assert slow.begun.acquire(timeout=60)
    threads, answers = threads_of(commit, 2, -3, 4)
    slow.let.release(2)
    for thread in (first, *threads):
        thread.join()
    assert isinstance(answers.pop(-3), ValueError)
    assert answers == {2: 20, 4: 40}


@pytest.mark.parametrize("error", [OSError("the server is away"), KeyboardInterrupt()])
def test_when_the_writing_fails_all_of_the_group_hear_of_it_and_the_next_goes_on(
    error: BaseException,
):
    fails, begun, let = [True], threading.Semaphore(0), threading.Semaphore(0)

    def write(work: Sequence[int]) -> list[int | Exception]:
        begun.release()
        assert let.acquire(timeout=60)
        if len(work) > 1 and fails.pop():
            raise error
        return list(work)

    commit: GroupCommit[int, int] = GroupCommit(write)
    first = threading.Thread(target=commit, args=(1,))
    first.start()
    assert begun.acquire(timeout=60)
    threads, answers = threads_of(commit, 2, 3)
    let.release(2)
    for thread in (first, *threads):
        thread.join()
    assert answers == {2: error, 3: error}
    let.release()
    assert commit(5) == 5


def test_a_group_has_an_end():
    slow = Slow()
    commit: GroupCommit[int, int] = GroupCommit(slow)
    first = threading.Thread(target=commit, args=(1,))
    first.start()
    assert slow.begun.acquire(timeout=60)
    threads, answers = threads_of(commit, *range(2, LARGEST + 12))
    slow.let.release(3)
    for thread in (first, *threads):
        thread.join()
    assert [len(group) for group in slow.groups] == [1, LARGEST, 10]
    assert len(answers) == LARGEST + 10


def test_many_at_once_are_all_answered():
    commit: GroupCommit[int, int] = GroupCommit(lambda work: [one * 10 for one in work])
    calls = [
        lambda at=number: [commit(at * 100 + step) for step in range(100)] for number in range(16)
    ]
    answers = at_once(*calls)
    assert answers == [[(at * 100 + step) * 10 for step in range(100)] for at in range(16)]


def after_a_group_of_three(slow: Slow) -> GroupCommit[int, int]:
    """Return appends of which three were just written together."""
    commit: GroupCommit[int, int] = GroupCommit(slow)
    first = threading.Thread(target=commit, args=(1,))
    first.start()
    assert slow.begun.acquire(timeout=60)
    threads, _ = threads_of(commit, 2, 3, 4)
    slow.let.release(2)
    for thread in (first, *threads):
        thread.join()
    return commit


def test_who_comes_back_first_waits_for_those_who_were_there_last_time(
    monkeypatch: pytest.MonkeyPatch,
):
    slow = Slow()
    commit = after_a_group_of_three(slow)
    monkeypatch.setattr(group_commit, "PATIENCE", 1e9)
    monkeypatch.setattr(group_commit, "MOST_PATIENCE_SECONDS", 60.0)
    slow.let.release(3)
    started = time.monotonic()
    assert at_once(lambda: commit(5), lambda: commit(6), lambda: commit(7)) == [50, 60, 70]
    assert sorted(slow.groups[-1]) == [5, 6, 7]
    assert time.monotonic() - started < 30, "nobody told the leader that all were there"


def test_who_waits_for_others_in_vain_is_soon_written_alone():
    slow = Slow()
    commit = after_a_group_of_three(slow)
    slow.let.release(2)
    assert (commit(5), commit(6)) == (50, 60)
    assert slow.groups[2:] == [[5], [6]]
