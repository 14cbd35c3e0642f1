"""The vendor on this machine, as the tests of Twilio reach it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree as ET

from flask import Flask
from werkzeug.serving import ThreadedWSGIServer

from adapters.sandbox.twilio_server import Fault, TwilioSandbox
from adapters.twilio_texter import TwilioTexter
from tests.contracts.texter import Arrived, letters

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TOKEN = "invented-token"
OURS = "+12025550100"


class PatientServer(ThreadedWSGIServer):
    """At the end it waits for every answer under way, so that no connection stays open."""

    daemon_threads = False


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve on a free port of this machine."""
    server = PatientServer("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def texter_at(host: str | None, **changes: Any) -> TwilioTexter:  # Any: whatever a test changes
    usual = {"account_sid": ACCOUNT, "auth_token": TOKEN, "from_number": OURS, "host": host}
    return TwilioTexter(**{**usual, **changes})


class TwilioLine:
    """The stand-in is the far end."""

    refused_phone = "+15005550001"

    def __init__(self, sandbox: TwilioSandbox, host: str):
        self.texter = texter_at(host)
        self._sandbox = sandbox

    def arrived(self) -> list[Arrived]:
        return [came(form) for form in self._sandbox.received]

    def fail_next(self) -> None:
        self._sandbox.fail_next(Fault.SERVER_ERROR)

    def fail_next_after_acting(self) -> None:
        self._sandbox.fail_next(Fault.RESET_AFTER_ACTING)


def came(form: dict[str, str]) -> Arrived:
    if "Body" in form:
        return Arrived("text", form["To"], form["Body"])
    heard = letters("".join(said(form["Twiml"])))
    half = len(heard) // 2
    assert heard[:half] == heard[half:]
    return Arrived("call", form["To"], heard[:half])


def said(twiml: str) -> list[str]:
    """Return all that is read aloud, piece by piece."""
    return [each.text or "" for each in ET.fromstring(twiml) if each.tag == "Say"]  # noqa: S314
