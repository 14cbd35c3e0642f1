"""A card vendor in memory: keeps its word as the real one does, and breaks down when told to."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field, replace
from uuid import UUID

from domain.billing import BillingIsUnavailable, Checkout, Payment, Price, WebhookIsNotGenuine

Webhook = tuple[bytes, str]
"""A body and the signature that goes with it."""


@dataclass
class MemoryBilling:
    """The `Billing` port. `pay` and `decline` are the buyer's hand on the card page.

    While `is_down`, every call fails and nothing happens. `lost_answers` calls fail although what
    they asked for has happened.
    """

    is_down: bool = False
    lost_answers: int = 0
    secret: bytes = b"the double's own"
    asked: dict[str, tuple[Price, str, str, str]] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)

    def open_checkout(
        self, *, purchase_id: UUID, price: Price, description: str, return_url: str, cancel_url: str
    ) -> Checkout:
        """Return the card page of a purchase; asking again returns the same one."""
        self._refuse_while_down()
        session_id = f"cs_memory_{purchase_id.hex}"
        asked = (price, description, return_url, cancel_url)
        if self.asked.setdefault(session_id, asked) != asked:
            raise BillingIsUnavailable("the same purchase was asked for in another way")
        unpaid = Payment(purchase_id, session_id, paid=False, reference=None, price=price)
        self.payments.setdefault(session_id, unpaid)
        self._perhaps_lose_the_answer()
        return Checkout(session_id, f"https://cards.example/{session_id}")

    def payment(self, session_id: str) -> Payment:
        """Look up what became of a checkout."""
        self._refuse_while_down()
        self._perhaps_lose_the_answer()
        if session_id not in self.payments:
            raise BillingIsUnavailable("no such checkout")
        return self.payments[session_id]

    def read_webhook(self, body: bytes, signature: str | None) -> Payment | None:
        """Return the payment that a webhook speaks of; None if it speaks of something else."""
        given = (signature or "").encode()
        if not hmac.compare_digest(self._signature(body).encode(), given):
            raise WebhookIsNotGenuine("no signature fits")
        told = json.loads(body)
        return self.payments[told["session_id"]] if told["paid"] else None

    def pay(self, session_id: str) -> Webhook:
        """Pay on the card page; return the webhook that tells of it. Paying twice pays once."""
        payment = self.payments[session_id]
        reference = f"pi_memory_{payment.purchase_id.hex}"
        self.payments[session_id] = replace(payment, paid=True, reference=reference)
        return self._webhook(session_id, paid=True)

    def decline(self, session_id: str) -> Webhook:
        """Try a card that is declined; return the webhook, which tells of no payment."""
        return self._webhook(session_id, paid=False)

    def _webhook(self, session_id: str, *, paid: bool) -> Webhook:
        body = json.dumps({"session_id": session_id, "paid": paid}).encode()
        return body, self._signature(body)

    def _signature(self, body: bytes) -> str:
        return hmac.new(self.secret, body, hashlib.sha256).hexdigest()

    def _refuse_while_down(self) -> None:
        if self.is_down:
            raise BillingIsUnavailable("the double is down")

    def _perhaps_lose_the_answer(self) -> None:
        if self.lost_answers:
            self.lost_answers -= 1
            raise BillingIsUnavailable("the answer was lost")
