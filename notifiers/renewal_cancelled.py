"""The notice that no further term is paid: until when, why, and how to come back."""

from datetime import datetime
from uuid import UUID

from domain.aggregate import CARD_PROCESSOR, CASHIER
from domain.subscription import Subscription
from domain.subscription_life import SubscriptionState
from notifiers.carrier import TryAgain, WillNeverWork
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.wording import day

OCCASION = "renewal-cancelled"
MANNER = Manner.MONEY

ACTORS = {CASHIER: "cashier", CARD_PROCESSOR: "processor"}

STAYS = "The paid version stays as it is until"
RESUME = "Until then you can let it renew after all, on the billing page."


def plan(event: Event) -> Notice | None:
    """Return the notice that a cancelled renewal owes its payer, whoever cancelled."""
    if isinstance(event, Subscription.RenewalCancelled):
        return Notice.about(
            event,
            OCCASION,
            event.payer_id,
            subscription=str(event.originator_id),
            ends_at=event.ends_at.isoformat(),
            by=ACTORS.get(event.by, "payer"),
        )
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say why it ends, when, and that until then she may change her mind.

    Raises TryAgain, also while it renews after all, or WillNeverWork once the end has come.
    """
    entry = desk.subscription(UUID(notice.facts["subscription"]), payer_id=to.user_id)
    ends_at = datetime.fromisoformat(notice.facts["ends_at"])
    if ends_at <= desk.clock():
        raise WillNeverWork("the end has come, which is told by itself")
    if entry.state != SubscriptionState.ENDING:
        raise TryAgain("the payments do not show that it ends")
    for_whom = desk.for_whom(entry.user_id, to)
    by = "erased" if desk.has_left(entry.user_id) else notice.facts["by"]
    return Letter(
        subject="SecureMail is not renewed any more",
        paragraphs=(
            reason(by, for_whom),
            what_comes(by, day(ends_at)),
        ),
        link_label="Open the billing page",
        link=desk.page("/billing"),
    )


def reason(by: str, for_whom: str) -> str:
    """Return why no further term is paid."""
    it = f"the paid version of SecureMail{for_whom}"
    match by:
        case "erased":
            return f"The account that you paid for was closed, so {it} is not renewed any more."
        case "cashier":
            return f"We have no card that we could charge for the next term, so {it} ends."
        case "processor":
            return (
                f"A payment for {it} was disputed or stopped, so we do not charge your card any "
                "more."
            )
        case _:
            return f"As you wished, {it} is not renewed any more, and your card is not charged."


def what_comes(by: str, ends_on: str) -> str:
    """Return until when it stays, and whether she may change her mind."""
    match by:
        case "erased":
            return "Your card is not charged for it any more."
        case "processor":
            return f"{STAYS} {ends_on}, or until the payment goes back to you. {RESUME}"
        case _:
            return f"{STAYS} {ends_on}. {RESUME}"
