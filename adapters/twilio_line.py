"""The line to Twilio: one request, one answer, and certainty about which of the two was lost.

Python's own HTTP client tells them apart: what fails before the last byte of a request is written
is a `URLError`, what fails later is not. A request that was never whole was not acted on; one that
was whole may have been. Each request has a connection of its own: one that is kept may be closed
by the other side just as it is used, and then nobody could tell. Nothing is repeated here, no
redirection is followed, nothing is logged, and nothing is told of this machine.
"""

import json
import ssl
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPException, HTTPResponse
from typing import cast
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from twilio.http import HttpClient
from twilio.http.response import Response

from adapters.twilio_failures import failure_of
from notifiers.carrier import AnswerWasLost, CarrierIsDown

LARGEST_ANSWER = 1_000_000
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
FORM = "application/x-www-form-urlencoded"
OUR_NAME = "SecureMail"


class TwilioLine(HttpClient):  # type: ignore[misc]  # the vendor's package carries no types
    """The HTTP client that Twilio's package talks through.

    `address` is where it talks to, whatever host the package has in mind; ValueError if that would
    show our key to a network. `timeout` is in seconds, for the connection and for each answer.
    Raises what `notifiers.carrier` tells; what it returns is an answer that says what it took.
    """

    def __init__(self, address: str, timeout: float) -> None:
        url = urlsplit(address)
        if url.scheme not in {"https", "http"} or not url.hostname:
            raise ValueError("Twilio is spoken to at an address such as https://api.twilio.com")
        if url.scheme != "https" and url.hostname not in LOOPBACK:
            raise ValueError("Twilio is spoken to over https, or on this machine")
        self.address = address.rstrip("/")
        self.timeout = timeout
        self.is_async = False
        self._opener = _opener(at_home=url.hostname in LOOPBACK)

    def request(  # noqa: PLR0917 - as the vendor's package calls it
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,  # noqa: ARG002 - nothing of ours is in an address
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002 - they tell of this machine
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,  # noqa: ARG002, FBT001, FBT002
    ) -> Response:
        """Hand over a request, and return Twilio's word that it took what was in it."""
        status, body, told = self._answer(
            Request(  # noqa: S310 - the scheme was looked at when the line was made
                self.address + urlsplit(url).path,
                data=urlencode(data or {}, errors="replace").encode("ascii"),
                headers=_headers(auth or ("", "")),
                method=method,
            ),
            timeout or self.timeout,
        )
        if status // 100 != 2:  # noqa: PLR2004 - the statuses of success
            raise failure_of(status, body, told)
        return Response(status, _whole(body), told)

    def _answer(self, request: Request, timeout: float) -> tuple[int, bytes, Mapping[str, str]]:
        try:
            with cast("HTTPResponse", self._opener.open(request, timeout=timeout)) as answer:
                told = {name.title(): value for name, value in answer.headers.items()}
                return answer.status, answer.read(LARGEST_ANSWER), told
        except URLError as failure:
            raise CarrierIsDown(f"Twilio cannot be reached ({_cause(failure)})") from None
        except (OSError, HTTPException) as silence:
            raise AnswerWasLost(f"Twilio gave no answer ({_cause(silence)})") from None


def _opener(*, at_home: bool) -> OpenerDirector:
    """Return a client that knows no redirections and raises nothing because of a status."""
    opener = OpenerDirector()
    opener.addheaders = []
    opener.add_handler(ProxyHandler({} if at_home else None))
    opener.add_handler(HTTPHandler())
    opener.add_handler(HTTPSHandler(context=None if at_home else ssl.create_default_context()))
    return opener


def _headers(auth: tuple[str, str]) -> dict[str, str]:
    """Return all that is told beside the form (RFC 7617 for who we are)."""
    key = b64encode(":".join(auth).encode()).decode("ascii")
    return {
        "Accept": "application/json",
        "Authorization": f"Basic {key}",
        "Content-Type": FORM,
        "User-Agent": OUR_NAME,
    }


def _whole(body: bytes) -> str:
    """Return the answer as text if it names what it took; otherwise nobody knows what became."""
    with suppress(ValueError, RecursionError):
        answer = json.loads(body)
        if isinstance(answer, dict) and isinstance(answer.get("sid"), str) and answer["sid"]:
            return body.decode()
    raise AnswerWasLost("Twilio gave an answer that names nothing")


def _cause(failure: Exception) -> str:
    """Name the kind of failure; its text may hold an address."""
    return type(getattr(failure, "reason", failure)).__name__
