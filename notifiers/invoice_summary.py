"""The list of all invoices that a payer asked for, as they are when it is sent."""

from collections.abc import Sequence

from domain.billing import Price
from domain.invoice import Invoice
from domain.payer import Payer
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.wording import day
from projections.payments import PaidItem

OCCASION = "invoice-summary"
MANNER = Manner.MONEY


def plan(event: Event) -> Notice | None:
    """Return the list that a payer asked for."""
    if isinstance(event, Payer.InvoiceSummaryRequested):
        return Notice.about(event, OCCASION, event.user_id)
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """List number, date, description and amount of each invoice, newest first, and the total."""
    del notice
    items = desk.payments.paid_by(to.user_id)
    invoices = [one for one in (invoice_of(item, to, desk) for item in items) if one]
    return Letter(
        subject="Your SecureMail invoices",
        paragraphs=(
            f"These are your invoices for SecureMail up to {day(desk.clock())}. {total(invoices)}"
            if invoices
            else "There are no invoices for you yet.",
        ),
        entries=tuple(map(lines_of, invoices)),
        link_label="Open your invoices",
        link=desk.page("/billing"),
    )


def invoice_of(item: PaidItem, to: Correspondent, desk: Desk) -> Invoice | None:
    """Return the invoice of a purchase, None if it is not paid."""
    if item.paid_at is None:
        return None
    return Invoice(
        invoice_id=item.purchase_id,
        description=item.description,
        price=item.price,
        paid_at=item.paid_at,
        refunded=item.refunded,
        buyer_name=to.full_name,
        practice_name=to.practice_name,
        beneficiary_name=None if item.user_id == to.user_id else desk.colleague(item.user_id),
    )


def lines_of(invoice: Invoice) -> tuple[str, ...]:
    """Return an invoice as it stands in the list."""
    for_whom = f", for {invoice.beneficiary_name}" if invoice.beneficiary_name else ""
    back = f", of which {invoice.given_back} went back" if invoice.given_back else ""
    return (
        f"{invoice.number}, {day(invoice.paid_at)}",
        f"{invoice.description}{for_whom}",
        f"{invoice.price}{back}",
    )


def total(invoices: Sequence[Invoice]) -> str:
    """Return what was paid altogether, less what went back, in each currency."""
    sums: dict[str, int] = {}
    for remaining in (one.remaining for one in invoices):
        sums[remaining.currency] = sums.get(remaining.currency, 0) + remaining.amount
    prices = [str(Price(amount, currency)) for currency, amount in sorted(sums.items())]
    less = ", without what went back" if any(one.refunded for one in invoices) else ""
    return f"Altogether that is {' and '.join(prices)}{less}."
