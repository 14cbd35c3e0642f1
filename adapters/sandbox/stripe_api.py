"""The stand-in's counter for programs: the calls of Stripe's API that charging cards needs.

Paths, statuses and bodies after https://docs.stripe.com/api; idempotency after
https://docs.stripe.com/api/idempotent_requests.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Callable

from flask import Blueprint, Response, request

from adapters.sandbox.stripe_charge_params import (
    cancellation_reason,
    charge_order,
    confirmation_of,
)
from adapters.sandbox.stripe_desks import Desks
from adapters.sandbox.stripe_errors import StripeRefusal
from adapters.sandbox.stripe_events import events_order, events_page, one_event
from adapters.sandbox.stripe_expand import expanded, refuse_unexpandable
from adapters.sandbox.stripe_fields import Fields
from adapters.sandbox.stripe_idempotency import Idempotency, json_reply
from adapters.sandbox.stripe_lists import list_order
from adapters.sandbox.stripe_objects import Json
from adapters.sandbox.stripe_params import card_page
from adapters.sandbox.stripe_refunds import refund_order
from adapters.sandbox.stripe_store import Books, StripeStore

Act = Callable[[Books], Json]
Plan = Callable[[Fields], Act]
"""Reads the fields of a call, and returns what is to be done."""


class Counter:
    """The calls; only who shows the secret key is served."""

    def __init__(
        self, secret_key: str, store: StripeStore, desks: Desks, wake: Callable[[], None]
    ) -> None:
        self._secret_key, self._desks = secret_key, desks
        self._once = Idempotency(store, desks.vendor, wake)

    def blueprint(self) -> Blueprint:
        """Return the calls with their paths."""
        api = Blueprint("stripe_api", __name__, url_prefix="/v1")
        api.before_request(self.check_key)
        api.register_error_handler(StripeRefusal, refused)
        sessions, intents = "/checkout/sessions", "/payment_intents"
        for rule, method, view in (
            (sessions, "POST", self.create_session),
            (f"{sessions}/<session_id>", "GET", self.retrieve_session),
            (f"{sessions}/<session_id>/expire", "POST", self.expire_session),
            (intents, "POST", self.create_intent),
            (intents, "GET", self.list_intents),
            (f"{intents}/<intent_id>", "GET", self.retrieve_intent),
            (f"{intents}/<intent_id>/confirm", "POST", self.confirm_intent),
            (f"{intents}/<intent_id>/cancel", "POST", self.cancel_intent),
            ("/refunds", "POST", self.create_refund),
            ("/refunds", "GET", self.list_refunds),
            ("/disputes", "GET", self.list_disputes),
            ("/events", "GET", self.list_events),
            ("/events/<event_id>", "GET", self.retrieve_event),
            ("/customers/<customer_id>", "DELETE", self.delete_customer),
            ("/customers/<customer>/payment_methods/<method_id>", "GET", self.retrieve_card_of),
        ):
            api.add_url_rule(rule, view.__name__, view, methods=[method])
        for folder, kind in RETRIEVABLE.items():
            api.add_url_rule(f"/{folder}/<name>", folder, self._retrieving(kind), methods=["GET"])
        api.add_url_rule("/<path:path>", "unknown", _unknown, methods=["DELETE", "GET", "POST"])
        return api

    def check_key(self) -> None:
        """Refuse who does not show the secret key."""
        shown = _shown_key(request.headers.get("Authorization", ""))
        if shown is None:
            raise StripeRefusal("You did not provide an API key.", status=401)
        if not hmac.compare_digest(shown.encode(), self._secret_key.encode()):
            raise StripeRefusal(f"Invalid API Key provided: ****{shown[-4:]}", status=401)

    def create_session(self) -> Response:
        """Make a card page."""

        def plan(fields: Fields) -> Act:
            page = card_page(fields)
            return lambda books: self._desks.till.open_page(books, page)

        return self._answers("checkout.session", plan)

    def retrieve_session(self, session_id: str) -> Response:
        """Return a Checkout Session as it is now."""
        return self._does("checkout.session", lambda it: self._desks.till.session(it, session_id))

    def expire_session(self, session_id: str) -> Response:
        """Close a card page."""
        return self._does("checkout.session", lambda it: self._desks.till.expire(it, session_id))

    def create_intent(self) -> Response:
        """Make a PaymentIntent, and perhaps charge it."""

        def plan(fields: Fields) -> Act:
            order = charge_order(fields)
            return lambda books: self._desks.charges.create(books, order)

        return self._answers("payment_intent", plan)

    def retrieve_intent(self, intent_id: str) -> Response:
        """Return a PaymentIntent."""
        return self._does("payment_intent", lambda it: self._desks.charges.intent(it, intent_id))

    def confirm_intent(self, intent_id: str) -> Response:
        """Charge a PaymentIntent."""

        def plan(fields: Fields) -> Act:
            how = confirmation_of(fields)
            return lambda books: self._desks.charges.confirm(books, intent_id, how)

        return self._answers("payment_intent", plan)

    def cancel_intent(self, intent_id: str) -> Response:
        """Cancel a PaymentIntent."""

        def plan(fields: Fields) -> Act:
            reason = cancellation_reason(fields)
            return lambda books: self._desks.charges.cancel(books, intent_id, reason)

        return self._answers("payment_intent", plan)

    def create_refund(self) -> Response:
        """Give money back."""

        def plan(fields: Fields) -> Act:
            order = refund_order(fields)
            return lambda books: self._desks.refunds.give_back(books, order)

        return self._answers("refund", plan)

    def list_intents(self) -> Response:
        """Return a page of PaymentIntents, the newest first."""
        return self._lists("payment_intent", "customer")

    def list_refunds(self) -> Response:
        """Return a page of refunds, the newest first."""
        return self._lists("refund", "payment_intent", "charge")

    def list_disputes(self) -> Response:
        """Return a page of disputes, the newest first."""
        return self._lists("dispute", "payment_intent", "charge")

    def list_events(self) -> Response:
        """Return a page of events, the newest first."""

        def plan(fields: Fields) -> Act:
            order = events_order(fields)
            return lambda books: events_page(books, order, now=self._desks.vendor.now())

        return self._answers("event", plan)

    def retrieve_event(self, event_id: str) -> Response:
        """Return an event."""
        now = self._desks.vendor.now()
        return self._does("event", lambda books: one_event(books, event_id, now=now))

    def delete_customer(self, customer_id: str) -> Response:
        """Forget a customer."""
        return self._does("customer", lambda it: self._desks.delete_customer(it, customer_id))

    def retrieve_card_of(self, customer: str, method_id: str) -> Response:
        """Return a saved card of a customer."""
        return self._does(
            "payment_method", lambda books: self._desks.card_of(books, customer, method_id)
        )

    def _retrieving(self, kind: str) -> Callable[[str], Response]:
        """Return the view that shows an object of a kind by its name."""

        def retrieve(name: str) -> Response:
            return self._does(kind, lambda books: self._desks.vendor.find(books, kind, name))

        return retrieve

    def _lists(self, kind: str, *filters: str) -> Response:
        def plan(fields: Fields) -> Act:
            order = list_order(fields, *filters)
            return lambda books: order.page(books.all_of(kind), kind=kind, url=request.path)

        return self._answers(kind, plan)

    def _does(self, kind: str, act: Act) -> Response:
        """Answer a call that has no fields of its own."""
        return self._answers(kind, lambda _: act)

    def _answers(self, kind: str, plan: Plan) -> Response:
        """Read the call, act once, and answer with what the caller wants to see in full."""
        fields = Fields(request.form if request.method == "POST" else request.args)
        act, paths = plan(fields), fields.list_of("expand")
        fields.done()
        refuse_unexpandable(kind, paths)

        def carry_out(books: Books) -> Json:
            self._desks.refunds.fail_what_is_due(books)
            return expanded(books, act(books), paths)

        return self._once(carry_out)


RETRIEVABLE = {
    "charges": "charge",
    "customers": "customer",
    "disputes": "dispute",
    "payment_methods": "payment_method",
    "refunds": "refund",
    "setup_intents": "setup_intent",
}
"""What can be looked up by its name alone, by its place in the address."""


def refused(refusal: StripeRefusal) -> Response:
    """Answer with an error object."""
    return json_reply(json.dumps(refusal.body()), refusal.status)


def _unknown(path: str) -> Response:
    raise StripeRefusal(f"Unrecognized request URL ({request.method}: /v1/{path}).", status=404)


def _shown_key(header: str) -> str | None:
    """Return the key of `Bearer <key>`, or of basic authentication with the key as user."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return None
