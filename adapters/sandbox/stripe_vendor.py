"""What every desk of the stand-in needs: the time, new names, papers, and a way to tell of them.

What happened, the event that tells of it and its deliveries are written in the caller's
transaction: together, or not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from adapters.sandbox.stripe_errors import missing
from adapters.sandbox.stripe_faults import Faults
from adapters.sandbox.stripe_objects import Json, event
from adapters.sandbox.stripe_store import Books

Told = tuple[str, Json]
"""What happened, as Stripe names it, and to which object."""


@dataclass(frozen=True, slots=True)
class Vendor:
    """The house behind all desks."""

    clock: Callable[[], datetime]
    draw: Callable[[], str]
    faults: Faults
    public_url: str

    def now(self) -> int:
        """Return the time in whole seconds, as Stripe writes it."""
        return int(self.clock().timestamp())

    def name(self, prefix: str) -> str:
        """Return a new name for an object."""
        return f"{prefix}_{self.draw()}"

    def find(self, books: Books, kind: str, identifier: str, *, status: int = 404) -> Json:
        """Return an object of a kind, or raise StripeRefusal with the status."""
        found = books.get(identifier)
        if found is None or found.get("object") != kind:
            raise missing(kind, identifier, status=status)
        return found

    def named(self, books: Books, kind: str, identifier: str) -> Json:
        """Return an object that a field of the call names, or raise StripeRefusal.

        What was deleted can still be looked up, but not be used.
        """
        found = self.find(books, kind, identifier, status=400)
        if found.get("deleted"):
            raise missing(kind, identifier, status=400)
        return found

    def tell(self, books: Books, *occasion: Told) -> None:
        """Record what happened at once, and put it on its way to the webhook address."""
        told = [
            event(kind, about, event_id=self.name("evt"), created=self.now())
            for kind, about in occasion
        ]
        for each in told:
            books.add_event(each)
        ids = [each["id"] for each in told]
        due_at = self.clock().timestamp()
        fault = self.faults.take_webhook() if told else None
        plan = fault.apply(ids, due_at) if fault else [(each, due_at) for each in ids]
        for event_id, at in plan:
            books.owe_delivery(event_id, at)
