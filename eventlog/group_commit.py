"""Lets appends of one process that come at once share one flush of the disk.

Whoever comes first writes what waits, for all; who comes meanwhile waits for the next round. Nobody
is answered before the flush, and an append that is refused does not take others with it.

Threads that were just answered tend to come back at once. A group therefore waits a moment, a
fraction of what the last one took, until as many are there as were last time; somebody who is alone
never waits.
"""

from collections.abc import Callable, Sequence
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar, cast

Work = TypeVar("Work")
Answer = TypeVar("Answer")

LARGEST = 256
"""Appends in a group."""

PATIENCE = 0.1
"""How long a group waits for more, as a fraction of what the last one took to be written."""

MOST_PATIENCE_SECONDS = 0.002

Write = Callable[[Sequence[Work]], Sequence[Answer | Exception]]
"""Does the work of a group; returns an answer or a refusal for each."""


class Ticket(Generic[Work, Answer]):
    """One append on its way."""

    __slots__ = ("_gate", "is_heir", "outcome", "work")

    def __init__(self, work: Work) -> None:
        self.work = work
        self.outcome: Answer | BaseException | None = None
        self.is_heir = False
        self._gate = Lock()
        self._gate.acquire()

    def wait(self, seconds: float = -1) -> None:
        """Wait until woken, once, or until so many seconds have passed."""
        self._gate.acquire(timeout=seconds)

    def answer(self) -> Answer:
        """Return the answer or raise the refusal that the outcome is."""
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return cast("Answer", self.outcome)

    def wake(self) -> None:
        """Wake who waits: its outcome is known, or it is its turn to write."""
        self._gate.release()


class GroupCommit(Generic[Work, Answer]):
    """Appends in groups, one group at a time."""

    def __init__(self, write: Write[Work, Answer]) -> None:
        self._write = write
        self._mutex = Lock()
        self._has_leader = False
        self._gathering: Ticket[Work, Answer] | None = None
        self._waiting: list[Ticket[Work, Answer]] = []
        self._usual = 1
        self._took = 0.0

    def __call__(self, work: Work) -> Answer:
        """Do the work in a group with others; return its answer or raise its refusal."""
        ticket: Ticket[Work, Answer] = Ticket(work)
        if not self._becomes_leader(ticket):
            self._wait(ticket)
        if ticket.outcome is None:
            self._lead(ticket)
        return ticket.answer()

    def _becomes_leader(self, ticket: Ticket[Work, Answer]) -> bool:
        """Become the leader, or join those who wait; the last who was missing tells the leader."""
        complete = None
        with self._mutex:
            if not self._has_leader:
                self._has_leader = True
                return True
            self._waiting.append(ticket)
            if self._is_complete():
                complete, self._gathering = self._gathering, None
        if complete:
            complete.wake()
        return False

    def _is_complete(self) -> bool:
        return 1 + len(self._waiting) >= self._usual

    def _wait(self, ticket: Ticket[Work, Answer]) -> None:
        """Wait for the outcome or the turn; who is interrupted meanwhile leaves no gap behind."""
        try:
            ticket.wait()
        except BaseException:
            with self._mutex:
                if ticket in self._waiting:
                    self._waiting.remove(ticket)
            if ticket.is_heir:
                self._hand_on()
            raise

    def _lead(self, own: Ticket[Work, Answer]) -> None:
        """Write one's own with what waits; hand on to the first of those who came since.

        The heir is woken before those who have their answers, since all others wait for it.
        """
        written: Sequence[Ticket[Work, Answer]] = ()
        try:
            self._gather(own)
            written = self._write_with(own)
        finally:
            self._hand_on()
            for ticket in written:
                ticket.wake()

    def _gather(self, own: Ticket[Work, Answer]) -> None:
        """Wait a moment for those who came last time, too."""
        with self._mutex:
            if self._is_complete():
                return
            self._gathering = own
        own.wait(min(self._took * PATIENCE, MOST_PATIENCE_SECONDS))

    def _write_with(self, own: Ticket[Work, Answer]) -> Sequence[Ticket[Work, Answer]]:
        """Write one's own with what waits, and return the others that have their outcomes."""
        with self._mutex:
            self._gathering = None
            group = [own, *self._waiting[: LARGEST - 1]]
            del self._waiting[: LARGEST - 1]
        started = monotonic()
        try:
            outcomes: Sequence[Answer | BaseException] = self._write(
                [ticket.work for ticket in group]
            )
        except BaseException as error:  # noqa: BLE001 - each of the group raises it
            outcomes = [error] * len(group)
        self._took = monotonic() - started
        for ticket, outcome in zip(group, outcomes, strict=True):
            ticket.outcome = outcome
        self._usual = min(len(group) + len(self._waiting), LARGEST)
        return group[1:]

    def _hand_on(self) -> None:
        """Let the first of those who wait lead, if there is one."""
        with self._mutex:
            self._gathering = None
            heir = self._waiting.pop(0) if self._waiting else None
            self._has_leader = heir is not None
            if heir:
                heir.is_heir = True
        if heir:
            heir.wake()
