"""The stand-in's messenger: brings events to our door, signed, until somebody opens.

Signed as https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
tells, with a key of its own. Like the vendor it comes back for 24 hours when it is not answered
with a 2xx, and may bring what came before once more. When told so it brings a batch twice, late,
in the wrong order, under a stranger's signature, or not at all.
"""

import base64
import http.client
import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.sandbox.sendgrid_events import Event

SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
TIMEOUT_IN_SECONDS = 10.0
LONGEST_PAUSE = 300.0
LONGEST_NAP = 1.0
LIFETIME = 24 * 60 * 60.0


class BadNews(StrEnum):
    """What goes wrong with the next batch of events."""

    DOUBLED = "doubled"
    REORDERED = "reordered"
    DELAYED = "delayed"
    FORGED = "forged"
    DROPPED = "dropped"


@dataclass(slots=True)
class Delivery:
    """A batch on its way; times are in Unix seconds."""

    body: bytes
    told_at: float
    due_at: float
    attempts: int = 0
    forged: bool = False


class Messenger:
    """Brings batches from its own thread, one after the other, until it is closed.

    `first_pause` is in seconds; pauses double up to five minutes.
    """

    def __init__(
        self, url: str, *, clock: Callable[[], datetime], first_pause: float = 1.0
    ) -> None:
        self._door = urlsplit(url)
        if self._door.scheme != "http" or self._door.hostname not in LOOPBACK:
            raise ValueError("the webhook address is a plain http address on this machine")
        self._clock, self._first_pause = clock, first_pause
        self._key, self._strangers_key = (generate_private_key(SECP256R1()) for _ in range(2))
        self._lock, self._bell, self._closing = threading.Lock(), threading.Event(), False
        self._under_way: list[Delivery] = []
        self._held: list[Delivery] = []
        self._faults: deque[BadNews] = deque()
        self._thread = threading.Thread(target=self._run, name="sendgrid-webhooks", daemon=True)
        self._thread.start()

    @property
    def verification_key(self) -> str:
        """Return the public key as the vendor's page shows it: base64 of DER."""
        public = self._key.public_key()
        shown = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(shown).decode()

    @property
    def seconds(self) -> int:
        """Return the time at the vendor's, in Unix seconds."""
        return int(self._clock().timestamp())

    def fail_next(self, fault: BadNews) -> None:
        """Let the next batch meet this fault; faults queue up."""
        self._faults.append(fault)

    def tell(self, events: list[Event]) -> None:
        """Take a batch of events on the way."""
        fault = self._faults.popleft() if self._faults else None
        if not events or fault is BadNews.DROPPED:
            return
        batches = [[event] for event in reversed(events)]
        deliveries = [
            self._delivery(batch, forged=fault is BadNews.FORGED)
            for batch in (batches if fault is BadNews.REORDERED else [events])
            for _ in range(2 if fault is BadNews.DOUBLED else 1)
        ]
        with self._lock:
            (self._held if fault is BadNews.DELAYED else self._under_way).extend(deliveries)
        self._bell.set()

    def release(self) -> None:
        """Bring what was delayed."""
        with self._lock:
            self._under_way += self._held
            self._held.clear()
        self._bell.set()

    def close(self) -> None:
        """Stop after the delivery in hand."""
        self._closing = True
        self._bell.set()
        self._thread.join()

    def _delivery(self, events: list[Event], *, forged: bool) -> Delivery:
        now = self._clock().timestamp()
        return Delivery(json.dumps(events).encode(), told_at=now, due_at=now, forged=forged)

    def _run(self) -> None:
        while not self._closing:
            self._bell.clear()
            if not self._bring_one():
                self._bell.wait(min(self._first_pause, LONGEST_NAP))

    def _bring_one(self) -> bool:
        """Bring the batch that is due first; say whether there was one."""
        now = self._clock().timestamp()
        with self._lock:
            due = [delivery for delivery in self._under_way if delivery.due_at <= now]
            if not due:
                return False
            delivery = due[0]
            self._under_way.remove(delivery)
        if not self._bring(delivery) and now - delivery.told_at < LIFETIME:
            self._postpone(delivery, now)
        return True

    def _postpone(self, delivery: Delivery, now: float) -> None:
        pause = min(self._first_pause * 2 ** min(delivery.attempts, 20), LONGEST_PAUSE)
        delivery.due_at, delivery.attempts = now + pause, delivery.attempts + 1
        with self._lock:
            self._under_way.append(delivery)

    def _bring(self, delivery: Delivery) -> bool:
        """Post one batch; say whether the answer was a 2xx."""
        host, port = self._door.hostname or "", self._door.port
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_IN_SECONDS)
        try:
            connection.request("POST", self._target, delivery.body, self._headers(delivery))
            return 200 <= connection.getresponse().status < 300  # noqa: PLR2004 - the 2xx statuses
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    @property
    def _target(self) -> str:
        query = f"?{self._door.query}" if self._door.query else ""
        return (self._door.path or "/") + query

    def _headers(self, delivery: Delivery) -> dict[str, str]:
        signed_at = str(self.seconds)
        key = self._strangers_key if delivery.forged else self._key
        return {
            "Content-Type": "application/json;charset=utf-8",
            "User-Agent": "SendGrid Event API (stand-in)",
            SIGNATURE_HEADER: signature(key, signed_at, delivery.body),
            TIMESTAMP_HEADER: signed_at,
        }


def signature(key: EllipticCurvePrivateKey, signed_at: str, body: bytes) -> str:
    """Return the header that signs a body at a moment in Unix seconds: DER in base64."""
    return base64.b64encode(key.sign(signed_at.encode() + body, ECDSA(SHA256()))).decode()
