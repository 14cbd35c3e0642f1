"""The answer to who replied to a notice: nobody reads that, and here is where to write.

It goes to the writer herself and is told whatever she prefers, as she has just asked for it.
"""

from domain.invitation import Status
from domain.mailbox import Mailbox
from notifiers.carrier import WillNeverWork
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.registration import write as write_registration

OCCASION = "reply-refused"
MANNER = Manner.INVITATION


def plan(event: Event) -> Notice | None:
    """Return the answer that a reply owes, which is owed once a day at most."""
    if isinstance(event, Mailbox.ReplyRefused):
        return Notice.about(event, OCCASION, event.user_id)
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say that it was not taken, and where to answer; who is invited is asked to register.

    Raises WillNeverWork if she has no account any more, nor an invitation.
    """
    if to.status == Status.INVITED:
        return write_registration(notice, to, desk)
    if to.status == Status.WITHDRAWN:
        raise WillNeverWork("the invitation was taken back")
    return Letter(
        subject="We could not take your reply by e-mail",
        paragraphs=(
            (
                "You have replied to one of our mails. We could not take your reply by e-mail: it "
                "was not read, was not kept, and reached nobody."
            ),
            "To answer, please sign in to SecureMail, open the conversation, and write there.",
        ),
        link_label="Open SecureMail",
        link=desk.page("/inbox"),
    )
