"""Saves a card for later on a SetupIntent; no money moves.

After https://docs.stripe.com/payments/setupintents/lifecycle.
"""

from dataclasses import dataclass

from adapters.sandbox.stripe_cards import (
    NOT_AUTHENTICATED_TO_SAVE,
    Decline,
    Occasion,
    TestCard,
)
from adapters.sandbox.stripe_charges import Outcome, Question
from adapters.sandbox.stripe_money import card_error
from adapters.sandbox.stripe_objects import Json, setup_intent
from adapters.sandbox.stripe_params import CardPage
from adapters.sandbox.stripe_store import Books
from adapters.sandbox.stripe_vendor import Vendor


@dataclass(frozen=True, slots=True)
class Setup:
    """Every method works within the caller's transaction."""

    vendor: Vendor

    def intent(self, books: Books, intent_id: str) -> Json:
        """Return a SetupIntent."""
        return self.vendor.find(books, "setup_intent", intent_id)

    def begin(self, books: Books, page: CardPage) -> Json:
        """Make the SetupIntent of a card page."""
        name, secret, now = self.vendor.name("seti"), self.vendor.draw(), self.vendor.now()
        intent = setup_intent(page, intent_id=name, secret=secret, created=now)
        books.put(intent)
        return intent

    def attempt(
        self, books: Books, intent: Json, method: Json, bank: TestCard, question: Question
    ) -> Outcome:
        """Try to save a card: it is declined, asks its holder first, or is saved."""
        decline = bank.says_no(Occasion.SAVING)
        if decline:
            return self._declines(books, intent, method, decline)
        if bank.asks:
            return self._asks(books, intent, method, question)
        return self._saves(books, intent, method)

    def hear(self, books: Books, intent: Json, *, confirms: bool) -> Outcome:
        """Go on after the holder's answer: the card is saved, or declined."""
        method = self.vendor.find(books, "payment_method", intent["payment_method"])
        if confirms:
            return self._saves(books, intent, method)
        return self._declines(books, intent, method, NOT_AUTHENTICATED_TO_SAVE)

    def _asks(self, books: Books, intent: Json, method: Json, question: Question) -> Outcome:
        redirect = {"return_url": question.return_url, "url": question.url}
        intent |= {
            "next_action": {"redirect_to_url": redirect, "type": "redirect_to_url"},
            "payment_method": method["id"],
            "status": "requires_action",
        }
        books.put(intent, method)
        return Outcome(None, [("setup_intent.requires_action", intent)])

    def _declines(self, books: Books, intent: Json, method: Json, decline: Decline) -> Outcome:
        intent |= {
            "last_setup_error": card_error(decline, method),
            "next_action": None,
            "payment_method": None,
            "status": "requires_payment_method",
        }
        books.put(intent)
        return Outcome(decline, [("setup_intent.setup_failed", intent)])

    def _saves(self, books: Books, intent: Json, method: Json) -> Outcome:
        intent |= {
            "last_setup_error": None,
            "next_action": None,
            "payment_method": method["id"],
            "status": "succeeded",
        }
        books.put(intent, method)
        return Outcome(None, [("setup_intent.succeeded", intent)])
