"""Disputes: a card holder tells her bank that she never paid, and the money is drawn back.

After https://docs.stripe.com/disputes/how-disputes-work. The bank's judgement is given by whoever
runs the stand-in.
"""

from dataclasses import dataclass
from enum import StrEnum

from adapters.sandbox.stripe_errors import StripeRefusal
from adapters.sandbox.stripe_money import dispute
from adapters.sandbox.stripe_objects import Json
from adapters.sandbox.stripe_store import Books
from adapters.sandbox.stripe_vendor import Told, Vendor

SETTLED = {"won", "lost"}


class Judgement(StrEnum):
    """What becomes of a payment that may be disputed."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Disputes:
    """Every method works within the caller's transaction."""

    vendor: Vendor

    def opened(self, books: Books, charge: Json) -> list[Told]:
        """Let the holder dispute a charge; return what is to be told."""
        made = dispute(charge, dispute_id=self.vendor.name("dp"), created=self.vendor.now())
        charge |= {"disputed": True}
        books.put(made, charge)
        return [("charge.dispute.created", made), ("charge.dispute.funds_withdrawn", made)]

    def judge(self, books: Books, intent_id: str, judgement: Judgement) -> None:
        """Open a dispute about a payment, or let its bank settle the open one."""
        intent = self.vendor.find(books, "payment_intent", intent_id)
        if judgement is not Judgement.OPEN:
            self.vendor.tell(books, *self._settled(books, intent, judgement))
            return
        charge = books.get(intent["latest_charge"] or "")
        if charge is None or not charge["paid"] or charge["disputed"]:
            raise StripeRefusal(f"There is nothing to dispute about '{intent_id}'.")
        self.vendor.tell(books, *self.opened(books, charge))

    def _settled(self, books: Books, intent: Json, judgement: Judgement) -> list[Told]:
        found = [
            each
            for each in books.all_of("dispute")
            if each["payment_intent"] == intent["id"] and each["status"] not in SETTLED
        ]
        if not found:
            raise StripeRefusal(f"There is no open dispute about '{intent['id']}'.")
        won = judgement is Judgement.WON
        settled = found[0] | {"status": judgement.value, "is_charge_refundable": won}
        books.put(settled)
        back = [("charge.dispute.funds_reinstated", settled)] if won else []
        return [*back, ("charge.dispute.closed", settled)]
