"""A carrier that keeps texts and calls in memory, and fails in the ways in which carriers fail.

Like the vendors it recognises no repetition: a text that is sent twice is in `sent` twice.
"""

from dataclasses import dataclass, field

from notifiers.carrier import AddressFails, AnswerWasLost, CarrierIsDown, TryAgain, WillNeverWork
from notifiers.texter import PhoneCall, TextMessage


@dataclass(slots=True)
class MemoryTexter:
    """Carries texts and calls into `sent`, oldest first."""

    sent: list[TextMessage | PhoneCall] = field(default_factory=list)
    _failures: list[TryAgain | WillNeverWork] = field(default_factory=list)
    _refused: dict[str, str] = field(default_factory=dict)

    @property
    def carrier(self) -> str:
        """Return "memory"."""
        return "memory"

    def fail_next(self, times: int = 1) -> None:
        """Let the next ones fail with CarrierIsDown, and nothing happens."""
        for _ in range(times):
            self.fail_next_with(CarrierIsDown("the double was told to fail"))

    def fail_next_after_acting(self, times: int = 1) -> None:
        """Let the next ones fail with AnswerWasLost, but they happened."""
        for _ in range(times):
            self.fail_next_with(AnswerWasLost("the double was told to fail after acting"))

    def fail_next_with(self, failure: TryAgain | WillNeverWork) -> None:
        """Let the next one fail with this; it happens only if it is AnswerWasLost."""
        self._failures.append(failure)

    def refuse(self, phone: str, status: str = "21614") -> None:
        """Refuse this number for good with AddressFails."""
        self._refused[phone] = status

    def text(self, message: TextMessage) -> str:
        """Keep the text and return a reference, or fail as told. Failures come before refusals."""
        return self._keep(message)

    def call(self, call: PhoneCall) -> str:
        """Keep the call, as `text` does."""
        return self._keep(call)

    def _keep(self, notice: TextMessage | PhoneCall) -> str:
        failure = self._failures.pop(0) if self._failures else None
        if failure and not isinstance(failure, AnswerWasLost):
            raise failure
        if status := self._refused.get(notice.to_phone):
            raise AddressFails("the double was told to refuse this number", status)
        self.sent.append(notice)
        if failure:
            raise failure
        return f"memory-{notice.notice_id}"
