"""What the stand-in of SendGrid says became of a mail, by where it went.

Events have the fields of https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event,
addresses and sentences of servers included: it is up to the reader to leave them alone. As with the
vendor, an address that bounced is not tried again.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Event = dict[str, Any]  # Any: JSON

DELIVERED = {"event": "delivered", "response": "250 OK"}
BOUNCED = {
    "event": "bounce",
    "type": "bounce",
    "status": "5.1.1",
    "reason": "550 5.1.1 The email account that you tried to reach does not exist",
    "bounce_classification": "Invalid Address",
}
FATES: dict[str, list[Event]] = {
    "bounce.example": [BOUNCED],
    "blocked.example": [
        {
            "event": "bounce",
            "type": "blocked",
            "status": "5.7.1",
            "reason": "550 5.7.1 Message rejected",
            "bounce_classification": "Reputation",
        }
    ],
    "deferred.example": [
        {"event": "deferred", "response": "451 4.2.0 try again later", "attempt": "1"},
        DELIVERED,
    ],
    "spam.example": [DELIVERED, {"event": "spamreport"}],
    "silent.example": [],
}
"""What happens to mails for the addresses of a domain; those for all others are delivered."""

SUPPRESSED = {"event": "dropped", "reason": "Bounced Address", "status": "5.0.0"}


@dataclass(slots=True)
class Fortune:
    """Decides what becomes of mails; ids are counted, not drawn, so that tests repeat."""

    suppressed: set[str] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def events_of(self, payload: dict[str, Any], message_id: str, at: int) -> list[Event]:
        """Return all events of a mail, oldest first, from a moment in Unix seconds on."""
        return [
            event
            for envelope in payload["personalizations"]
            for person in envelope["to"]
            for event in self._events_for(person["email"], envelope, message_id, at)
        ]

    def _events_for(
        self, address: str, envelope: dict[str, Any], message_id: str, at: int
    ) -> list[Event]:
        known = envelope.get("custom_args", {}) | {"email": address, "smtp-id": f"<{message_id}>"}
        return [
            known
            | what
            | {
                "timestamp": at + second,
                "sg_event_id": f"event-{next(self._numbers):06d}",
                "sg_message_id": f"{message_id}.recvd-1",
            }
            for second, what in enumerate(self._fate_of(address))
        ]

    def _fate_of(self, address: str) -> list[Event]:
        if address in self.suppressed:
            return [SUPPRESSED]
        fate = FATES.get(address.rpartition("@")[2], [DELIVERED])
        if BOUNCED in fate:
            self.suppressed.add(address)
        return [{"event": "processed"}, *fate]
