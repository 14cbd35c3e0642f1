"""Texts and calls leave through Twilio, whose answer decides if a notice is done, late or hopeless.

Speaks the Messages and Calls resources of version 2010-04-01 through the vendor's package:
https://www.twilio.com/docs/messaging/api/message-resource and .../voice/api/call-resource.

Of a notice the number and the words leave the house, and nothing else: no name, no key of ours, no
address to be told back. The vendor knows no repetition; what is handed over twice arrives twice.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from twilio.rest import Client

from adapters.spoken_words import LONGEST_TWIML, twiml
from adapters.twilio_failures import failure_by_code
from adapters.twilio_line import TwilioLine
from notifiers.carrier import WillNeverWork
from notifiers.texter import PhoneCall, TextMessage

VENDOR = "https://api.twilio.com"
CAME_TO_NOTHING = frozenset({"failed", "undelivered", "canceled"})

_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
_TOKEN = re.compile(r"[!-~]+")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True)
class TwilioTexter:
    """Carries texts and calls to Twilio; `host` is the vendor's, or a stand-in's on this machine.

    `from_number` is a number of ours at Twilio that can send texts and call, in E.164 (ITU-T).
    `timeout` is in seconds. Loading the vendor's package takes a tenth of a second, here at once.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    from_number: str
    host: str | None = None
    timeout: float = 10

    def __post_init__(self) -> None:
        """Refuse, with ValueError, what cannot be a key or a number, and a host that would leak."""
        if not _ACCOUNT.fullmatch(self.account_sid):
            raise ValueError("the Twilio account SID is AC and 32 hexadecimal digits")
        if not _TOKEN.fullmatch(self.auth_token):
            raise ValueError("the Twilio auth token is empty or has characters that no token has")
        if not _PHONE.fullmatch(self.from_number):
            raise ValueError("the Twilio number is not in E.164, such as +12025550123")
        _ = self._client.messages, self._client.calls

    @property
    def carrier(self) -> str:
        """Return "twilio"."""
        return "twilio"

    @property
    def address(self) -> str:
        """Where texts and calls are handed over."""
        return (self.host or VENDOR).rstrip("/")

    def text(self, message: TextMessage) -> str:
        """Hand over a text and return Twilio's SID of it.

        Raises what `notifiers.carrier` tells; the texts of it hold statuses and Twilio's numbers.
        """
        taken = self._client.messages.create(
            to=message.to_phone, from_=self.from_number, body=message.words
        )
        return _reference(taken.sid, taken.status, taken.error_code)

    def call(self, call: PhoneCall) -> str:
        """Have a phone called and the words read twice, and return Twilio's SID of the call.

        Raises what `text` does, and WillNeverWork if the words are too many for one call.
        """
        spoken = twiml(call.words)
        if len(spoken) > LONGEST_TWIML:
            raise WillNeverWork(f"more than {LONGEST_TWIML} characters for Twilio to read")
        taken = self._client.calls.create(to=call.to_phone, from_=self.from_number, twiml=spoken)
        return _reference(taken.sid, taken.status, None)

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401 - the vendor's package carries no types
        line = TwilioLine(self.address, self.timeout)
        return Client(self.account_sid, self.auth_token, http_client=line)


def _reference(sid: str, status: str | None, error_code: int | None) -> str:
    """Return the SID, unless what it stands for has come to nothing already."""
    if status in CAME_TO_NOTHING:
        code = error_code or 0
        raise failure_by_code(code, f"Twilio took it and gave it up: {status}, {code}")
    return sid
