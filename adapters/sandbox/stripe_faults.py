"""Bad days on demand: lets a test make the stand-in fail, hang, dawdle, repeat itself or go silent.

`happened` is the difference that matters most: a call that failed and did nothing, or a call that
did everything and whose answer was lost.
"""

import socket
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from adapters.sandbox.stripe_errors import StripeRefusal

PATIENCE = 60.0


class BadCall(StrEnum):
    """What becomes of a call."""

    ERROR = "error"
    RATE_LIMIT = "rate_limit"
    RESTRICTED = "restricted"
    HANG = "hang"
    SLOW = "slow"
    RESET = "reset"


class BadWebhook(StrEnum):
    """What becomes of the webhooks of one occasion."""

    DUPLICATE = "duplicate"
    DROP = "drop"
    DELAY = "delay"
    REORDER = "reorder"


@dataclass(frozen=True, slots=True)
class CallFault:
    """One call that goes wrong, after what it asked for has happened, or before.

    It waits for a call whose path begins with `path`, and whose method is `method` if one is named.
    """

    kind: BadCall
    happened: bool
    seconds: float
    path: str
    method: str | None

    def meets(self, method: str, path: str) -> bool:
        """Say whether a call is the one that goes wrong."""
        return path.startswith(self.path) and self.method in (None, method)


@dataclass(frozen=True, slots=True)
class WebhookFault:
    """One occasion whose webhooks go astray."""

    kind: BadWebhook
    seconds: float

    def apply(self, event_ids: Sequence[str], due_at: float) -> list[tuple[str, float]]:
        """Return which events are delivered when."""
        usual = [(event_id, due_at) for event_id in event_ids]
        match self.kind:
            case BadWebhook.DUPLICATE:
                return usual + usual
            case BadWebhook.DROP:
                return []
            case BadWebhook.DELAY:
                return [(event_id, due_at + self.seconds) for event_id in event_ids]
            case BadWebhook.REORDER:
                return usual[::-1]


class Faults:
    """The bad days that were ordered, in order; each is used up once. Kept in memory only."""

    def __init__(self) -> None:
        self._calls: deque[CallFault] = deque()
        self._webhooks: deque[WebhookFault] = deque()
        self._turn = threading.Lock()
        self._released = threading.Event()
        self._hanging = threading.Event()

    def order_call(
        self,
        kind: BadCall,
        *,
        happened: bool = False,
        times: int = 1,
        seconds: float = PATIENCE,
        path: str = "/",
        method: str | None = None,
    ) -> None:
        """Let the next calls go wrong, or the next ones to a path."""
        self._released.clear()
        self._hanging.clear()
        with self._turn:
            self._calls.extend([CallFault(kind, happened, seconds, path, method)] * times)

    def order_webhook(self, kind: BadWebhook, *, times: int = 1, seconds: float = 0.0) -> None:
        """Let the webhooks of the next occasions go astray."""
        self._webhooks.extend([WebhookFault(kind, seconds)] * times)

    def take_call(self, method: str, path: str) -> CallFault | None:
        """Return the fault of the call that begins now, if it has one."""
        with self._turn:
            for fault in self._calls:
                if fault.meets(method, path):
                    self._calls.remove(fault)
                    return fault
        return None

    def take_webhook(self) -> WebhookFault | None:
        """Return the fault of the occasion that happens now, if it has one."""
        return self._webhooks.popleft() if self._webhooks else None

    def suffer(self, fault: CallFault, line: socket.socket | None) -> None:
        """Do what the fault is: take long, cut the caller's line, or raise StripeRefusal."""
        if fault.kind in (BadCall.HANG, BadCall.SLOW):
            self._hanging.set()
            self._released.wait(fault.seconds)
        if fault.kind is BadCall.RATE_LIMIT:
            raise StripeRefusal("Request rate limit exceeded.", status=429, code="rate_limit")
        if fault.kind is BadCall.RESTRICTED:
            raise StripeRefusal("Your account cannot currently make charges.")
        if fault.kind is BadCall.RESET and line:
            line.shutdown(socket.SHUT_RDWR)
        if fault.kind in (BadCall.ERROR, BadCall.HANG, BadCall.RESET):
            raise StripeRefusal("An unexpected error occurred.", status=500, kind="api_error")

    def wait_until_hanging(self, seconds: float) -> bool:
        """Wait until a call hangs or dawdles; say whether one did in time."""
        return self._hanging.wait(seconds)

    def release(self) -> None:
        """End every call that hangs or dawdles, and forget what was ordered."""
        with self._turn:
            self._calls.clear()
            self._webhooks.clear()
        self._released.set()
