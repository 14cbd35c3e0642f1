"""Our door, as the stand-in of SendGrid finds it: it notes who came, and opens when told to."""

import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Queue

from flask import Flask, request
from flask.typing import ResponseReturnValue

from adapters.sandbox.sendgrid_webhooks import SIGNATURE_HEADER, TIMESTAMP_HEADER
from tests.adapters.sendgrid.vendor import serving

PATIENCE = 10  # seconds
SLAM = 0  # in place of a status: the line is cut without an answer


@dataclass(frozen=True, slots=True)
class Call:
    """One batch of events as it came: raw, with what proves it."""

    body: bytes
    signature: str
    timestamp: str


@dataclass(slots=True)
class Door:
    """What came, and the statuses of the answers to come; 204 when there are none."""

    statuses: deque[int] = field(default_factory=deque)
    calls: Queue[Call] = field(default_factory=Queue)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def came(self, number: int) -> list[Call]:
        """Wait for so many calls and return them, oldest first; one more would be left."""
        return [self.calls.get(timeout=PATIENCE) for _ in range(number)]

    def answer(self) -> int:
        """Note a call and return the status for it."""
        headers = request.headers
        self.calls.put(
            Call(request.get_data(), headers[SIGNATURE_HEADER], headers[TIMESTAMP_HEADER])
        )
        with self._lock:
            return self.statuses.popleft() if self.statuses else 204


@contextmanager
def open_door(door: Door) -> Iterator[str]:
    """Serve a door and yield the address of it."""
    app = Flask(__name__)

    @app.post("/hooks/mail")
    def hear() -> ResponseReturnValue:
        status = door.answer()
        if status == SLAM:
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return "", status or 204

    with serving(app) as url:
        yield f"{url}/hooks/mail?from=sendgrid"
