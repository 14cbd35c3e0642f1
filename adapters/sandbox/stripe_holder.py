"""The page on which a bank asks the holder of a saved card, who then goes back to the shop.

Stripe names it in `next_action.redirect_to_url` and adds the PaymentIntent to the address to return
to (https://docs.stripe.com/payments/3d-secure/authentication-flow). The PaymentIntent's secret in
the address is what lets somebody answer here.
"""

import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from adapters.sandbox.stripe_cards import Occasion
from adapters.sandbox.stripe_desks import Desks
from adapters.sandbox.stripe_errors import StripeRefusal, missing
from adapters.sandbox.stripe_objects import Json
from adapters.sandbox.stripe_pages import policy_for, show_missing, with_headers
from adapters.sandbox.stripe_store import Books, StripeStore
from domain.billing import Price


@dataclass(frozen=True, slots=True)
class Question:
    """One look at a bank's question: about which money, and where the holder goes then."""

    intent: Json
    home: str

    @property
    def is_open(self) -> bool:
        """Say whether the bank still waits for an answer."""
        return bool(self.intent["status"] == "requires_action")

    @property
    def address(self) -> str:
        """Return where the question is shown, and answered."""
        return f"/c/confirm/{self.intent['client_secret']}"

    @property
    def return_url(self) -> str:
        """Return where the holder goes, with the PaymentIntent and how it went filled in."""
        went_well = self.intent["status"] == "succeeded"
        more = urlencode(
            {
                "payment_intent": self.intent["id"],
                "payment_intent_client_secret": self.intent["client_secret"],
                "redirect_status": "succeeded" if went_well else "failed",
            }
        )
        parts = urlsplit(self.home)
        return parts._replace(query=f"{parts.query}&{more}" if parts.query else more).geturl()

    def shown(self) -> ResponseReturnValue:
        """Show the question, or that nothing is asked any more."""
        price = Price(self.intent["amount"], self.intent["currency"])
        body = render_template("stripe_holder.html", question=self, price=price)
        return body, 200, {"Content-Security-Policy": policy_for(self.home)}

    def left(self) -> ResponseReturnValue:
        """Send the holder back to the shop."""
        return redirect(self.return_url, 303)


class HolderPages:
    """The pages; every request is one transaction."""

    def __init__(self, store: StripeStore, desks: Desks, wake: Callable[[], None]) -> None:
        self._store, self._desks, self._wake = store, desks, wake

    def blueprint(self) -> Blueprint:
        """Return the pages with their addresses."""
        pages = Blueprint("stripe_holder", __name__)
        pages.after_request(with_headers)
        pages.register_error_handler(StripeRefusal, show_missing)
        pages.add_url_rule("/c/confirm/<secret>", "ask", self.ask, methods=["GET"])
        pages.add_url_rule("/c/confirm/<secret>", "hear", self.hear, methods=["POST"])
        return pages

    def ask(self, secret: str) -> ResponseReturnValue:
        """Show the bank's question."""
        with self._question(secret) as (_, question):
            return question.shown()

    def hear(self, secret: str) -> ResponseReturnValue:
        """Hear the card holder's answer; answering twice moves the money once."""
        with self._question(secret) as (books, question):
            if question.is_open:
                outcome = self._desks.charges.hear(
                    books,
                    question.intent,
                    Occasion.PRESENT,
                    confirms=request.form.get("outcome") == "complete",
                )
                self._desks.vendor.tell(books, *outcome.told)
            return question.left()

    @contextmanager
    def _question(self, secret: str) -> Iterator[tuple[Books, Question]]:
        intent_id = secret.partition("_secret_")[0]
        with self._store.transaction() as books:
            intent = self._desks.charges.intent(books, intent_id)
            asked = books.get(f"return of {intent_id}")
            if not asked or not hmac.compare_digest(
                intent["client_secret"].encode(), secret.encode()
            ):
                raise missing("payment_intent", intent_id)
            yield books, Question(intent, asked["url"])
        self._wake()
