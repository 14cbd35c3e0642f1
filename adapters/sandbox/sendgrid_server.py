"""A stand-in for SendGrid on this machine: takes mails, shows what came, and fails when told to.

Answers `POST /v3/mail/send` as the vendor does: 202 with `X-Message-Id`, or 400, 401, 403, 413 with
the vendor's list of errors. Checked against the vendor's own OpenAPI description, `tsg_mail_v3`
(OpenAPI 3.1.0, version 1.0.0, in the public repository twilio/sendgrid-oai), and for the order of
contents and the size limits against https://www.twilio.com/docs/sendgrid/api-reference/mail-send.

Stricter than the vendor where that helps: fields that SecureMail has no use for are refused, and
so are line breaks in what becomes a header. Ids are counted, not drawn, so that tests repeat.
"""

import base64
import itertools
import json
import socket
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NoReturn

from flask import Flask, Response, abort, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf, Regexp
from werkzeug.exceptions import HTTPException

from adapters.sandbox.sendgrid_events import Fortune
from adapters.sandbox.sendgrid_webhooks import BadNews, Messenger

LARGEST_MAIL = 30 * 1024 * 1024
LARGEST_ARGUMENTS = 10_000
ASKED_PAUSE = 2  # seconds
LONGEST_HANG = 60  # seconds, should nobody call `release`
CONTENT_TYPES = ["text/plain", "text/html"]
RESERVED_HEADERS = (
    {"to", "from", "subject", "reply-to", "cc", "bcc", "content-type", "content-transfer-encoding"}
    | {"received", "dkim-signature", "x-sg-id", "x-sg-eid"}
)  # fmt: skip


class Fault(StrEnum):
    """What goes wrong with the next mail that comes with a good key."""

    TOO_MANY_REQUESTS = "too-many-requests"
    UNAVAILABLE = "unavailable"
    HANG = "hang"
    RESET = "reset"
    RESET_AFTER_ACTING = "reset-after-acting"


@dataclass(slots=True)
class SendGridSandbox:
    """What the stand-in knows: who may send, what came, and which faults are still to come.

    `received` holds every accepted payload with its `message_id`. Without a `verified_sender`
    everybody's address may send. With a `messenger` our door is told what became of each mail.
    """

    api_key: str
    verified_sender: str | None = None
    largest_mail: int = LARGEST_MAIL
    messenger: Messenger | None = None
    fortune: Fortune = field(default_factory=Fortune)
    received: list[dict[str, Any]] = field(default_factory=list)  # Any: parsed JSON
    faults: deque[Fault] = field(default_factory=deque)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _released: threading.Event = field(default_factory=threading.Event)

    def fail_next(self, fault: Fault) -> None:
        """Let the next mail meet this fault; faults queue up."""
        self.faults.append(fault)

    def release(self) -> None:
        """End every hang, present and future."""
        self._released.set()

    def next_fault(self) -> Fault | None:
        """Take the oldest fault out of the queue."""
        try:
            return self.faults.popleft()
        except IndexError:
            return None

    def hang(self) -> None:
        """Wait until released."""
        self._released.wait(LONGEST_HANG)

    def accept(self, payload: dict[str, Any]) -> str:
        """Keep a mail and return its new id."""
        message_id = f"sandbox-{next(self._numbers):06d}"
        self.received.append({"message_id": message_id, **payload})
        if self.messenger:
            at = self.messenger.seconds
            self.messenger.tell(self.fortune.events_of(payload, message_id, at))
        return message_id


def create_app(sandbox: SendGridSandbox) -> Flask:
    """Return the stand-in as a WSGI application, with doors of its own below `/sandbox`."""
    app = Flask(__name__)
    app.register_error_handler(HTTPException, _vendor_error)

    @app.post("/v3/mail/send")
    def send() -> ResponseReturnValue:
        _check_key(sandbox)
        fault = sandbox.next_fault()
        if fault not in (None, Fault.RESET_AFTER_ACTING):
            _fail(sandbox, fault)
        message_id = sandbox.accept(_checked_payload(sandbox))
        if fault:
            _hang_up()
        return "", 202, {"X-Message-Id": message_id}

    @app.get("/sandbox/mails")
    def mails() -> ResponseReturnValue:
        return jsonify(sandbox.received)

    @app.post("/sandbox/faults")
    def fail_next() -> ResponseReturnValue:
        sandbox.fail_next(Fault(request.get_json()["fault"]))
        return "", 204

    if sandbox.messenger:
        _open_doors_to(sandbox.messenger, app)
    return app


def _open_doors_to(messenger: Messenger, app: Flask) -> None:
    """Let tests ask for the key, spoil the next batch of events, and bring what was delayed."""

    @app.get("/sandbox/verification-key")
    def verification_key() -> ResponseReturnValue:
        return messenger.verification_key

    @app.post("/sandbox/bad-news")
    def bad_news() -> ResponseReturnValue:
        messenger.fail_next(BadNews(request.get_json()["fault"]))
        return "", 204

    @app.post("/sandbox/release")
    def release() -> ResponseReturnValue:
        messenger.release()
        return "", 204


