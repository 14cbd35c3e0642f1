"""The registration mail: who invited a person, and where she registers."""

from domain.aggregate import OPERATOR
from domain.user import User
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.wording import day, no_link

OCCASION = "registration"
MANNER = Manner.INVITATION

WHAT_COMES = (
    "To get in, please register: it takes your e-mail address, cell phone and full name. "
    "Afterwards you receive one more mail to set your password."
)


def plan(event: Event) -> Notice | None:
    """Return the registration mail that every invitation owes.

    It goes out even if the message that invited was recalled or has ended meanwhile: taking back a
    message takes back no invitation. She has an account that others may write to, that somebody
    wrote stays true, and the conversation says what became of it.
    """
    if isinstance(event, User.UserInvited):
        return Notice.about(event, OCCASION, event.originator_id)
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say who invites and where to register; nothing of the message."""
    del notice
    opened_by_us = to.invited_by == OPERATOR
    host = no_link(desk.roster.practice_name(to.invited_from) or "SecureMail")
    sender = host if opened_by_us else desk.sender_line(to.invited_by, to.invited_from)
    reason = (
        f"An account for {host} was prepared for you on SecureMail."
        if opened_by_us
        else f"{sender} has sent you a secure message through SecureMail."
    )
    return Letter(
        subject=f"{sender} invites you to SecureMail",
        paragraphs=(reason, WHAT_COMES),
        link_label="Register",
        link=desk.registration_link(to),
        small_print=(f"The invitation is open until {day(to.invitation_ends_at)}.",),
    )
