"""A small world around the stand-in: a clock, an ear on the line, our own door, and a buyer.

Everything that is said on the line, by `StripeBilling` and by the stand-in, and every webhook is
held to Stripe's document when the world ends.
"""

import io
import itertools
import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from unittest.mock import patch

import requests
import stripe
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

from adapters.sandbox.stripe_server import StandIn, create_stripe_stand_in, stand_in
from adapters.stripe_billing import StripeBilling
from domain.billing import Checkout
from tests.adapters.stripe_document import (
    objections_to_call,
    objections_to_event,
    objections_to_reply,
)

SECRET_KEY = "sk_test_invented"
WEBHOOK_SECRET = "whsec_invented"
GOOD_CARD = "4242 4242 4242 4242"
DECLINED_CARD = "4000 0000 0000 0002"
PATIENCE = 10.0
FORM = {
    "mode": "payment",
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "usd",
    "line_items[0][price_data][unit_amount]": "1000",
    "line_items[0][price_data][product_data][name]": "Something else",
    "success_url": "http://shop.example/paid",
    "cancel_url": "http://shop.example/inbox",
}
"""A card page that somebody else asks for."""


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    time: datetime = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **by: float) -> None:
        self.time += timedelta(**by)


class Door:
    """Our webhook address: keeps what came, and answers as it is told (200 if not told)."""

    def __init__(self) -> None:
        self.came: list[tuple[bytes, str]] = []
        self.answers: deque[str] = deque()
        self._rang = threading.Condition()

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        with self._rang:
            self.came.append((body, environ["HTTP_STRIPE_SIGNATURE"]))
            answer = self.answers.popleft() if self.answers else "200 OK"
            self._rang.notify_all()
        start_response(answer, [("Content-Length", "0")])
        return [b""]

    def wait_for(self, count: int) -> list[tuple[bytes, str]]:
        """Return what came as soon as it is so much."""
        with self._rang:
            assert self._rang.wait_for(lambda: len(self.came) >= count, PATIENCE), self.came
            return list(self.came)

    def wait_for_one(self, *words: str) -> tuple[bytes, str]:
        """Return the first that holds all the words, as soon as it has come."""

        def fitting():
            return [each for each in self.came if all(word.encode() in each[0] for word in words)]

        with self._rang:
            assert self._rang.wait_for(lambda: bool(fitting()), PATIENCE), self.came
            return fitting()[0]


@dataclass(frozen=True)
class Call:
    """One request and its answer."""

    method: str
    path: str
    query: str
    body: str
    headers: dict[str, str]
    status: int
    answer: bytes


class Line:
    """The line to the stand-in, with somebody listening to all that goes to its API."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.app = None

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        said = []

        def listen(status, headers, exc_info=None):
            said.append(int(status[:3]))
            return start_response(status, headers, exc_info)

        with closing(ClosingIterator(self.app(environ, listen))) as parts:
            answer = b"".join(parts)
        if environ["PATH_INFO"].startswith("/v1/"):
            self.calls.append(_call(environ, body, said[-1], answer))
        return [answer]


def _call(environ, body: bytes, status: int, answer: bytes) -> Call:
    headers = {key: value for key, value in environ.items() if key.startswith("HTTP_")}
    path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
    return Call(environ["REQUEST_METHOD"], path, query, body.decode(), headers, status, answer)


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log(self, type, message, *args):  # noqa: A002 - the name is werkzeug's
        pass


@contextmanager
def served(app) -> Iterator[str]:
    """Serve an app on a free loopback port; the value is its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.002})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class StripeWorld:
    """The stand-in with all around it."""

    store: Path
    clock: Clock
    door: Door
    line: Line
    url: str
    handles: StandIn
    billing: StripeBilling

    def opens(self, checkout: Checkout) -> requests.Response:
        """Look at the card page."""
        return requests.get(checkout.url, timeout=PATIENCE, allow_redirects=False)

    def submits(self, checkout: Checkout, card: str = GOOD_CARD, **changed: str):
        """Fill in the card page and press the green button."""
        form = {"card_number": card, "expiry": "04 / 31", "cvc": "123", "name": "Ada Lindqvist"}
        return self.posts(checkout.url, form | changed)

    def posts(self, url: str, form: dict[str, str]) -> requests.Response:
        """Send a form."""
        return requests.post(url, data=form, timeout=PATIENCE, allow_redirects=False)

    def asks(self, method: str, path: str, key: str | None = SECRET_KEY, **more):
        """Call the stand-in's API by hand."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        headers |= more.pop("headers", {})
        return requests.request(method, self.url + path, headers=headers, timeout=PATIENCE, **more)

    def events(self) -> list[dict]:
        """Return the stand-in's events, the oldest first."""
        return self.asks("GET", "/v1/events?limit=100").json()["data"][::-1]

    def pages_made(self) -> int:
        """Return how many card pages there are, those included that nobody was told of."""
        with closing(sqlite3.connect(self.store)) as file:
            pages = file.execute("SELECT count(*) FROM object WHERE id LIKE 'cs_%'")
            return pages.fetchone()[0]

    def breaks_all_calls(self, kind: str, *, happened: bool = False) -> None:
        """Let one call of ours fail with all the repetitions that Stripe's library makes."""
        self.handles.faults.order_call(kind, happened=happened, times=3)

    def objections(self) -> list[str]:
        """Return what in all that was said or is kept does not follow Stripe's document."""
        with closing(sqlite3.connect(self.store)) as file:
            kept = file.execute("SELECT body FROM event").fetchall()
        told = [objections_to_event(body) for body, *_ in [*self.door.came, *kept]]
        return [*chain.from_iterable([*map(_objections, self.line.calls), *told])]


def _objections(call: Call) -> list[str]:
    """Return objections to an answer, and to the request if it is one of `StripeBilling`."""
    reply = objections_to_reply(call.method, call.path, call.status, call.answer)
    if "HTTP_X_STRIPE_CLIENT_USER_AGENT" not in call.headers:
        return reply
    return objections_to_call(call.method, call.path, call.query, call.body) + reply


@contextmanager
def stripe_world(
    store: Path, *, clock: Clock | None = None, door: Door | None = None, timeout: float = PATIENCE
) -> Iterator[StripeWorld]:
    """Let the world begin, and check at its end that all was said as Stripe says it."""
    clock, door, line = clock or Clock(), door or Door(), Line()
    with ExitStack() as ends:
        webhook_url = ends.enter_context(served(door)) + "/webhooks/stripe"
        url = ends.enter_context(served(line))
        drawn = itertools.count(1)
        run = "second" if store.exists() else "first"
        ends.enter_context(patch.object(stripe.HTTPClient, "INITIAL_DELAY", 0.01))
        line.app = create_stripe_stand_in(
            store=store,
            secret_key=SECRET_KEY,
            webhook_secret=WEBHOOK_SECRET,
            webhook_url=webhook_url,
            public_url=url,
            clock=clock,
            draw=lambda: f"{run}{next(drawn):020d}",
        )
        handles = stand_in(line.app)
        ends.callback(handles.close)
        billing = StripeBilling(SECRET_KEY, [WEBHOOK_SECRET], url, clock=clock, timeout=timeout)
        ends.callback(billing.close)
        world = StripeWorld(store, clock, door, line, url, handles, billing)
        yield world
    assert world.objections() == []
