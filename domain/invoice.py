"""An invoice says what was bought, for whom, and what became of the money."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from domain.billing import Price


@dataclass(frozen=True, slots=True)
class Invoice:
    """What a buyer hands to her bookkeeper; names are in clear, so it is made anew each time.

    `refunded` is in minor units of the currency of `price`. `paid_at` knows its time zone.
    `beneficiary_name` is the colleague for whom it was bought, None if it was for the buyer.
    """

    invoice_id: UUID
    description: str
    price: Price
    paid_at: datetime
    refunded: int
    buyer_name: str
    practice_name: str | None
    beneficiary_name: str | None

    @property
    def number(self) -> str:
        """Return what people call it: year and month (UTC), and the first 8 digits of its id.

        Two invoices of a month share a number once in 4 thousand million pairs; the id decides.
        """
        return f"{self.paid_at.astimezone(UTC):%Y-%m}-{self.invoice_id.hex[:8].upper()}"

    @property
    def given_back(self) -> Price | None:
        """Return what was refunded, None if nothing was."""
        return Price(self.refunded, self.price.currency) if self.refunded else None

    @property
    def remaining(self) -> Price:
        """Return what was paid less what was given back."""
        return Price(self.price.amount - self.refunded, self.price.currency)


class InvoicePrinter(Protocol):
    """Puts an invoice on paper."""

    def print(self, invoice: Invoice) -> bytes:
        """Return the invoice as a PDF; the same invoice gives the same bytes."""
