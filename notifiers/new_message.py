"""The notice that a secure message waits; never what it says, never once that is untrue."""

from uuid import UUID

from domain.invitation import Status
from domain.message import Message
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.registration import write as write_registration

OCCASION = "new-message"
MANNER = Manner.MESSAGE


def plan(event: Event) -> Notice | None:
    """Return the notice of a message; one that invited its recipient is told by the invitation."""
    if isinstance(event, Message.MessageSent) and not event.first_contact:
        return Notice.about(
            event,
            OCCASION,
            event.recipient_id,
            message=str(event.originator_id),
            sender=str(event.by),
        )
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say who wrote and where to read; who has not registered yet is asked to.

    Raises TryAgain, or WillNeverWork if the message does not wait to be read any more.
    """
    message_id = notice.facts["message"]
    desk.require_waiting(UUID(message_id), recipient_id=to.user_id)
    if to.status == Status.INVITED:
        return write_registration(notice, to, desk)
    sender_id = UUID(notice.facts["sender"])
    return Letter(
        subject="A secure message is waiting for you",
        paragraphs=(
            f"{desk.sender_line(sender_id)} has sent you a secure message.",
            "Sign in to read and reply.",
        ),
        link_label="Open SecureMail",
        link=desk.page(f"/messages/{message_id}"),
        practice_name=desk.practice_of(sender_id),
    )
