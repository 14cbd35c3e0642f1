"""A carrier that keeps mails in memory, and fails in every way in which carriers fail.

Like the vendors it recognises no repetition: a mail that is sent twice is in `sent` twice.
"""

from dataclasses import dataclass, field

from notifiers.carrier import AddressFails, AnswerWasLost, TryAgain, WillNeverWork
from notifiers.mailer import Mail


@dataclass(slots=True)
class MemoryMailer:
    """Carries mails into `sent`, oldest first."""

    sent: list[Mail] = field(default_factory=list)
    _failures: list[TryAgain | WillNeverWork] = field(default_factory=list)
    _refused: set[str] = field(default_factory=set)

    @property
    def carrier(self) -> str:
        """Return the name of this carrier."""
        return "memory"

    def fail_next(self, times: int = 1) -> None:
        """Let the next sends fail, and nothing happens."""
        for _ in range(times):
            self.fail_next_with(TryAgain("the double was told to fail"))

    def fail_next_after_acting(self, times: int = 1) -> None:
        """Let the next sends fail, but they happened."""
        for _ in range(times):
            self.fail_next_with(AnswerWasLost("the double was told to fail after acting"))

    def fail_next_with(self, failure: TryAgain | WillNeverWork) -> None:
        """Let the next send raise this; it happened all the same if it is AnswerWasLost."""
        self._failures.append(failure)

    def refuse(self, address: str) -> None:
        """Refuse this recipient for good."""
        self._refused.add(address)

    def send(self, mail: Mail) -> str:
        """Keep the mail and return a reference, or fail as told. Failures come before refusals."""
        failure = self._failures.pop(0) if self._failures else None
        if failure and not isinstance(failure, AnswerWasLost):
            raise failure
        if mail.to_address in self._refused:
            raise AddressFails("the double was told to refuse this recipient", status="5.1.1")
        self.sent.append(mail)
        if failure:
            raise failure
        return f"memory-{mail.notice_id}"
