"""The stand-in's messenger: brings every event to our door, and comes back until it is opened.

Signed and repeated as https://docs.stripe.com/webhooks tells, with pauses that grow to five
minutes. What is on its way lies in the store, so a restart goes on where a crash left off; an event
may then arrive twice, as it may with Stripe. While a secret is rolled, both sign.
"""

import http.client
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import stripe

from adapters.sandbox.stripe_store import Delivery, StripeStore

TIMEOUT_IN_SECONDS = 10.0
LONGEST_PAUSE = 300.0
LONGEST_NAP = 1.0


def pause_after(attempts: int) -> float:
    """Return how long to wait after so many attempts in vain: 1, 2, 4, ... 300 seconds."""
    return float(min(2 ** min(attempts - 1, 10), LONGEST_PAUSE))


def signature(body: str, secrets: Sequence[str], signed_at: int) -> str:
    """Return the header that signs a body: the time in Unix seconds, and one `v1` a secret."""
    signs = stripe.WebhookSignature.generate_signature_header
    by_secret = [signs(body, secret, signed_at).partition(",")[2] for secret in secrets]
    return ",".join([f"t={signed_at}", *by_secret])


class Messenger:
    """Brings events from its own thread, one after the other, until it is closed."""

    def __init__(
        self, store: StripeStore, url: str, secret: str, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._clock = store, clock
        self._secrets = [secret]
        self._door = urlsplit(url)
        if self._door.scheme != "http" or not self._door.hostname:
            raise ValueError("the webhook address is a plain http address on this machine")
        self._bell = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="stripe-webhooks", daemon=True)
        self._thread.start()

    def roll_to(self, secret: str) -> None:
        """Sign with a new secret too, beside the one before it, as while a secret is rolled."""
        self._secrets = [secret, self._secrets[0]]

    def wake(self) -> None:
        """Look at once for what is due."""
        self._bell.set()

    def close(self) -> None:
        """Stop after the delivery in hand; what is on its way stays in the store."""
        self._closing = True
        self._bell.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing:
            self._bell.clear()
            if not self._deliver_one():
                self._bell.wait(LONGEST_NAP)

    def _deliver_one(self) -> bool:
        """Bring the event that is due first; say whether there was one."""
        with self._store.transaction() as books:
            delivery = books.next_delivery()
        now = self._clock().timestamp()
        if delivery is None or delivery.due_at > now:
            return False
        arrived = self._bring(delivery)
        with self._store.transaction() as books:
            if arrived:
                books.delivered(delivery)
            else:
                books.postpone(delivery, now + pause_after(delivery.attempts + 1))
        return True

    def _bring(self, delivery: Delivery) -> bool:
        """Post one event; say whether the answer was a 2xx."""
        signed_at = int(self._clock().timestamp())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(delivery.body, self._secrets, signed_at),
            "User-Agent": "Stripe/1.0 (stand-in)",
        }
        host, port = self._door.hostname or "", self._door.port
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_IN_SECONDS)
        try:
            connection.request("POST", self._target(), delivery.body.encode(), headers)
            return 200 <= connection.getresponse().status < 300  # noqa: PLR2004 - the 2xx statuses
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _target(self) -> str:
        query = f"?{self._door.query}" if self._door.query else ""
        return (self._door.path or "/") + query
