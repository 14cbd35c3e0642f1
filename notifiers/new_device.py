"""The notice that somebody signed in where the person never did before."""

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.user import User
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.wording import day

OCCASION = "new-device"
MANNER = Manner.SECURITY


def plan(event: Event) -> Notice | None:
    """Return the notice that a sign-in with an unknown device owes."""
    if isinstance(event, User.DeviceAdded):
        return Notice.about(event, OCCASION, event.originator_id)
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say when by her own clock, and what to do; nothing of the device is known."""
    return Letter(
        subject="A new sign-in to your SecureMail account",
        paragraphs=(
            (
                f"Somebody signed in to your account on {by_clock(notice.owed_at, to.time_zone)}, "
                "in a browser in which you have not signed in before."
            ),
            (
                "If that was you, there is nothing to do. If it was not, choose a new password at "
                'once with "Forgot Password": that ends every session of yours.'
            ),
        ),
        link_label="Choose a new password",
        link=desk.page("/forgot-password"),
    )


def by_clock(moment: datetime, zone: str | None) -> str:
    """Return a moment as it is written in a letter, by the clock of a time zone."""
    there = moment.astimezone(ZoneInfo(zone or "UTC"))
    return f"{day(there)}, at {there:%H:%M} ({zone or 'UTC'})"
