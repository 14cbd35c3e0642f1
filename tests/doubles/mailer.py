"""A carrier that keeps mails in memory, and fails in the two ways in which carriers fail.

Like the vendors it recognises no repetition: a mail that is sent twice is in `sent` twice.
"""

from dataclasses import dataclass, field

from notifiers.carrier import TryAgain, WillNeverWork
from notifiers.mailer import Mail


@dataclass(slots=True)
class MemoryMailer:
    """Carries mails into `sent`, oldest first."""

    sent: list[Mail] = field(default_factory=list)
    _failures: list[bool] = field(default_factory=list)
    _refused: set[str] = field(default_factory=set)

    def fail_next(self, times: int = 1) -> None:
        """Let the next sends fail, and nothing happens."""
        self._failures += [False] * times

    def fail_next_after_acting(self, times: int = 1) -> None:
        """Let the next sends fail, but they happened."""
        self._failures += [True] * times

    def refuse(self, address: str) -> None:
        """Refuse this recipient for good."""
        self._refused.add(address)

    def send(self, mail: Mail) -> str:
        """Keep the mail and return a reference, or fail as told. Failures come before refusals."""
        happens = self._failures.pop(0) if self._failures else None
        if happens is False:
            raise TryAgain("the double was told to fail")
        if mail.to_address in self._refused:
            raise WillNeverWork("the double was told to refuse this recipient")
        self.sent.append(mail)
        if happens:
            raise TryAgain("the double was told to fail after acting")
        return f"memory-{mail.notice_id}"
