"""How a mail leaves the house, whoever carries it."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that lies in the mail itself, shown by `cid:` (RFC 2392); never a remote one."""

    content_id: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person, complete in plain text and in HTML.

    `notice_id` is the key of the notice: the same notice always has the same id, so that a carrier
    which can recognise a repetition does. `stop_link` is an address at which one click ends mails
    of this kind (RFC 8058); `pictures` are those that the HTML shows.
    """

    notice_id: UUID
    to_address: str
    to_name: str
    subject: str
    text: str
    html: str
    stop_link: str | None = None
    pictures: tuple[Picture, ...] = ()


class Mailer(Protocol):
    """Carries mails."""

    @property
    def carrier(self) -> str:
        """Return the name of who carries: sendgrid, smtp or outbox."""

    def send(self, mail: Mail) -> str:
        """Hand over a mail and return the carrier's own reference for it.

        Raises what `notifiers.carrier` tells: AnswerWasLost if the connection broke after the mail
        was handed over, CarrierIsDown if nobody's mail would be taken now, TryAgain if this one may
        be taken later, AddressFails if the recipient is refused for good, WillNeverWork else.
        """
