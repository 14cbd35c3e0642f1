"""An e-mail address belongs to one person: username, where notices go, and what others write to.

Invariants:
- an address is claimed by one person at a time; one that was released can be claimed again;
- the log knows addresses only by a keyed fingerprint, which is the aggregate's identifier.
"""

import re
from datetime import datetime
from typing import Self
from uuid import UUID

from domain.aggregate import Aggregate, FirstEvent
from domain.refusal import Refusal

LONGEST_ADDRESS = 254
"""Characters (RFC 5321, section 4.5.3.1.3: a path of 256 octets, angle brackets included)."""

SHAPE = re.compile(r"[!-?A-~]{1,64}@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.ASCII)


class AddressIsMalformed(Refusal):
    """Not one e-mail address in ASCII of at most LONGEST_ADDRESS characters."""


class AddressIsTaken(Refusal):
    """The address already belongs to somebody."""


def normalised(address: str) -> str:
    """Return the form by which an address is compared: trimmed, in lower case.

    Raises AddressIsMalformed for what cannot be one address at all.
    """
    address = address.strip()
    if not address.isascii():  # some foreign letters have an ASCII letter as their lower case
        raise AddressIsMalformed
    address = address.lower()
    if len(address) > LONGEST_ADDRESS or not SHAPE.fullmatch(address):
        raise AddressIsMalformed
    return address


class EmailAddress(Aggregate):
    """The claim of one person to one address."""

    TOPIC = "email-address"

    class Event(Aggregate.Event):
        """Something that happened to an address."""

    class AddressClaimed(Event, FirstEvent):
        """A person was given the address as hers; nobody else can have it."""

        TOPIC = "email-address.claimed"
        user_id: UUID

    class AddressReleased(Event):
        """The person was erased; the address is free."""

        TOPIC = "email-address.released"
        user_id: UUID

        def apply(self, aggregate: "EmailAddress") -> None:
            """Remember that it is nobody's."""
            aggregate.user_id = None

    class AddressReclaimed(Event):
        """An address that was free was given to a person."""

        TOPIC = "email-address.reclaimed"
        user_id: UUID

        def apply(self, aggregate: "EmailAddress") -> None:
            """Remember whose it is now."""
            aggregate.user_id = self.user_id

    def __init__(self, *, user_id: UUID) -> None:
        self.user_id: UUID | None = user_id

    @classmethod
    def claim(cls, *, address_id: UUID, user_id: UUID, by: UUID, at: datetime) -> Self:
        """Claim an address; two claims of one address cannot both be saved."""
        return cls._create(cls.AddressClaimed, id=address_id, timestamp=at, by=by, user_id=user_id)

    def release(self, *, user_id: UUID, by: UUID, at: datetime) -> None:
        """Free a person's address; one that is not hers stays as it is."""
        if self.user_id == user_id:
            self.trigger_event(self.AddressReleased, timestamp=at, by=by, user_id=user_id)

    def reclaim(self, *, user_id: UUID, by: UUID, at: datetime) -> None:
        """Claim an address that is free. Raises AddressIsTaken."""
        if self.user_id is not None:
            raise AddressIsTaken
        self.trigger_event(self.AddressReclaimed, timestamp=at, by=by, user_id=user_id)
