"""The till of the stand-in: opens card pages, takes a card, moves the money once, tells of it.

Invariants:
- a card page is open, complete or expired, and never open again;
- money moves at most once a page, however often the button is pressed;
- what happened, the event that tells of it and its deliveries are written together.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from adapters.sandbox.stripe_cards import NOT_AUTHENTICATED, CardOnFile, Decline
from adapters.sandbox.stripe_errors import StripeRefusal, missing
from adapters.sandbox.stripe_faults import Faults
from adapters.sandbox.stripe_objects import (
    Json,
    card_error,
    checkout_session,
    event,
    payment_intent,
    payment_method,
)
from adapters.sandbox.stripe_params import CardPage
from adapters.sandbox.stripe_store import Books


@dataclass(frozen=True, slots=True)
class Till:
    """Decides; every method works within the caller's transaction."""

    clock: Callable[[], datetime]
    draw: Callable[[], str]
    faults: Faults
    public_url: str

    def open_page(self, books: Books, page: CardPage) -> Json:
        """Make a card page."""
        session_id = f"cs_test_{self.draw()}"
        url = f"{self.public_url}/c/pay/{session_id}"
        session = checkout_session(page, session_id=session_id, url=url, created=self.now())
        books.put(session, {"id": _private(session), **asdict(page)})
        return session

    def session(self, books: Books, session_id: str) -> Json:
        """Return a Checkout Session as it is now; its time may have run out since it was made."""
        session = books.get(session_id)
        if session is None or session.get("object") != "checkout.session":
            raise missing("checkout.session", session_id)
        if session["status"] == "open" and self.now() >= session["expires_at"]:
            return self._expired(books, session)
        return session

    def page(self, books: Books, session: Json) -> CardPage:
        """Return what a Checkout Session was made from."""
        fields = books.get(_private(session)) or {}
        return CardPage(**{name: value for name, value in fields.items() if name != "id"})

    def intent(self, books: Books, intent_id: str) -> Json:
        """Return a PaymentIntent."""
        intent = books.get(intent_id)
        if intent is None or intent.get("object") != "payment_intent":
            raise missing("payment_intent", intent_id)
        return intent

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
        """Try a card on an open page: it is declined, asks its holder first, or pays."""
        intent = self._intent_of(books, session)
        method = payment_method(card, method_id=f"pm_{self.draw()}", created=self.now())
        if card.decline:
            self._decline(books, intent, method, card.decline)
            return card.decline
        books.put(method)
        intent["payment_method"] = method["id"]
        if card.asks_the_holder:
            self._ask(books, session, intent)
        else:
            self._pay(books, session, intent, method)
        return None

    def asks_the_holder(self, books: Books, session: Json) -> bool:
        """Say whether the page waits for the card holder's confirmation."""
        intent = books.get(session["payment_intent"] or "")
        return intent is not None and intent["status"] == "requires_action"

    def hear_the_holder(self, books: Books, session: Json, *, confirms: bool) -> Decline | None:
        """Go on after 3-D Secure: the money moves, or the card is declined."""
        intent = self.intent(books, session["payment_intent"])
        method = books.get(intent["payment_method"]) or {}
        if confirms:
            self._pay(books, session, intent, method)
            return None
        self._decline(books, intent, method, NOT_AUTHENTICATED)
        return NOT_AUTHENTICATED

    def now(self) -> int:
        """Return the time in whole seconds, as Stripe writes it."""
        return int(self.clock().timestamp())

    def _intent_of(self, books: Books, session: Json) -> Json:
        """Return the page's PaymentIntent, which is made when the first card is tried."""
        if session["payment_intent"]:
            return self.intent(books, session["payment_intent"])
        page = self.page(books, session)
        intent = payment_intent(session, page, intent_id=f"pi_{self.draw()}", secret=self.draw())
        session["payment_intent"] = intent["id"]
        books.put(session, intent)
        return intent

    def _decline(self, books: Books, intent: Json, method: Json, decline: Decline) -> None:
        intent |= {
            "last_payment_error": card_error(decline, method),
            "next_action": None,
            "payment_method": None,
            "status": "requires_payment_method",
        }
        books.put(intent)
        self._tell(books, ("payment_intent.payment_failed", intent))

    def _ask(self, books: Books, session: Json, intent: Json) -> None:
        redirect = {"return_url": session["success_url"], "url": f"{session['url']}/3ds"}
        intent |= {
            "next_action": {"redirect_to_url": redirect, "type": "redirect_to_url"},
            "status": "requires_action",
        }
        books.put(intent)
        self._tell(books, ("payment_intent.requires_action", intent))

    def _pay(self, books: Books, session: Json, intent: Json, method: Json) -> None:
        customer = f"cus_{self.draw()}" if session["customer_creation"] == "always" else None
        method |= {"customer": customer}
        intent |= {
            "amount_received": intent["amount"],
            "customer": customer,
            "last_payment_error": None,
            "latest_charge": f"ch_{self.draw()}",
            "next_action": None,
            "status": "succeeded",
        }
        session |= {
            "customer": customer,
            "payment_status": "paid",
            "status": "complete",
            "url": None,
        }
        books.put(method, intent, session)
        self._tell(
            books, ("payment_intent.succeeded", intent), ("checkout.session.completed", session)
        )

    def _expired(self, books: Books, session: Json) -> Json:
        session |= {"status": "expired", "url": None}
        books.put(session)
        self._tell(books, ("checkout.session.expired", session))
        return session

    def _tell(self, books: Books, *occasions: tuple[str, Json]) -> None:
        """Record what happened, and put it on its way to the webhook address."""
        told = [
            event(kind, about, event_id=f"evt_{self.draw()}", created=self.now())
            for kind, about in occasions
        ]
        for each in told:
            books.add_event(each)
        ids = [each["id"] for each in told]
        due_at = self.clock().timestamp()
        fault = self.faults.take_webhook()
        plan = fault.apply(ids, due_at) if fault else [(each, due_at) for each in ids]
        for event_id, at in plan:
            books.owe_delivery(event_id, at)


def _private(session: Json) -> str:
    """Return the name under which the stand-in keeps what Stripe does not show of a session."""
    return f"page of {session['id']}"
