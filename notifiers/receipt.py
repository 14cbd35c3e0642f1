"""The receipt: money moved, and this is what for."""

from domain.billing import Price
from domain.purchase import Purchase
from notifiers.desk import Desk
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.wording import day

OCCASION = "receipt"


def plan(event: Event) -> Notice | None:
    """Return the receipt that a confirmed payment owes its buyer."""
    if isinstance(event, Purchase.PaymentConfirmed):
        return Notice.about(
            event,
            OCCASION,
            event.buyer_id,
            purchase=str(event.originator_id),
            amount=str(event.amount),
            currency=event.currency,
            paid_on=day(event.timestamp),
        )
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say what was paid, when, and for what."""
    del to
    price = Price(int(notice.facts["amount"]), notice.facts["currency"])
    thanks = (
        f"Thank you. We received {price} on {notice.facts['paid_on']} for the paid version of "
        "SecureMail."
    )
    return Letter(
        subject="Your SecureMail receipt",
        paragraphs=(
            thanks,
            "You can now compose new secure messages and invite others.",
        ),
        link_label="Open SecureMail",
        link=desk.page("/dashboard"),
        small_print=(f"Receipt number: {notice.facts['purchase']}",),
    )
