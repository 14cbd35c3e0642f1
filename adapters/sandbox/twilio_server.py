"""A stand-in for Twilio on this machine: takes texts and calls, shows them, fails when told to.

Answers `POST /2010-04-01/Accounts/{AccountSid}/Messages.json` and `.../Calls.json` as the vendor
does: 201 with the resource, or an error with the vendor's own number. Checked against the vendor's
OpenAPI description `twilio_api_v2010` (OpenAPI 3.0.1, version 1.0.0), which no Python package
carries: `tests/adapters/twilio_check.py` does it again with a copy of it.

Stricter than the vendor where that helps: fields that SecureMail has no use for are refused. Ids
and times are counted, not drawn, so that tests repeat.
"""

import itertools
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NoReturn

from flask import Flask, Response, abort, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from adapters.sandbox import twilio_objects
from adapters.sandbox.twilio_numbers import Objection, objections_to_call, objections_to_text
from adapters.sandbox.twilio_objects import VERSION

LONGEST_HANG = 60  # seconds, should nobody call `release`
RETRY_AFTER = 7  # seconds
FIRST_DAY = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


class Fault(StrEnum):
    """What goes wrong with the next text or call that comes with a good key."""

    TOO_MANY_REQUESTS = "too-many-requests"
    SERVER_ERROR = "server-error"
    HANG = "hang"
    RESET = "reset"
    RESET_AFTER_ACTING = "reset-after-acting"
    GARBLED_AFTER_ACTING = "garbled-after-acting"


AFTER_ACTING = (Fault.RESET_AFTER_ACTING, Fault.GARBLED_AFTER_ACTING)


@dataclass(slots=True)
class TwilioSandbox:
    """What the stand-in knows: whose account it is, what came, and which faults are still to come.

    `received` holds every accepted form as it came, with its `Sid`, oldest first.
    """

    account_sid: str
    auth_token: str
    received: list[dict[str, str]] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _released: threading.Event = field(default_factory=threading.Event)

    def fail_next(self, fault: Fault) -> None:
        """Let the next text or call meet this fault; faults queue up."""
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

    def accept(self, kind: str, form: dict[str, str]) -> tuple[str, datetime]:
        """Keep a form and return its new SID, which begins with `kind`, and when it came."""
        number = next(self._numbers)
        sid = f"{kind}{number:032x}"
        self.received.append({"Sid": sid, **form})
        return sid, FIRST_DAY + timedelta(seconds=number)


def create_app(sandbox: TwilioSandbox) -> Flask:
    """Return the stand-in as a WSGI application, with two doors of its own below `/sandbox`."""
    app = Flask(__name__)
    app.register_error_handler(HTTPException, _vendor_error)

    @app.post(f"/{VERSION}/Accounts/<account>/Messages.json")
    def texts(account: str) -> ResponseReturnValue:
        return _take(sandbox, account, "SM", objections_to_text, twilio_objects.message)

    @app.post(f"/{VERSION}/Accounts/<account>/Calls.json")
    def calls(account: str) -> ResponseReturnValue:
        return _take(sandbox, account, "CA", objections_to_call, twilio_objects.call)

    @app.get("/sandbox/texts")
    def received() -> ResponseReturnValue:
        return jsonify(sandbox.received)

    @app.post("/sandbox/faults")
    def fail_next() -> ResponseReturnValue:
        sandbox.fail_next(Fault(request.get_json()["fault"]))
        return "", 204

    return app


def _take(
    sandbox: TwilioSandbox,
    account: str,
    kind: str,
    objections: Callable[[dict[str, str]], Iterator[Objection]],
    resource: Callable[[str, str, dict[str, str], datetime], dict[str, object]],
) -> ResponseReturnValue:
    _check_key(sandbox, account)
    fault = sandbox.next_fault()
    if fault not in (None, *AFTER_ACTING):
        _fail(sandbox, fault)
    form = request.form.to_dict()
    for objection in objections(form):
        _refuse(400, objection.code, objection.message)
    sid, at = sandbox.accept(kind, form)
    answer = resource(account, sid, form, at)
    return _lose_the_answer(fault) if fault else (jsonify(answer), 201)


def _check_key(sandbox: TwilioSandbox, account: str) -> None:
    key = request.authorization
    given = (key.username, key.password) if key and key.type == "basic" else None
    if given != (sandbox.account_sid, sandbox.auth_token):
        _refuse(401, 20003, "Authenticate")
    if account != sandbox.account_sid:
        _refuse(404, 20404, f"The requested resource {request.path} was not found")


def _fail(sandbox: TwilioSandbox, fault: Fault | None) -> NoReturn:
    if fault is Fault.HANG:
        sandbox.hang()
    if fault is Fault.RESET:
        _hang_up()
    if fault is Fault.TOO_MANY_REQUESTS:
        abort(_error(429, 20429, "Too Many Requests", {"Retry-After": str(RETRY_AFTER)}))
    _refuse(500, 20500, "An internal server error has occurred")


def _lose_the_answer(fault: Fault) -> ResponseReturnValue:
    if fault is Fault.RESET_AFTER_ACTING:
        _hang_up()
    return '{"sid": "SM', 201


def _hang_up() -> None:
    """End the connection without an answer, below HTTP."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)


def _refuse(status: int, code: int, text: str) -> NoReturn:
    abort(_error(status, code, text))


def _vendor_error(error: HTTPException) -> Response:
    status = error.code or 500
    return _error(status, 20000 + status, error.name)


def _error(status: int, code: int, text: str, told: dict[str, str] | None = None) -> Response:
    body = jsonify(twilio_objects.error(status, code, text))
    return make_response(body, status, told or {})
