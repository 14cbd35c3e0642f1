"""The card page that a buyer sees: four fields, a green button, and what her bank says.

Plain forms without script. The session's unguessable name in the address is what lets somebody pay
here, as on Stripe's own page. Of a card only brand, last four digits and expiry are kept.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from adapters.sandbox.stripe_card_form import card_on_file, field_errors
from adapters.sandbox.stripe_cards import TEST_CARDS, Decline
from adapters.sandbox.stripe_errors import StripeRefusal
from adapters.sandbox.stripe_objects import Json
from adapters.sandbox.stripe_params import CardPage
from adapters.sandbox.stripe_store import Books, StripeStore
from adapters.sandbox.stripe_till import Till
from domain.billing import Price

HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
SESSION_ID = "{CHECKOUT_SESSION_ID}"


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at a card page: what it sells or saves, and in which state it is."""

    session: Json
    page: CardPage
    asks_the_holder: bool

    @property
    def is_open(self) -> bool:
        """Say whether money may still be moved here."""
        return bool(self.session["status"] == "open")

    @property
    def only_saves(self) -> bool:
        """Say whether nothing is paid here."""
        return self.page.mode == "setup"

    @property
    def address(self) -> str:
        """Return where the card form is shown, and sent to."""
        return f"/c/pay/{self.session['id']}"

    @property
    def success_url(self) -> str:
        """Return where a buyer goes who has paid, with the session's name filled in."""
        return self.page.success_url.replace(SESSION_ID, self.session["id"])

    def to_form(self) -> ResponseReturnValue:
        """Send the buyer to the card form."""
        return redirect(self.address, 303)

    def to_question(self) -> ResponseReturnValue:
        """Send the buyer to the bank's question."""
        return redirect(f"{self.address}/3ds", 303)

    def to_success(self) -> ResponseReturnValue:
        """Send the buyer back to the shop."""
        return redirect(self.success_url, 303)

    def goes_on(self) -> ResponseReturnValue:
        """Answer a button pressed after the end: paid goes on as before, expired says so."""
        return self.to_success() if self.session["status"] == "complete" else self.shows_end()

    def shows_form(
        self, status: int, *, errors: dict[str, str] | None = None, decline: Decline | None = None
    ) -> ResponseReturnValue:
        """Show the card form, with what was wrong; number and CVC are to be typed again."""
        typed = {field: request.form.get(field, "") for field in ("expiry", "name")}
        more = {"errors": errors or {}, "decline": decline, "typed": typed, "cards": TEST_CARDS}
        return self._shows("stripe_pay.html", status, more)

    def shows_question(self) -> ResponseReturnValue:
        """Show the bank's question."""
        return self._shows("stripe_3ds.html", 200)

    def shows_end(self) -> ResponseReturnValue:
        """Show that nothing can be paid here any more."""
        status = 200 if self.session["status"] == "complete" else 410
        return self._shows("stripe_closed.html", status)

    def _shows(
        self, template: str, status: int, more: Mapping[str, object] | None = None
    ) -> ResponseReturnValue:
        price = Price(self.page.amount, self.page.currency)
        body = render_template(template, visit=self, price=price, **(more or {}))
        return body, status, {"Content-Security-Policy": self._policy()}

    def _policy(self) -> str:
        return policy_for(self.page.success_url)


def policy_for(home: str) -> str:
    """Allow our own style and forms; a browser also asks before a form is redirected home."""
    shop = urlsplit(home)
    return f"{POLICY}; form-action 'self' {shop.scheme}://{shop.netloc}"


class CardPages:
    """The pages; every request is one transaction."""

    def __init__(self, store: StripeStore, till: Till, wake: Callable[[], None]) -> None:
        self._store, self._till, self._wake = store, till, wake

    def blueprint(self) -> Blueprint:
        """Return the pages with their addresses."""
        pages = Blueprint("stripe_pages", __name__)
        pages.after_request(with_headers)
        pages.register_error_handler(StripeRefusal, show_missing)
        for rule, method, view in (
            ("/c/pay/<session_id>", "GET", self.show),
            ("/c/pay/<session_id>", "POST", self.pay),
            ("/c/pay/<session_id>/3ds", "GET", self.ask),
            ("/c/pay/<session_id>/3ds", "POST", self.hear),
        ):
            pages.add_url_rule(rule, view.__name__, view, methods=[method])
        return pages

    def show(self, session_id: str) -> ResponseReturnValue:
        """Show the card form, or that nothing can be paid here any more."""
        with self._visit(session_id) as (_, visit):
            return visit.shows_form(200) if visit.is_open else visit.shows_end()

    def pay(self, session_id: str) -> ResponseReturnValue:
        """Try the card; pressing twice moves the money, or saves the card, once."""
        with self._visit(session_id) as (books, visit):
            if not visit.is_open:
                return visit.goes_on()
            errors = field_errors(request.form, self._till.vendor.clock().date())
            if errors:
                return visit.shows_form(422, errors=errors)
            decline = self._till.take_card(books, visit.session, card_on_file(request.form))
            if decline:
                return visit.shows_form(402, decline=decline)
            waits = self._till.asks_the_holder(books, visit.session)
            return visit.to_question() if waits else visit.to_success()

    def ask(self, session_id: str) -> ResponseReturnValue:
        """Show the question of the card holder's bank (3-D Secure)."""
        with self._visit(session_id) as (_, visit):
            if not visit.is_open:
                return visit.shows_end()
            return visit.shows_question() if visit.asks_the_holder else visit.to_form()

    def hear(self, session_id: str) -> ResponseReturnValue:
        """Hear the card holder's answer."""
        with self._visit(session_id) as (books, visit):
            if not visit.is_open:
                return visit.goes_on()
            if not visit.asks_the_holder:
                return visit.to_form()
            confirms = request.form.get("outcome") == "complete"
            decline = self._till.hear_the_holder(books, visit.session, confirms=confirms)
            return visit.shows_form(402, decline=decline) if decline else visit.to_success()

    @contextmanager
    def _visit(self, session_id: str) -> Iterator[tuple[Books, Visit]]:
        with self._store.transaction() as books:
            session = self._till.session(books, session_id)
            waits = self._till.asks_the_holder(books, session)
            yield books, Visit(session, self._till.page(books, session), waits)
        self._wake()


def show_missing(refusal: StripeRefusal) -> ResponseReturnValue:
    """Show that there is no such page."""
    policy = {"Content-Security-Policy": f"{POLICY}; form-action 'none'"}
    return render_template("stripe_missing.html"), refusal.status, policy


def with_headers(response: Response) -> Response:
    """Lock a page down."""
    response.headers.update(HEADERS)
    return response
