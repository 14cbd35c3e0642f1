"""The notice that money was given back, all of it or some."""

from uuid import UUID

from domain.billing import Price
from domain.purchase import Purchase
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.wording import day

OCCASION = "refund"
MANNER = Manner.MONEY

IT_STAYS = "This changes nothing else: what this payment has paid for stays as it is."
IT_ENDS = (
    "If this payment had paid for a time that was not over yet, that time has ended. Whatever else "
    "was paid for stays as it is."
)


def plan(event: Event) -> Notice | None:
    """Return the notice that money which was given back owes its buyer."""
    if isinstance(event, Purchase.PartlyRefunded | Purchase.PurchaseRefunded):
        return Notice.about(
            event,
            OCCASION,
            event.buyer_id,
            purchase=str(event.originator_id),
            refunded=str(event.refunded),
            all="yes" if isinstance(event, Purchase.PurchaseRefunded) else "no",
        )
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say how much went back so far, and what that changes. Raises TryAgain."""
    item = desk.paid_item(UUID(notice.facts["purchase"]))
    is_all = notice.facts["all"] == "yes"
    back = Price(int(notice.facts["refunded"]), item.currency)
    for_whom = desk.for_whom(item.user_id, to)
    what = f"the {item.price}" if is_all else f"{back} of the {item.price}"
    paid_on = f" on {day(item.paid_at)}" if item.paid_at else ""
    return Letter(
        subject=f"We have given back {back}",
        paragraphs=(
            (
                f"We have given back {what} that you paid{paid_on} for the paid version of "
                f"SecureMail{for_whom}."
            ),
            "Your card shows it usually within 5 to 10 days. You need not do anything.",
            IT_ENDS if is_all else IT_STAYS,
        ),
        link_label="Open your invoices",
        link=desk.page("/billing"),
    )
