"""The reminder of an invitation that nobody answered: on day 3, on day 10, and then none."""

from dataclasses import replace

from domain.invitation import INVITATION_LASTS, REMINDED_AFTER, Status
from domain.user import User
from notifiers.carrier import WillNeverWork
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.registration import write as write_registration

OCCASION = "invitation-reminder"
MANNER = Manner.INVITATION

NOT_YET = "You were invited, and have not registered yet."
ONCE_MORE = "We remind you once more before that. If you do not want to register, do nothing."
THE_LAST = "This is the last reminder. If you do not want to register, do nothing."


def plan(event: Event) -> Notice | None:
    """Return the reminder that is due."""
    if isinstance(event, User.InvitationReminded):
        return Notice.about(event, OCCASION, event.originator_id, day=str(event.day))
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say once more who invites and where to register.

    Raises WillNeverWork once she has registered, or the invitation has ended or was sent again.
    """
    if to.invitation_ends_at - INVITATION_LASTS > notice.owed_at:
        raise WillNeverWork("the invitation was sent again since")
    if to.status != Status.INVITED or to.invitation_ends_at <= desk.clock():
        raise WillNeverWork("nobody is invited any more")
    letter = write_registration(notice, to, desk)
    is_last = notice.facts["day"] == str(REMINDED_AFTER[-1])
    return replace(
        letter,
        subject=f"A reminder: {letter.subject}",
        paragraphs=(NOT_YET, *letter.paragraphs),
        small_print=(*letter.small_print, THE_LAST if is_last else ONCE_MORE),
    )
