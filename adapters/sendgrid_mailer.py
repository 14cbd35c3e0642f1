"""Mails leave through SendGrid, whose answer decides whether a notice is done, late or hopeless.

Speaks the v3 Mail Send operation through the vendor's package:
https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send

Nothing is tracked: opens and clicks stay the reader's own affair, and every link keeps our host.
The vendor knows no repetition. Our notice id travels as a custom argument, so that the vendor's
events and records about a mail can be matched with the notice, also if it was sent twice.

What is wrong with *this* mail (its recipient, its size) will never work. What is wrong between
SendGrid and *us* (key, sender, plan, version) is tried again, so that nothing is lost until
somebody has mended it.
"""

import logging
import re
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from notifiers.carrier import TryAgain, WillNeverWork
from notifiers.mailer import Mail

VENDOR = "https://api.sendgrid.com"
ACCEPTED = 202
REFUSES_US = frozenset({401, 403})
TOO_LARGE = 413
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_KEY = re.compile(r"[!-~]+")
_FIELD = re.compile(rb'"field"\s*:\s*"(?!null")([a-z0-9_.\[\]]+)"')
_RECIPIENT = re.compile(r"personalizations[.\[]\d+\]?\.to\b")


@dataclass(frozen=True, kw_only=True)
class SendGridMailer:
    """Carries mails to SendGrid; `host` is the vendor's, its European one, or a stand-in's."""

    api_key: str = field(repr=False)
    from_address: str
    from_name: str
    reply_to: str | None = None
    host: str | None = None
    timeout: float = 10

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
    def address(self) -> str:
        """Where mails are handed over."""
        return (self.host or VENDOR).rstrip("/")

    def send(self, mail: Mail) -> str:
        """Hand over a mail and return SendGrid's `X-Message-Id`.

        Raises TryAgain or WillNeverWork. Their texts name the vendor's status and the fields that
        it blames, never a value. No answer is TryAgain, although the mail may be under way.
        """
        try:
            answer = self._client().mail.send.post(request_body=self._payload(mail))
        except HTTPError as refusal:
            raise _sorted(refusal.status_code, refusal.body) from None
        except (OSError, HTTPException) as silence:
            cause = type(getattr(silence, "reason", silence)).__name__
            raise TryAgain(f"SendGrid gave no answer ({cause})") from None
        if answer.status_code != ACCEPTED:
            raise TryAgain(f"SendGrid answered {answer.status_code}, which accepts nothing")
        return answer.headers.get("X-Message-Id") or str(mail.notice_id)

    def _client(self) -> Any:  # noqa: ANN401 - the vendor's package carries no types
        client = SendGridAPIClient(self.api_key, host=self.address).client
        client.timeout = self.timeout
        return client

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
            "headers": {"Auto-Submitted": "auto-generated"},
            "tracking_settings": {
                "click_tracking": {"enable": False, "enable_text": False},
                "open_tracking": {"enable": False},
                "subscription_tracking": {"enable": False},
                "ganalytics": {"enable": False},
            },
        }
        return payload | ({"reply_to": {"email": self.reply_to}} if self.reply_to else {})


def _person(address: str, name: str) -> dict[str, str]:
    return {"email": address} | ({"name": _one_line(name)} if name.strip() else {})


def _one_line(text: str) -> str:
    """Return the text with each run of spaces and line breaks as one space: it becomes a header."""
    return " ".join(text.split())


def _sorted(status: int, body: bytes) -> TryAgain | WillNeverWork:
    """Return the refusal as one of our two failures.

    Of the vendor's errors only the field names are read, because its sentences may quote us.
    """
    blamed = [name.decode() for name in _FIELD.findall(body)]
    about = f", about {', '.join(blamed)}" if blamed else ""
    if status in REFUSES_US:
        return TryAgain(f"SendGrid refuses our key, plan or sender: {status}{about}")
    if status == TOO_LARGE or any(_RECIPIENT.match(name) for name in blamed):
        return WillNeverWork(f"SendGrid refuses the mail: {status}{about}")
    return TryAgain(f"SendGrid answered {status}{about}")
