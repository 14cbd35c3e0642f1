"""Where a file is sealed into blobs in memory and opened again, with chunks of 8 bytes.

Writers flush after every blob, as on a slow network.
"""

from dataclasses import dataclass, field
from uuid import UUID

from adapters.sealed_files import SealedReader, SealedWriter, Written
from tests.doubles.blobs import MemoryBlobs

SMALL = 8
KEY = bytes(range(32))
FILE = UUID("00000000-0000-0000-0000-0000000000aa")
NOTHING = Written()


@dataclass
class Desk:
    """One file on its way into a storage, by one writer after the other."""

    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)
    told: list[Written] = field(default_factory=list)
    tries: int = 0

    def writer(self, before: Written = NOTHING, file: UUID = FILE) -> SealedWriter:
        self.tries += 1
        token = f"try{self.tries}"
        return SealedWriter(
            self.blobs, KEY, file, before, token, self.told.append, chunk=SMALL, flush_every=0
        )

    def keep(self, data: bytes, file: UUID = FILE) -> Written:
        writer = self.writer(file=file)
        writer.write(data)
        return writer.finish()

    def reader(self, written: Written, file: UUID = FILE) -> SealedReader:
        parts, digest = written.parts, written.digest
        return SealedReader(self.blobs, KEY, file, written.received, parts, digest, chunk=SMALL)


def opened(reader: SealedReader) -> bytes:
    reader.verify()
    return b"".join(reader.stream(0, reader.length))


def sample(length: int) -> bytes:
    return bytes(number % 251 for number in range(length))
