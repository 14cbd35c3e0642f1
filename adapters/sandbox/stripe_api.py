"""The stand-in's counter for programs: the few calls of Stripe's API that a single payment needs.

Paths, statuses and bodies after https://docs.stripe.com/api; idempotency after
https://docs.stripe.com/api/idempotent_requests.
"""

import base64
import binascii
import hmac
import json
from typing import Any

from flask import Blueprint, Response, request

from adapters.sandbox.stripe_errors import StripeRefusal, missing
from adapters.sandbox.stripe_idempotency import Idempotency, json_reply
from adapters.sandbox.stripe_objects import Json, listing
from adapters.sandbox.stripe_params import card_page, refuse_unknown
from adapters.sandbox.stripe_store import Books, StripeStore
from adapters.sandbox.stripe_till import Till

PAGE_OF_A_LIST = 10
LONGEST_PAGE = 100
EXPAND = ("expand[]", "expand[0]")


class Counter:
    """The calls; only who shows the secret key is served."""

    def __init__(self, secret_key: str, store: StripeStore, till: Till) -> None:
        self._secret_key, self._till = secret_key, till
        self._once = Idempotency(store, till)

    def blueprint(self) -> Blueprint:
        """Return the calls with their paths."""
        api = Blueprint("stripe_api", __name__, url_prefix="/v1")
        api.before_request(self.check_key)
        api.register_error_handler(StripeRefusal, refused)
        sessions = "/checkout/sessions"
        for rule, methods, view in (
            (sessions, ["POST"], self.create_session),
            (f"{sessions}/<session_id>", ["GET"], self.retrieve_session),
            (f"{sessions}/<session_id>/expire", ["POST"], self.expire_session),
            ("/payment_intents/<intent_id>", ["GET"], self.retrieve_intent),
            ("/events", ["GET"], self.list_events),
            ("/<path:path>", ["DELETE", "GET", "POST"], _unknown),
        ):
            api.add_url_rule(rule, view.__name__, view, methods=methods)
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
        page = card_page(request.form)
        return self._once(lambda books: self._till.open_page(books, page))

    def retrieve_session(self, session_id: str) -> Response:
        """Return a Checkout Session, with its PaymentIntent in full if the caller asks for it."""
        refuse_unknown(request.args, EXPAND)
        return self._once(lambda books: _expanded(books, self._till.session(books, session_id)))

    def expire_session(self, session_id: str) -> Response:
        """Close a card page."""
        refuse_unknown(request.form)
        return self._once(lambda books: self._till.expire(books, session_id))

    def retrieve_intent(self, intent_id: str) -> Response:
        """Return a PaymentIntent."""
        refuse_unknown(request.args)
        return self._once(lambda books: self._till.intent(books, intent_id))

    def list_events(self) -> Response:
        """Return a page of events, the newest first."""
        refuse_unknown(request.args, ("limit", "starting_after", "type"))
        return self._once(_events)


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


def _expanded(books: Books, session: Json) -> Json:
    wanted = [request.args[key] for key in EXPAND if key in request.args]
    if not wanted:
        return session
    if wanted != ["payment_intent"]:
        raise StripeRefusal(f"This property cannot be expanded ({wanted[-1]}).", param="expand")
    intent = session["payment_intent"]
    return session | {"payment_intent": books.get(intent) if intent else None}


def _events(books: Books) -> Json:
    kind = request.args.get("type")
    events = [each for each in books.events() if kind in (None, each["type"])]
    after = request.args.get("starting_after")
    if after is not None:
        events = events[_place(events, after) + 1 :]
    limit = request.args.get("limit", PAGE_OF_A_LIST, type=int)
    if not 1 <= limit <= LONGEST_PAGE:
        raise StripeRefusal("Invalid limit: must be between 1 and 100.", param="limit")
    return listing(events[:limit], url="/v1/events", has_more=len(events) > limit)


def _place(events: list[dict[str, Any]], event_id: str) -> int:
    for place, each in enumerate(events):
        if each["id"] == event_id:
            return place
    raise missing("event", event_id)
