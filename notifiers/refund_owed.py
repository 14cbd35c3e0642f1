"""The notice that a payment bought nothing, since the paid version was there, and goes back."""

from uuid import UUID

from domain.purchase import Purchase
from domain.purchase_life import PurchaseState
from notifiers.carrier import WillNeverWork
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.wording import day

OCCASION = "refund-owed"
MANNER = Manner.MONEY


def plan(event: Event) -> Notice | None:
    """Return the notice that money which bought nothing owes its buyer."""
    if isinstance(event, Purchase.RefundOwed):
        return Notice.about(event, OCCASION, event.buyer_id, purchase=str(event.originator_id))
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say that the money goes back by itself.

    Raises TryAgain, or WillNeverWork once it went back, which is told by itself.
    """
    item = desk.paid_item(UUID(notice.facts["purchase"]))
    if item.state in (PurchaseState.REFUNDED, PurchaseState.CHARGED_BACK):
        raise WillNeverWork("the money went back already")
    for_whom = desk.for_whom(item.user_id, to)
    return Letter(
        subject=f"Your payment of {item.price} goes back to you",
        paragraphs=(
            (
                f"We received {item.price} from you on {day(notice.owed_at)} for the paid version "
                f"of SecureMail{for_whom}."
            ),
            (
                "But the paid version was there already, because you or somebody else had paid "
                "before. So this payment bought nothing."
            ),
            (
                f"The {item.price} go back to your card by themselves, usually within 5 to 10 "
                "days. You need not do anything."
            ),
        ),
        link_label="Open your invoices",
        link=desk.page("/billing"),
    )
