"""The till of the stand-in: opens card pages, and hands the card on to be charged or saved.

Invariants:
- a card page is open, complete or expired, and never open again;
- money moves at most once a page, however often the button is pressed;
- what happened, the event that tells of it and its deliveries are written together.
"""

from dataclasses import asdict, dataclass

from adapters.sandbox.stripe_card_form import CardOnFile
from adapters.sandbox.stripe_cards import Decline, Occasion
from adapters.sandbox.stripe_charges import Charges, Outcome, Question
from adapters.sandbox.stripe_errors import StripeRefusal
from adapters.sandbox.stripe_money import payment_intent
from adapters.sandbox.stripe_objects import (
    Json,
    automatic_tax,
    checkout_session,
    customer,
    payment_method,
)
from adapters.sandbox.stripe_params import CardPage
from adapters.sandbox.stripe_setup import Setup
from adapters.sandbox.stripe_store import Books
from adapters.sandbox.stripe_vendor import Vendor


@dataclass(frozen=True, slots=True)
class Till:
    """Decides; every method works within the caller's transaction."""

    vendor: Vendor
    charges: Charges
    setup: Setup

    def open_page(self, books: Books, page: CardPage) -> Json:
        """Make a card page."""
        if page.customer:
            self.vendor.named(books, "customer", page.customer)
        session_id, now = f"cs_test_{self.vendor.draw()}", self.vendor.now()
        url = f"{self.vendor.public_url}/c/pay/{session_id}"
        session = checkout_session(page, session_id=session_id, url=url, created=now)
        if page.mode == "setup":
            session["setup_intent"] = self.setup.begin(books, page)["id"]
        books.put(session, {"id": f"page of {session_id}", **asdict(page)})
        return session

    def session(self, books: Books, session_id: str) -> Json:
        """Return a Checkout Session as it is now; its time may have run out since it was made."""
        session = self.vendor.find(books, "checkout.session", session_id)
        if session["status"] == "open" and self.vendor.now() >= session["expires_at"]:
            return self._expired(books, session)
        return session

    def page(self, books: Books, session: Json) -> CardPage:
        """Return what a Checkout Session was made from."""
        fields = books.get(f"page of {session['id']}") or {}
        return CardPage(**{name: value for name, value in fields.items() if name != "id"})

    def expire(self, books: Books, session_id: str) -> Json:
        """Close a card page that nobody has paid on."""
        session = self.session(books, session_id)
        if session["status"] != "open":
            raise StripeRefusal(
                'Only Checkout Sessions with a status in ["open"] can be expired. '
                f"This Checkout Session has a status of {session['status']}."
            )
        return self._expired(books, session)

    def take_card(self, books: Books, session: Json, card: CardOnFile) -> Decline | None:
        """Try a card on an open page: it is declined, asks its holder first, or is taken."""
        method = payment_method(card, method_id=self.vendor.name("pm"), created=self.vendor.now())
        intent = self._intent_to_try(books, session)
        question = Question(f"{session['url']}/3ds", session["success_url"])
        if session["setup_intent"]:
            outcome = self.setup.attempt(books, intent, method, card.bank, question)
        else:
            outcome = self.charges.attempt(
                books, intent, method, bank=card.bank, occasion=Occasion.PAGE, question=question
            )
        return self._goes_on(books, session, intent, outcome)

    def asks_the_holder(self, books: Books, session: Json) -> bool:
        """Say whether the page waits for the card holder's confirmation."""
        intent = books.get(session["payment_intent"] or session["setup_intent"] or "")
        return intent is not None and intent["status"] == "requires_action"

    def hear_the_holder(self, books: Books, session: Json, *, confirms: bool) -> Decline | None:
        """Go on after 3-D Secure: the card is taken, or declined."""
        intent = self._intent_to_try(books, session)
        if session["setup_intent"]:
            outcome = self.setup.hear(books, intent, confirms=confirms)
        else:
            outcome = self.charges.hear(books, intent, Occasion.PAGE, confirms=confirms)
        return self._goes_on(books, session, intent, outcome)

    def _intent_to_try(self, books: Books, session: Json) -> Json:
        """Return what the page is about, which is made when the first card is tried."""
        if session["setup_intent"]:
            intent = self.setup.intent(books, session["setup_intent"])
        elif session["payment_intent"]:
            intent = self.charges.intent(books, session["payment_intent"])
        else:
            intent = self._payment_of(books, session)
        if intent["customer"] is None and session["customer_creation"] == "always":
            made = customer(customer_id=self.vendor.name("cus"), created=self.vendor.now())
            intent["customer"] = made["id"]
            books.put(made, intent)
        return intent

    def _payment_of(self, books: Books, session: Json) -> Json:
        page = self.page(books, session)
        intent = payment_intent(
            intent_id=self.vendor.name("pi"),
            secret=self.vendor.draw(),
            created=self.vendor.now(),
            amount=session["amount_total"],
            currency=session["currency"],
            customer=session["customer"],
            description=page.intent_description,
            metadata=page.intent_metadata,
            setup_future_usage=page.setup_future_usage,
        )
        session["payment_intent"] = intent["id"]
        books.put(session, intent, {"id": f"page of {intent['id']}", "session": session["id"]})
        return intent

    def _goes_on(
        self, books: Books, session: Json, intent: Json, outcome: Outcome
    ) -> Decline | None:
        told = list(outcome.told)
        if intent["status"] == "succeeded":
            self._complete(books, session, intent)
            told.insert(1, ("checkout.session.completed", session))
        self.vendor.tell(books, *told)
        return outcome.decline

    def _complete(self, books: Books, session: Json, intent: Json) -> None:
        page = self.page(books, session)
        method = self.vendor.find(books, "payment_method", intent["payment_method"])
        method["customer"] = intent["customer"] if page.saves else None
        session |= {
            "automatic_tax": automatic_tax(page, "complete"),
            "customer": intent["customer"],
            "payment_status": "paid" if page.mode == "payment" else "no_payment_required",
            "status": "complete",
            "url": None,
        }
        books.put(method, session)

    def _expired(self, books: Books, session: Json) -> Json:
        session |= {"status": "expired", "url": None}
        books.put(session)
        self.vendor.tell(books, ("checkout.session.expired", session))
        return session
