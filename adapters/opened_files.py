"""A file that is opened chunk by chunk, as programs know files: to read and to seek."""

import io
from typing import Protocol


class Chunks(Protocol):
    """A file that can be had a chunk at a time; `length` is its bytes."""

    length: int

    def chunk_at(self, offset: int) -> tuple[int, bytes]:
        """Return where the chunk begins that holds a byte, and the chunk."""


class OpenedFile(io.RawIOBase):
    """Holds one chunk at a time; reading raises what `chunk_at` does."""

    def __init__(self, reader: Chunks) -> None:
        self._reader = reader
        self._spot = 0
        self._begin, self._plain = 0, b""

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte, counted from the beginning, from here or from the end."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._spot, io.SEEK_END: self._reader.length}
        if origin[whence] + offset < 0:
            raise ValueError("there is nothing before the beginning of a file")
        self._spot = origin[whence] + offset
        return self._spot

    def readinto(self, room: memoryview) -> int:  # type: ignore[override]  # buffers before 3.12
        """Read into a buffer as much as one chunk gives; 0 at the end."""
        if self._spot >= self._reader.length:
            return 0
        if not self._begin <= self._spot < self._begin + len(self._plain):
            self._begin, self._plain = self._reader.chunk_at(self._spot)
        spot = self._spot - self._begin
        found = self._plain[spot : spot + len(room)]
        room[: len(found)] = found
        self._spot += len(found)
        return len(found)
