"""A device is a browser in which somebody signed in, known by a random name that it keeps.

Invariants:
- a person has at most MOST_DEVICES that are known; with one more the one unused longest goes;
- that one browser is two people's cannot be told from what is kept.
"""

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

MOST_DEVICES = 20

DEVICE_LASTS = timedelta(days=400)
"""How long a browser keeps the name at most (RFC 6265bis, section 5.5)."""


class Devices(Protocol):
    """The devices of each person; their names are kept as hashes only."""

    def draw(self) -> str:
        """Return a name for a new device, of 128 bits of chance at least."""

    def knows(self, user_id: UUID, device: str) -> bool:
        """Say whether a person has signed in with this device."""

    def remember(self, user_id: UUID, device: str, *, at: datetime) -> None:
        """Remember that a person signed in with this device now; doing so again is harmless."""
