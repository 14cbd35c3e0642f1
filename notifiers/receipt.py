"""The receipt: money moved, and this is the term that it paid for."""

from datetime import datetime
from uuid import UUID

from domain.billing import Price
from domain.invoice import Invoice
from domain.purchase_life import PurchaseState
from domain.subscription import Subscription
from notifiers.carrier import WillNeverWork
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.wording import day

OCCASION = "receipt"
MANNER = Manner.MONEY

WHAT_IT_OPENS = "You can now compose new secure messages and invite others."


def plan(event: Event) -> Notice | None:
    """Return the receipt that a paid term owes its payer; money that bought no term goes back."""
    if isinstance(event, Subscription.TermPaid):
        return Notice.about(
            event,
            OCCASION,
            event.payer_id,
            purchase=str(event.purchase_id),
            amount=str(event.amount),
            currency=event.currency,
            paid_at=event.timestamp.isoformat(),
            starts_at=event.starts_at.isoformat(),
            ends_at=event.ends_at.isoformat(),
        )
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say what was paid, when, for what, and from when to when.

    Raises TryAgain, or WillNeverWork once the money went back, which is told by itself.
    """
    facts = notice.facts
    item = desk.paid_item(UUID(facts["purchase"]))
    if item.state in (PurchaseState.REFUNDED, PurchaseState.CHARGED_BACK):
        raise WillNeverWork("the money went back")
    colleague = None if item.user_id == to.user_id else desk.colleague(item.user_id)
    invoice = invoice_of(notice, item.description, to.full_name, colleague)
    starts_at, ends_at = (datetime.fromisoformat(facts[end]) for end in ("starts_at", "ends_at"))
    thanks = (
        f"Thank you. We received {invoice.price} on {day(invoice.paid_at)} for the paid version of "
        f"SecureMail{f' for {colleague}' if colleague else ''}."
    )
    term = (
        f"It is paid for from {day(starts_at)} to {day(ends_at)}, and renews by itself until you "
        "cancel."
    )
    opens_now = colleague is None and starts_at == invoice.paid_at
    return Letter(
        subject="Your SecureMail receipt",
        paragraphs=(thanks, term, WHAT_IT_OPENS) if opens_now else (thanks, term),
        link_label="Open SecureMail" if opens_now else "Open your invoices",
        link=desk.page("/dashboard" if opens_now else "/billing"),
        small_print=(f"Invoice {invoice.number}: {invoice.description}",),
    )


def invoice_of(
    notice: Notice, description: str, buyer_name: str, beneficiary_name: str | None
) -> Invoice:
    """Return the invoice of a term that was just paid."""
    facts = notice.facts
    price = Price(int(facts["amount"]), facts["currency"])
    return Invoice(
        invoice_id=UUID(facts["purchase"]),
        description=description,
        price=price,
        paid_at=datetime.fromisoformat(facts["paid_at"]),
        refunded=0,
        buyer_name=buyer_name,
        practice_name=None,
        beneficiary_name=beneficiary_name,
    )
