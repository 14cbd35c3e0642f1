"""Who is interrupted while waiting for a group leaves nobody behind who waits without an end."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence

import pytest

from eventlog import group_commit
from eventlog.group_commit import GroupCommit
from tests.fixtures.product import eventually

PATIENCE_SECONDS = 10.0


class Interrupted(BaseException):
    """Somebody pressed a key."""


@pytest.fixture
def interrupt() -> Iterator[Callable[[], None]]:
    """Interrupt the main thread, in which tests run."""

    def raise_it(*_: object) -> None:
        raise Interrupted

    before = signal.signal(signal.SIGUSR1, raise_it)
    main = threading.main_thread().ident
    assert main
    yield lambda: signal.pthread_kill(main, signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, before)


def interrupted(
    commit: GroupCommit[int, int], somebody: Callable[[], object], interrupt: Callable[[], None]
) -> None:
    """Append, and be interrupted as soon as there is somebody who waits."""

    def interrupt_and_go_on() -> None:
        eventually(somebody, "somebody who waits")
        interrupt()

    interrupting = threading.Thread(target=interrupt_and_go_on)
    interrupting.start()
    with pytest.raises(Interrupted):
        commit(2)
    interrupting.join()


def is_answered(commit: GroupCommit[int, int]) -> bool:
    another = threading.Thread(target=commit, args=(3,), daemon=True)
    another.start()
    another.join(PATIENCE_SECONDS)
    return not another.is_alive()


def test_after_one_who_waited_was_interrupted_others_are_written(interrupt: Callable[[], None]):
    begun, let = threading.Event(), threading.Event()

    def write(work: Sequence[int]) -> list[int | Exception]:
        begun.set()
        assert let.wait(60)
        return list(work)

    commit: GroupCommit[int, int] = GroupCommit(write)
    first = threading.Thread(target=commit, args=(1,), daemon=True)
    first.start()
    assert begun.wait(60)
    interrupted(commit, lambda: commit._waiting, interrupt)  # noqa: SLF001 - nothing else tells
    let.set()
    first.join(60)
    assert is_answered(commit)


def test_after_one_who_waited_for_more_was_interrupted_others_are_written(
    interrupt: Callable[[], None], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(group_commit, "MOST_PATIENCE_SECONDS", 60.0)
    commit: GroupCommit[int, int] = GroupCommit(list)
    commit._usual, commit._took = 2, 1000.0  # noqa: SLF001 - as after a group of two
    interrupted(commit, lambda: commit._gathering, interrupt)  # noqa: SLF001 - nothing else tells
    monkeypatch.undo()
    assert is_answered(commit)
