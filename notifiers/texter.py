"""How a text message or a call leaves the house, whoever carries it."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TextMessage:
    """One text to one phone; `to_phone` is in E.164 (ITU-T), such as +12025550123.

    `notice_id` is the key of the notice, the same each time that it is tried.
    """

    notice_id: UUID
    to_phone: str
    words: str


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """One call in which `words` are read aloud, twice; else as TextMessage."""

    notice_id: UUID
    to_phone: str
    words: str


class Texter(Protocol):
    """Carries texts and calls."""

    @property
    def carrier(self) -> str:
        """Return the name of who carries: twilio or outbox."""

    def text(self, message: TextMessage) -> str:
        """Hand over a text and return the carrier's own reference for it.

        Raises what `notifiers.carrier` tells, as `Mailer.send` does.
        """

    def call(self, call: PhoneCall) -> str:
        """Have a phone called and words read aloud, as `text` does."""
