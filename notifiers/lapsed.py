"""The notice to whose tier it was: the paid version is over, what stays, and how it comes back."""

from uuid import UUID

from domain.invitation import Status
from domain.subscription import Subscription
from domain.subscription_life import SubscriptionState
from notifiers.carrier import TryAgain, WillNeverWork
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice

OCCASION = "lapsed"
MANNER = Manner.MONEY


def plan(event: Event) -> Notice | None:
    """Return the notice that a lapse owes the person whose tier it was."""
    if isinstance(event, Subscription.SubscriptionLapsed):
        return Notice.about(event, OCCASION, event.user_id)
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say what goes on and what does not; who never registered has not missed it.

    Raises TryAgain, or WillNeverWork once it is back.
    """
    del notice
    if to.status == Status.INVITED:
        raise WillNeverWork("the person has never come")
    require_lapsed(to.user_id, desk)
    return Letter(
        subject="Your paid version of SecureMail has ended",
        paragraphs=(
            "Your paid version of SecureMail has ended.",
            (
                "You can go on reading your messages and replying to them, and everything that "
                "you wrote stays. Only composing new messages and inviting others need the paid "
                "version."
            ),
            '"Buy Now" brings everything back at once.',
        ),
        link_label="Buy Now",
        link=desk.page("/billing"),
    )


def require_lapsed(user_id: UUID, desk: Desk) -> None:
    """Raise WillNeverWork if she has it again or anyway, TryAgain while the end does not show."""
    if desk.was_granted(user_id):
        raise WillNeverWork("the person has it without paying")
    entry = desk.payments.subscription_of(user_id)
    if entry is None:
        raise TryAgain("the payments do not show the subscription yet")
    if entry.ends_at and entry.ends_at > desk.clock():
        raise WillNeverWork("it was paid for again")
    if entry.state != SubscriptionState.FREE:
        raise TryAgain("the payments do not show the end yet")
