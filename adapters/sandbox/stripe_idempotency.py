"""Asking twice: the same key and request get the first answer again, and nothing happens twice.

After https://docs.stripe.com/api/idempotent_requests: an answer is kept for 24 hours once the
request was understood and begun, whether it was a yes or a no; the same key with another request is
refused, and so is a key whose first request is still being worked on.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Response, request

from adapters.sandbox.stripe_errors import StripeRefusal
from adapters.sandbox.stripe_objects import Json
from adapters.sandbox.stripe_store import Answer, Books, StripeStore
from adapters.sandbox.stripe_vendor import Vendor

KEPT_FOR = 24 * 60 * 60


def json_reply(body: str, status: int) -> Response:
    """Return a JSON answer; a refused key names the way to show one."""
    reply = Response(body, status, content_type="application/json")
    if status == 401:  # noqa: PLR2004 - an HTTP status
        reply.headers["WWW-Authenticate"] = 'Basic realm="Stripe"'
    return reply


class Idempotency:
    """Carries out one call: once for each key, with the bad day that was ordered for it."""

    def __init__(self, store: StripeStore, vendor: Vendor, wake: Callable[[], None]) -> None:
        """Prepare; `wake` is called after whatever may have put an event on its way."""
        self._store, self._vendor, self._wake = store, vendor, wake
        self._lock = threading.Lock()
        self._in_work: set[str] = set()

    def __call__(self, action: Callable[[Books], Json]) -> Response:
        """Answer the current request with what `action` returns or refuses."""
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        faults = self._vendor.faults
        fault = faults.take_call(request.method, request.path)
        line = request.environ.get("werkzeug.socket")
        with self._alone(key):
            if fault and not fault.happened:
                faults.suffer(fault, line)
            reply = self._answered(key, action)
        self._wake()
        if fault and fault.happened:
            faults.suffer(fault, line)
        return reply

    @contextmanager
    def _alone(self, key: str | None) -> Iterator[None]:
        """Refuse a key that is in work; hold it meanwhile. A crash lets go of it."""
        with self._lock:
            if key in self._in_work:
                raise StripeRefusal(
                    "There is currently another in-progress request using this Idempotent Key "
                    f"(that probably means you submitted twice): {key}. Please try again later.",
                    status=409,
                    code="idempotency_key_in_use",
                )
            if key:
                self._in_work.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._in_work.discard(key or "")

    def _answered(self, key: str | None, action: Callable[[Books], Json]) -> Response:
        """Repeat the earlier answer, or act and keep the answer in the same transaction.

        A no is an answer like a yes: what a declined charge did to the papers stays.
        """
        with self._store.transaction() as books:
            if not key:
                return json_reply(*_said(action, books))
            earlier = books.answer(key, self._vendor.now() - KEPT_FOR)
            if earlier:
                return _repeated(earlier)
            body, status = _said(action, books)
            answer = Answer(key, _fingerprint(), status, body)
            books.keep_answer(answer, self._vendor.now())
        return _keyed(answer)


def _said(action: Callable[[Books], Json], books: Books) -> tuple[str, int]:
    """Act; return the body and the status of the answer."""
    try:
        return json.dumps(action(books)), 200
    except StripeRefusal as refusal:
        return json.dumps(refusal.body()), refusal.status


def _repeated(earlier: Answer) -> Response:
    """Return the earlier answer, if the request is the earlier one too."""
    if earlier.request != _fingerprint():
        raise StripeRefusal(
            "Keys for idempotent requests can only be used with the same endpoint and parameters "
            f"they were first used with. Try using a key other than '{earlier.key}' if you meant "
            "to execute a different request.",
            kind="idempotency_error",
        )
    reply = _keyed(earlier)
    reply.headers["Idempotent-Replayed"] = "true"
    return reply


def _keyed(answer: Answer) -> Response:
    reply = json_reply(answer.body, answer.status)
    reply.headers["Idempotency-Key"] = answer.key
    return reply


def _fingerprint() -> str:
    """Return what makes two requests the same: the path and every field."""
    what = [request.path, sorted(request.form.items(multi=True))]
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()
