"""The desks of the stand-in, each with one thing to do, and the house behind them."""

from dataclasses import dataclass

from adapters.sandbox.stripe_charges import Charges
from adapters.sandbox.stripe_disputes import Disputes
from adapters.sandbox.stripe_errors import missing
from adapters.sandbox.stripe_objects import Json
from adapters.sandbox.stripe_refunds import Refunds
from adapters.sandbox.stripe_setup import Setup
from adapters.sandbox.stripe_store import Books
from adapters.sandbox.stripe_till import Till
from adapters.sandbox.stripe_vendor import Vendor


@dataclass(frozen=True, slots=True)
class Desks:
    """Everything that can be done here."""

    vendor: Vendor
    charges: Charges
    disputes: Disputes
    refunds: Refunds
    till: Till

    @classmethod
    def of(cls, vendor: Vendor) -> "Desks":
        """Return the desks of a house."""
        disputes = Disputes(vendor)
        charges = Charges(vendor, disputes)
        till = Till(vendor, charges, Setup(vendor))
        return cls(vendor, charges, disputes, Refunds(vendor), till)

    def delete_customer(self, books: Books, customer_id: str) -> Json:
        """Forget a customer for good, and detach her cards; raises StripeRefusal.

        After https://docs.stripe.com/api/customers/delete.
        """
        customer = self.vendor.find(books, "customer", customer_id)
        if customer.get("deleted"):
            raise missing("customer", customer_id)
        deleted = {"id": customer_id, "object": "customer", "deleted": True}
        cards = [each for each in books.all_of("payment_method") if each["customer"] == customer_id]
        books.put(deleted, *[card | {"customer": None} for card in cards])
        self.vendor.tell(books, ("customer.deleted", customer))
        return deleted

    def card_of(self, books: Books, customer: str, method_id: str) -> Json:
        """Return a saved card of a customer, or raise StripeRefusal."""
        method = self.vendor.find(books, "payment_method", method_id)
        if method["customer"] != customer:
            raise missing("payment_method", method_id)
        return method
