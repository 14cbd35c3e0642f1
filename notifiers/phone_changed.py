"""A second factor was changed: somebody who is signed in gave another cell phone."""

from domain.phone_proof import PhoneProof
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.wording import day

OCCASION = "second-factor-changed"
MANNER = Manner.SECURITY


def plan(event: Event) -> Notice | None:
    """Return the notice that another cell phone owes, to the e-mail address."""
    if isinstance(event, PhoneProof.PhoneChanged):
        return Notice.about(event, OCCASION, event.user_id)
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say that it was changed, and what to do; neither the old number nor the new one."""
    del to
    return Letter(
        subject="The cell phone of your SecureMail account was changed",
        paragraphs=(
            f"The cell phone of your account was changed on {day(notice.owed_at)}.",
            "Codes that prove who you are go to the new number from now on.",
            "If that was you, there is nothing to do.",
            "If it was not, sign in, correct the number, choose a new password, and tell support.",
        ),
        link_label="See my account",
        link=desk.page("/account"),
    )
