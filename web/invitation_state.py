"""How far an invitation has come, and, if its mail came back, what that means and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.invitation import Status
from projections.reach import Reachable
from projections.roster import Person
from web.access import person
from web.portal import portal

CORRECT_IT = "Check the address with the person and correct it."
MAKE_ROOM = "Ask the person to make room, then choose Re-Send."
LET_US_IN = "Ask the person to let mails from us in, then choose Re-Send, or take another address."

CAUSES = {
    "5.1.1": ("no such mailbox", CORRECT_IT),
    "5.1.2": ("no such mail domain", CORRECT_IT),
    "5.1.3": ("the address is misspelt", CORRECT_IT),
    "5.1.6": ("the mailbox has moved", CORRECT_IT),
    "5.1.10": ("that domain takes no mail", CORRECT_IT),
    "5.2.1": ("the mailbox is closed", CORRECT_IT),
    "5.2.2": ("the mailbox is full", MAKE_ROOM),
    "5.4.4": ("no such mail domain", CORRECT_IT),
}
"""What enhanced status codes mean, and what to do (RFC 3463, section 3; RFC 7505, section 4)."""

KINDS = {"5.7": ("their mail system refuses our mails", LET_US_IN)}
"""The same for all codes of a kind."""

UNKNOWN = ("it cannot be delivered", CORRECT_IT)


@dataclass(frozen=True, slots=True)
class InvitationState:
    """When its latest mail was sent and the last reminder, until when it is open, what is wrong."""

    mailed_at: datetime
    ends_at: datetime
    reminded_at: datetime | None
    is_over: bool
    trouble: str | None


def states_of(people: Iterable[Person]) -> dict[UUID, InvitationState]:
    """Return the states of those who have not answered and about whom I may decide."""
    asked = {one.user_id: one for one in people if waits(one) and may_look_after(one)}
    if not asked:
        return {}
    now, reach = portal().clock(), portal().reach.of_all(asked)
    return {
        user_id: InvitationState(
            mailed_at=found.mailed_at,
            ends_at=found.ends_at,
            reminded_at=found.reminded_at,
            is_over=found.ends_at <= now,
            trouble=trouble_of(asked[user_id], reach[user_id]),
        )
        for user_id, found in portal().reminders.invitations(asked).items()
    }


def waits(who: Person) -> bool:
    """Say whether somebody was invited and may still come."""
    return who.status == Status.INVITED and who.erased_at is None


def may_look_after(who: Person) -> bool:
    """Say whether I invited somebody, or manage the practice that did."""
    me = person()
    if who.invited_by == me.user_id:
        return True
    mine = me.practice_id if me.is_user_manager else None
    return mine is not None and mine in (who.invited_from, who.practice_id)


def trouble_of(who: Person, reachable: Reachable) -> str | None:
    """Return what became of the mail to the present address, and what to do, if it came back."""
    if not reachable.fails(who.email):
        return None
    status = reachable.failed_status or ""
    cause, remedy = CAUSES.get(status) or KINDS.get(status.rpartition(".")[0], UNKNOWN)
    return f"The mail to this address came back ({cause}). {remedy}"
