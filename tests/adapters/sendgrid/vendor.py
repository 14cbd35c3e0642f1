"""The vendor on this machine, as the tests of SendGrid reach it."""

import base64
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.serving import ThreadedWSGIServer

from adapters.sandbox.sendgrid_server import Fault, SendGridSandbox
from adapters.sendgrid_mailer import SendGridMailer
from notifiers.mailer import Mail, Picture

KEY = "SG.invented.key"
OURS = "noreply@securemail.example"


class PatientServer(ThreadedWSGIServer):
    """At the end it waits for every answer under way, so that no connection stays open."""

    daemon_threads = False


@contextmanager
def serving(app: Flask, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve on a free port of this machine."""
    server = PatientServer("127.0.0.1", 0, app, ssl_context=tls)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def mailer_at(host: str | None, **changes: Any) -> SendGridMailer:  # Any: whatever a test changes
    usual = {"api_key": KEY, "from_address": OURS, "from_name": "SecureMail", "host": host}
    return SendGridMailer(**{**usual, **changes})


class SendGridLine:
    """The stand-in is the far end."""

    refused_address = "carla@nowhere@example.net"

    def __init__(self, sandbox: SendGridSandbox, host: str):
        self.mailer = mailer_at(host)
        self._sandbox = sandbox

    def arrived(self) -> list[Mail]:
        return [mail_of(payload) for payload in self._sandbox.received]

    def fail_next(self) -> None:
        self._sandbox.fail_next(Fault.UNAVAILABLE)

    def fail_next_after_acting(self) -> None:
        self._sandbox.fail_next(Fault.RESET_AFTER_ACTING)


def mail_of(payload: dict[str, Any]) -> Mail:
    [envelope], [text, html] = payload["personalizations"], payload["content"]
    [to] = envelope["to"]
    return Mail(
        UUID(envelope["custom_args"]["notice_id"]),
        to["email"],
        to.get("name", ""),
        payload["subject"],
        text["value"],
        html["value"],
        payload["headers"].get("List-Unsubscribe", "<>")[1:-1] or None,
        tuple(picture_of(attachment) for attachment in payload.get("attachments", ())),
    )


def picture_of(attachment: dict[str, str]) -> Picture:
    content = base64.b64decode(attachment["content"], validate=True)
    return Picture(attachment["content_id"], attachment["type"], content)
