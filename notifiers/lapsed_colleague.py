"""The notice to who paid for a colleague: the colleague's paid version is over."""

from uuid import UUID

from domain.subscription import Subscription
from notifiers.desk import Desk
from notifiers.lapsed import require_lapsed
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice

OCCASION = "lapsed-colleague"
MANNER = Manner.MONEY


def plan(event: Event) -> Notice | None:
    """Return the notice that a lapse owes its payer, if it was somebody else's tier."""
    if isinstance(event, Subscription.SubscriptionLapsed) and event.payer_id != event.user_id:
        return Notice.about(event, OCCASION, event.payer_id, user=str(event.user_id))
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say whose it was, and how it comes back. Raises TryAgain or WillNeverWork."""
    del to
    user_id = UUID(notice.facts["user"])
    require_lapsed(user_id, desk)
    name = desk.colleague(user_id)
    return Letter(
        subject="A paid version of SecureMail has ended",
        paragraphs=(
            f"The paid version of SecureMail that you paid for has ended: the one for {name}.",
            (
                "Reading and replying go on, and nothing is lost. Only composing new messages and "
                "inviting others need the paid version."
            ),
            "You can buy it again at any time, and your card is not charged until you do.",
        ),
        link_label="Open the billing page",
        link=desk.page("/billing"),
    )
