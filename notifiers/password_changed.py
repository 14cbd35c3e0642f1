"""The notice that another password is in place of the one before."""

from domain.user import User
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.wording import day

OCCASION = "password-changed"
MANNER = Manner.SECURITY


def plan(event: Event) -> Notice | None:
    """Return the notice that another password owes; the first one is no news to anybody."""
    if isinstance(event, User.PasswordReplaced):
        return Notice.about(event, OCCASION, event.originator_id)
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say when, and what to do."""
    del to
    return Letter(
        subject="Your SecureMail password was changed",
        paragraphs=(
            (
                f"On {day(notice.owed_at)} a new password was set for your account. Every session "
                "that was open before has ended."
            ),
            (
                "If that was you, there is nothing to do. If it was not, somebody reads your mail: "
                "secure your mailbox first, then choose a new password, and tell support."
            ),
        ),
        link_label="Choose a new password",
        link=desk.page("/forgot-password"),
    )
