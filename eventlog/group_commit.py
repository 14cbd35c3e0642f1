"""Lets appends of one process that come at once share one flush of the disk.

Whoever comes first writes what waits, for all; who comes meanwhile waits for the next round. Nobody
is answered before the flush, and an append that is refused does not take others with it.
"""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar, cast

Work = TypeVar("Work")
Answer = TypeVar("Answer")

LARGEST = 256
"""Appends in a group."""

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

    def wait(self) -> None:
        """Wait until woken, once."""
        self._gate.acquire()

    def answer(self) -> Answer:
        """Return the answer or raise the refusal that the outcome is."""
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return cast("Answer", self.outcome)

    def wake(self) -> None:
        """Wake who waits: its outcome is known, or it is its turn to write."""
        self._gate.release()


class GroupCommit(Generic[Work, Answer]):
    """Appends in groups, with at most `writers` groups at a time."""

    def __init__(self, write: Write[Work, Answer], writers: int = 1) -> None:
        self._write = write
        self._free = writers
        self._mutex = Lock()
        self._waiting: list[Ticket[Work, Answer]] = []

    def __call__(self, work: Work) -> Answer:
        """Do the work in a group with others; return its answer or raise its refusal."""
        ticket: Ticket[Work, Answer] = Ticket(work)
        with self._mutex:
            leads = self._free > 0
            self._free -= leads
            if not leads:
                self._waiting.append(ticket)
        if not leads:
            self._wait(ticket)
        if ticket.outcome is None:
            self._lead(ticket)
        return ticket.answer()

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
        """Write one's own with what waits; hand on to the first of those who came since."""
        with self._mutex:
            group = [own, *self._waiting[: LARGEST - 1]]
            del self._waiting[: LARGEST - 1]
        try:
            outcomes: Sequence[Answer | BaseException] = self._write(
                [ticket.work for ticket in group]
            )
        except BaseException as error:  # noqa: BLE001 - each of the group raises it
            outcomes = [error] * len(group)
        for ticket, outcome in zip(group, outcomes, strict=True):
            ticket.outcome = outcome
            if ticket is not own:
                ticket.wake()
        self._hand_on()

    def _hand_on(self) -> None:
        """Let the first of those who wait lead, if there is one."""
        with self._mutex:
            heir = self._waiting.pop(0) if self._waiting else None
            self._free += heir is None
            if heir:
                heir.is_heir = True
        if heir:
            heir.wake()
