"""The notice that a message was taken back before its recipient read it; never why.

The reason could tell of her health: it stays in the conversation. Who has read the message, or was
never told of it, is not told either; who has not registered finds what became of it when she does.
"""

from uuid import UUID

from domain.invitation import Status
from domain.message import Message
from domain.notification import Channel, Fate
from notifiers import new_message
from notifiers.carrier import TryAgain, WillNeverWork
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice, elsewhere, identifier

OCCASION = "recall"
MANNER = Manner.MESSAGE


def plan(event: Event) -> Notice | None:
    """Return the notice of a recall that tells somebody."""
    if isinstance(event, Message.MessageRecalled) and event.told is not None:
        return Notice.about(
            event, OCCASION, event.told, message=str(event.originator_id), sender=str(event.by)
        )
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say who took it back, and where to see that.

    Raises TryAgain while the notice of the message is on its way, or WillNeverWork.
    """
    message_id = notice.facts["message"]
    if to.status == Status.INVITED:
        raise WillNeverWork("the person has not registered")
    require_told(UUID(message_id), to.user_id, desk)
    sender_id = UUID(notice.facts["sender"])
    return Letter(
        subject="A secure message for you was taken back",
        paragraphs=(
            f"{desk.sender_line(sender_id)} has taken back a secure message before you read it.",
            "There is nothing you need to do. The conversation says when and why.",
        ),
        link_label="Open SecureMail",
        link=desk.page(f"/messages/{message_id}"),
        practice_name=desk.practice_of(sender_id),
    )


def require_told(message_id: UUID, user_id: UUID, desk: Desk) -> None:
    """Raise WillNeverWork if every notice of a message failed, TryAgain while one may still go.

    Of a message that invited there was no such notice: her invitation told of it.
    """
    by_mail = identifier(message_id, 1, new_message.OCCASION, user_id)
    by_text = elsewhere(by_mail, Channel.TEXT)
    states = desk.states([by_mail, by_text, elsewhere(by_text, Channel.EMAIL)])
    if not states or Fate.ACCEPTED in states:
        return
    if Fate.OWED in states:
        raise TryAgain("the notice of the message may still go out")
    raise WillNeverWork("the person was never told of the message")
