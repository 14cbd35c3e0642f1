"""Turns stored events back into identifiers, moments and texts, fast enough to read a long history.

The bytes are the library's own: JSON in which what JSON has no word for is marked with its type.
"""

from functools import lru_cache
from json import JSONDecoder
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    DatetimeAsISO,
    JSONTranscoder,
    TranscodingNotRegisteredError,
    UUIDAsHex,
)

IDENTIFIERS = 1 << 14
"""How many identifiers are remembered; the same people come back all the time."""


class RememberedUUID(UUIDAsHex):
    """An identifier, made once for as long as it is remembered."""

    decode = staticmethod(lru_cache(IDENTIFIERS)(UUID))


class EventTranscoder(JSONTranscoder):
    """The library's transcoder with a shorter way back."""

    def __init__(self) -> None:
        super().__init__()
        self.decoder = JSONDecoder(object_hook=self._restored)
        self.register(RememberedUUID())
        self.register(DatetimeAsISO())

    def _restored(self, found: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever was stored
        """Return what a JSON object stands for; raises TranscodingNotRegisteredError."""
        kind = found.get("_type_")
        if kind is None or len(found) != 2 or "_data_" not in found:  # noqa: PLR2004 - these two
            return found
        if kind not in self.names:
            raise TranscodingNotRegisteredError(f"nobody knows what a {kind} was")
        return self.names[kind].decode(found["_data_"])
