"""The notice that an unread message ends soon; never what it says, never once that is untrue."""

from datetime import datetime
from uuid import UUID

from domain.invitation import Status
from domain.message import Message
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.registration import write as write_registration
from notifiers.wording import day

OCCASION = "expiry"
MANNER = Manner.MESSAGE


def plan(event: Event) -> Notice | None:
    """Return the notice of an end that was announced."""
    if isinstance(event, Message.ExpiryAnnounced):
        return Notice.about(
            event,
            OCCASION,
            event.recipient_id,
            message=str(event.originator_id),
            ends_at=event.ends_at.isoformat(),
        )
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say until when to read; who has not registered yet is asked to.

    Raises TryAgain, or WillNeverWork if the message does not wait to be read any more.
    """
    message_id, ends_at = notice.facts["message"], datetime.fromisoformat(notice.facts["ends_at"])
    desk.require_waiting(UUID(message_id), recipient_id=to.user_id, until=ends_at)
    if to.status == Status.INVITED:
        return write_registration(notice, to, desk)
    ends_on = day(ends_at)
    return Letter(
        subject=f"A secure message for you ends on {ends_on}",
        paragraphs=(
            "A secure message is waiting for you, and you have not read it yet.",
            f"It ends on {ends_on}. After that nobody can open it any more.",
        ),
        link_label="Open SecureMail",
        link=desk.page(f"/messages/{message_id}"),
    )