def _fail(sandbox: SendGridSandbox, fault: Fault) -> NoReturn:
    if fault is Fault.HANG:
        sandbox.hang()
    if fault is Fault.RESET:
        _hang_up()
    if fault is Fault.TOO_MANY_REQUESTS:
        answer = _errors(429, [(None, "too many requests")])
        answer.headers["Retry-After"] = str(ASKED_PAUSE)
        abort(answer)
    abort(503)


def _check_key(sandbox: SendGridSandbox) -> None:
    if request.headers.get("Authorization") != f"Bearer {sandbox.api_key}":
        _refuse(401, "The provided authorization grant is invalid, expired, or revoked")


def _checked_payload(sandbox: SendGridSandbox) -> dict[str, Any]:
    if len(request.get_data()) > sandbox.largest_mail:
        _refuse(413, "content too large")
    payload = request.get_json()
    try:
        MailSend().load(payload)
    except ValidationError as error:
        abort(_errors(400, list(_flat(error.messages))))
    if sandbox.verified_sender not in (None, payload["from"]["email"]):
        _refuse(403, "The from address does not match a verified Sender Identity.", "from")
    return dict(payload)


def _refuse(status: int, message: str, blamed: str | None = None) -> NoReturn:
    abort(_errors(status, [(blamed, message)]))


def _vendor_error(error: HTTPException) -> Response:
    return _errors(error.code or 500, [(None, error.name.lower())])


def _errors(status: int, errors: list[tuple[str | None, str]]) -> Response:
    listed = [{"message": message, "field": blamed, "help": None} for blamed, message in errors]
    return make_response(jsonify({"errors": listed}), status)


def _flat(messages: Any, path: str = "") -> Iterator[tuple[str | None, str]]:  # noqa: ANN401 - a tree as marshmallow gives it
    """Yield (`personalizations.0.to.0.email`, message) for each leaf of a tree of messages."""
    if isinstance(messages, list):
        yield from ((path or None, str(message)) for message in messages)
        return
    for name, below in messages.items():
        step = "" if name == "_schema" else str(name)
        yield from _flat(below, ".".join(filter(None, (path, step))))


def _hang_up() -> None:
    """End the connection without an answer, below HTTP."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)


def _fit_in(arguments: dict[str, str]) -> None:
    if len(json.dumps(arguments)) > LARGEST_ARGUMENTS:
        raise ValidationError("custom arguments may not exceed 10,000 bytes")


def _are_ours(headers: dict[str, str]) -> None:
    if RESERVED_HEADERS & {name.lower() for name in headers}:
        raise ValidationError("reserved headers may not be set")


def _are_in_order(contents: list[dict[str, str]]) -> None:
    types = [content["type"] for content in contents]
    if types != [known for known in CONTENT_TYPES if known in types]:
        raise ValidationError("text/plain comes once and first, text/html once and last")


def _is_base64(content: str) -> None:
    try:
        base64.b64decode(content, validate=True)
    except ValueError:
        raise ValidationError("the content is not in base64") from None


ONE_LINE = Regexp(r"[^\r\n]+\Z", error="must be one line")
FEW = Length(1, 1000)


class Person(Schema):
    """Whom a mail is from or to."""

    email = fields.Email(
        required=True, error_messages={"invalid": "Does not contain a valid address."}
    )
    name = fields.String(validate=ONE_LINE)


class Personalization(Schema):
    """One envelope."""

    to = fields.List(fields.Nested(Person), required=True, validate=FEW)
    custom_args = fields.Dict(fields.String(), fields.String(), validate=_fit_in)


class Content(Schema):
    """One form of the text."""

    type = fields.String(required=True, validate=OneOf(CONTENT_TYPES))
    value = fields.String(required=True, validate=Length(1))


class Attachment(Schema):
    """A picture that the HTML shows; SecureMail attaches nothing else."""

    content = fields.String(required=True, validate=[Length(1), _is_base64])
    type = fields.String(required=True, validate=ONE_LINE)
    filename = fields.String(required=True, validate=ONE_LINE)
    disposition = fields.String(required=True, validate=OneOf(["inline"]))
    content_id = fields.String(required=True, validate=ONE_LINE)


class Switch(Schema):
    """One kind of tracking, on or off."""

    enable = fields.Boolean(truthy={True}, falsy={False})
    enable_text = fields.Boolean(truthy={True}, falsy={False})


class Tracking(Schema):
    """What the vendor may find out about the reader."""

    click_tracking = fields.Nested(Switch)
    open_tracking = fields.Nested(Switch(only=["enable"]))
    subscription_tracking = fields.Nested(Switch(only=["enable"]))
    ganalytics = fields.Nested(Switch(only=["enable"]))


class MailSend(Schema):
    """The body of a Mail Send request, as far as SecureMail uses it."""

    personalizations = fields.List(fields.Nested(Personalization), required=True, validate=FEW)
    sender = fields.Nested(Person, required=True, data_key="from")
    reply_to = fields.Nested(Person)
    subject = fields.String(required=True, validate=ONE_LINE)
    content = fields.List(
        fields.Nested(Content), required=True, validate=[Length(1), _are_in_order]
    )
    attachments = fields.List(fields.Nested(Attachment), validate=Length(1))
    headers = fields.Dict(fields.String(), fields.String(validate=ONE_LINE), validate=_are_ours)
    tracking_settings = fields.Nested(Tracking)
