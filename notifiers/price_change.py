"""The notice that the next term costs something else, in time to decide about it."""

from datetime import datetime
from uuid import UUID

from domain.billing import Price
from domain.renewal import RENEWED_BEFORE
from domain.subscription import Subscription
from domain.subscription_life import SubscriptionState
from notifiers.carrier import TryAgain, WillNeverWork
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.wording import day

OCCASION = "price-change"
MANNER = Manner.MONEY


def plan(event: Event) -> Notice | None:
    """Return the notice that an announced price owes its payer."""
    if isinstance(event, Subscription.RenewalPriceAnnounced):
        return Notice.about(
            event,
            OCCASION,
            event.payer_id,
            subscription=str(event.originator_id),
            amount=str(event.amount),
            currency=event.currency,
            ends_at=event.ends_at.isoformat(),
        )
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say what the next term costs, and until when she can do without.

    Raises TryAgain, also while it does not renew, or WillNeverWork once the card is charged.
    """
    price = Price(int(notice.facts["amount"]), notice.facts["currency"])
    ends_at = datetime.fromisoformat(notice.facts["ends_at"])
    charged_from = ends_at - RENEWED_BEFORE
    if charged_from <= desk.clock():
        raise WillNeverWork("it is too late to decide about the next term")
    entry = desk.subscription(UUID(notice.facts["subscription"]), payer_id=to.user_id)
    if (entry.state, entry.price, entry.ends_at) != (SubscriptionState.RUNNING, price, ends_at):
        raise TryAgain("the payments do not show this price for the next term")
    for_whom = desk.for_whom(entry.user_id, to)
    return Letter(
        subject=f"SecureMail costs {price} from {day(ends_at)} on",
        paragraphs=(
            (
                f"The next term of the paid version of SecureMail{for_whom} begins on "
                f"{day(ends_at)} and costs {price}. The term that you have paid for stays as it is."
            ),
            (
                f"We charge your card from {day(charged_from)} on. If you agree, you need not do "
                "anything. If you do not, you can cancel before that on the billing page."
            ),
        ),
        link_label="Open the billing page",
        link=desk.page("/billing"),
    )
