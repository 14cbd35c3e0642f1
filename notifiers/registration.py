"""The registration mail: who invites, what that opens to whom, and where to register."""

from domain.aggregate import OPERATOR
from domain.ports import sealed_in_version
from domain.role import Kind
from domain.user import User
from notifiers.carrier import WillNeverWork
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.wording import day, no_link

OCCASION = "registration"
MANNER = Manner.INVITATION

IT_TAKES = (
    "To get in, please register: it takes your e-mail address, cell phone and full name. "
    "Afterwards you receive one more mail to set your password."
)
IT_TAKES_A_PRACTICE = (
    "To get in, please register: it takes your e-mail address, cell phone, full name and the name "
    "of your practice. Afterwards you receive one more mail to set your password."
)
READS_AND_REPLIES = (
    "You can read what was written to you and reply, free of charge. You are never asked to buy "
    "anything."
)
"""Nothing here says what somebody is to a practice: that alone could tell of her health."""


def plan(event: Event) -> Notice | None:
    """Return the registration mail that every invitation owes, also when it is sent once more.

    It goes out even if the message that invited was recalled or has ended meanwhile: taking back a
    message takes back no invitation. She has an account that others may write to, that somebody
    wrote stays true, and the conversation says what became of it.
    """
    if isinstance(event, User.UserInvited | User.InvitationAmended):
        version = str(sealed_in_version(event.email))
        return Notice.about(event, OCCASION, event.originator_id, address_version=version)
    if isinstance(event, User.InvitationResent) and not event.by_message:
        return Notice.about(event, OCCASION, event.originator_id)
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say who invites, what that opens, and where to register; nothing of the message.

    Raises WillNeverWork if the address was corrected since: the mail to the new one says all this.
    """
    if notice.facts.get("address_version", str(to.address_version)) != str(to.address_version):
        raise WillNeverWork("the address was corrected since")
    opened_by_us = to.invited_by == OPERATOR
    practice_name = desk.roster.practice_name(to.invited_from)
    host = no_link(practice_name or "SecureMail")
    sender = host if opened_by_us else desk.sender_line(to.invited_by, to.invited_from)
    reason = (
        f"Our support has prepared an account for you on SecureMail, at {host}."
        if opened_by_us
        else f"{sender} has sent you a secure message through SecureMail."
    )
    return Letter(
        subject=f"{sender} invites you to SecureMail",
        paragraphs=(reason, what_it_opens(to), what_it_takes(to)),
        link_label="Register",
        link=desk.registration_link(to),
        small_print=(f"The invitation is open until {day(to.invitation_ends_at)}.",),
        practice_name=host if practice_name else None,
    )


def what_it_opens(to: Correspondent) -> str:
    """Return what an invited person will be able to do, by her role."""
    if to.kind == Kind.PATIENT:
        return READS_AND_REPLIES
    role = "a doctor" if to.kind == Kind.DOCTOR else "staff"
    if to.practice_name:
        return (
            f"You join {no_link(to.practice_name)} as {role}. You see who else of the practice is "
            "here. Reading and replying are free of charge."
        )
    return (
        f"You come as {role} of your own practice, whose name you give when you register. It gets "
        "an account of its own, and you look after it. Reading and replying are free of charge."
    )


def what_it_takes(to: Correspondent) -> str:
    """Return what registering asks for."""
    names_a_practice = to.practice_name is None and to.kind != Kind.PATIENT
    return IT_TAKES_A_PRACTICE if names_a_practice else IT_TAKES
