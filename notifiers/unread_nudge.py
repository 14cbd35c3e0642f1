"""The reminder that a message lies unread, two days after it was sent; never what it says.

It tells of one message where several were announced together. Once that one was read she has been
in her inbox and has seen the others, so that nothing is left to tell.
"""

from uuid import UUID

from domain.message import Message
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice

OCCASION = "unread-nudge"
MANNER = Manner.NUDGE


def plan(event: Event) -> Notice | None:
    """Return the reminder of a message that was announced, unless it goes along with another."""
    if isinstance(event, Message.UnreadAnnounced) and event.along_with is None:
        return Notice.about(event, OCCASION, event.recipient_id, message=str(event.originator_id))
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say where to read. Raises TryAgain, or WillNeverWork if the message waits no more."""
    message_id = notice.facts["message"]
    desk.require_waiting(UUID(message_id), recipient_id=to.user_id)
    return Letter(
        subject="A secure message is still waiting for you",
        paragraphs=(
            "A secure message is waiting for you, and you have not read it yet.",
            "Sign in to read and reply.",
        ),
        link_label="Open SecureMail",
        link=desk.page(f"/messages/{message_id}"),
    )
