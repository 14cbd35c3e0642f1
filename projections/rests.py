"""How long a read model that failed is left alone before it is tried again: longer each time."""

import time
from dataclasses import dataclass, field

FIRST = 1.0
LONGEST = 60.0
"""Seconds."""


@dataclass(slots=True)
class Rests:
    """Who rests, until when, and for how long next time."""

    _until: dict[str, float] = field(default_factory=dict)
    _length: dict[str, float] = field(default_factory=dict)

    def holds(self, name: str) -> bool:
        """Say whether somebody rests."""
        return time.monotonic() < self._until.get(name, 0)

    def begin(self, name: str) -> None:
        """Let somebody rest, twice as long as the last time."""
        length = self._length.get(name, FIRST)
        self._until[name] = time.monotonic() + length
        self._length[name] = min(2 * length, LONGEST)

    def end(self, name: str) -> None:
        """Forget that somebody rested."""
        self._until.pop(name, None)
        self._length.pop(name, None)
