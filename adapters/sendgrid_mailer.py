"""Mails leave through SendGrid, whose answer decides whether a notice is done, late or hopeless.

Speaks the v3 Mail Send operation through the vendor's package:
https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send

Nothing is tracked: opens and clicks stay the reader's own affair, and every link keeps our host.
The vendor knows no repetition. Our notice id travels as a custom argument, so that the vendor's
events and records about a mail can be matched with the notice, also if it was sent twice.

One mailer serves any number of threads. The certificates that this machine trusts are read once:
the vendor's package would read them for every mail, which takes longer than all else together.
"""

import base64
import logging
import re
import ssl
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError as Refusal
from urllib.parse import urlsplit
from urllib.request import (
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
    build_opener,
)

from python_http_client.client import Client
from python_http_client.exceptions import HTTPError, handle_error
from sendgrid import SendGridAPIClient

from adapters.sendgrid_failures import refused, silent
from adapters.stop_link import stop_headers
from notifiers.mailer import Mail, Picture

VENDOR = "https://api.sendgrid.com"
ACCEPTED = 202
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
UNTRACKED = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": {"enable": False},
    "subscription_tracking": {"enable": False},
    "ganalytics": {"enable": False},
}

_KEY = re.compile(r"[!-~]+")


@dataclass(frozen=True, kw_only=True)
class SendGridMailer:
    """Carries mails to SendGrid; `host` is the vendor's, its European one, or a stand-in's.

    `timeout` is in seconds. `tls_context` replaces the authorities that this machine trusts.
    """

    api_key: str = field(repr=False)
    from_address: str
    from_name: str
    reply_to: str | None = None
    host: str | None = None
    timeout: float = 10
    tls_context: ssl.SSLContext | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse, with ValueError, a key that cannot be one and a host that would leak it."""
        if not _KEY.fullmatch(self.api_key):
            raise ValueError("the SendGrid API key is empty or has characters that no key has")
        url = urlsplit(self.address)
        if url.scheme != "https" and url.hostname not in LOOPBACK:
            raise ValueError("SendGrid is spoken to over https, or on this machine")
        # At DEBUG the vendor's package logs the key and the whole mail.
        logging.getLogger("python_http_client").setLevel(logging.INFO)

    @property
    def carrier(self) -> str:
        """Return the name of this carrier."""
        return "sendgrid"

    @property
    def address(self) -> str:
        """Where mails are handed over."""
        return (self.host or VENDOR).rstrip("/")

    def send(self, mail: Mail) -> str:
        """Hand over a mail and return SendGrid's `X-Message-Id`.

        Raises AnswerWasLost, CarrierIsDown, TryAgain, AddressFails or WillNeverWork. Their texts
        name the vendor's status and the fields that it blames, never a value.
        """
        try:
            answer = self._line.post(request_body=self._payload(mail))
        except HTTPError as refusal:
            raise refused(refusal.status_code, refusal.body, refusal.headers) from None
        except (OSError, HTTPException) as silence:
            raise silent(silence) from None
        if answer.status_code != ACCEPTED:
            raise refused(answer.status_code, b"", answer.headers)
        return answer.headers.get("X-Message-Id") or str(mail.notice_id)

    @cached_property
    def _line(self) -> "_Line":
        context = self.tls_context or ssl.create_default_context()
        vendor = SendGridAPIClient(self.api_key, host=self.address).client
        return _Line(vendor, self.timeout, build_opener(_StayHere, HTTPSHandler(context=context)))

    def _payload(self, mail: Mail) -> dict[str, object]:
        payload: dict[str, object] = {
            "personalizations": [
                {
                    "to": [_person(mail.to_address, mail.to_name)],
                    "custom_args": {"notice_id": str(mail.notice_id)},
                }
            ],
            "from": _person(self.from_address, self.from_name),
            "subject": _one_line(mail.subject),
            "content": [
                {"type": "text/plain", "value": mail.text},
                {"type": "text/html", "value": mail.html},
            ],
            "headers": {
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
                **stop_headers(mail.stop_link),
            },
            "tracking_settings": UNTRACKED,
        }
        if mail.pictures:
            payload["attachments"] = [_inline(picture) for picture in mail.pictures]
        return payload | ({"reply_to": {"email": self.reply_to}} if self.reply_to else {})


class _StayHere(HTTPRedirectHandler):
    """Follows nobody who sends us elsewhere, where the key would go too."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        """Let the redirection be the answer."""


class _Line(Client):  # type: ignore[misc]  # the vendor's package carries no types
    """The vendor's client for one operation, with an opener of ours; it changes nothing in itself.

    The package's own client opens every request with everything made anew.
    """

    def __init__(self, vendor: Client, timeout: float, opener: OpenerDirector) -> None:
        super().__init__(
            host=vendor.host,
            request_headers={**vendor.request_headers, "Content-Type": "application/json"},
            version=3,
            url_path=["mail", "send"],
            timeout=timeout,
        )
        self._opener = opener

    def _make_request(
        self, _opener: OpenerDirector, request: Request, timeout: float | None = None
    ) -> Any:  # noqa: ANN401 - what the package reads as an answer
        try:
            return self._opener.open(request, timeout=timeout or self.timeout)
        except Refusal as error:
            raise handle_error(error) from None


def _person(address: str, name: str) -> dict[str, str]:
    return {"email": address} | ({"name": _one_line(name)} if name.strip() else {})


def _inline(picture: Picture) -> dict[str, str]:
    name, kind = picture.content_id.partition("@")[0], picture.media_type.rpartition("/")[2]
    return {
        "content": base64.b64encode(picture.content).decode(),
        "type": picture.media_type,
        "filename": f"{name}.{kind}",
        "disposition": "inline",
        "content_id": picture.content_id,
    }


def _one_line(text: str) -> str:
    """Return the text with each run of spaces and line breaks as one space: it becomes a header."""
    return " ".join(text.split())
