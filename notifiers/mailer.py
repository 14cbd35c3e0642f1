"""How a mail leaves the house, whoever carries it: one port, and the two ways in which it fails."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person, complete in plain text and in HTML.

    `notice_id` is the key of the notice: the same notice always has the same id, so that a carrier
    which can recognise a repetition does.
    """

    notice_id: UUID
    to_address: str
    to_name: str
    subject: str
    text: str
    html: str


class TryAgain(Exception):
    """The carrier did not take the mail now; it may later. Holds no address."""


class WillNeverWork(Exception):
    """The carrier will never take this mail. Holds no address."""


class Mailer(Protocol):
    """Carries mails."""

    def send(self, mail: Mail) -> str:
        """Hand over a mail and return the carrier's own reference for it.

        Raises TryAgain or WillNeverWork. A connection that broke without an answer is TryAgain: a
        duplicate is better than a loss.
        """
