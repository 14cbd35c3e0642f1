"""Where files arrive in tests: uploads, files and remains over one table and blobs in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from adapters.kept_files import KeptFiles
from adapters.keyring import Keyring
from adapters.remains import KeptRemains
from adapters.sealed_chunks import CHUNK
from adapters.sealed_files import PART_CHUNKS
from adapters.uploads import PostgresUploads
from adapters.vault import PostgresVault
from adapters.wrapped_keys import DataKeys
from domain.attachment import (
    USUAL_LIMITS,
    AttachmentLimits,
)
from runtime.stores import Stores
from tests.doubles.blobs import MemoryBlobs
from tests.fixtures.clock import Clock
from tests.fixtures.files import dicom
from tests.fixtures.house import Drawn

ADA = UUID("00000000-0000-0000-0000-00000000bb01")
BEN = UUID("00000000-0000-0000-0000-00000000bb02")
PRACTICE = UUID("00000000-0000-0000-0000-00000000aa01")
FORM = UUID("00000000-0000-0000-0000-00000000ee01")
PART = PART_CHUNKS * CHUNK
SCAN = dicom(length=2 * PART + 1000)


@dataclass
class Desk:
    """Where files arrive, with a clock and a store of blobs of the test."""

    stores: Stores
    clock: Clock
    limits: AttachmentLimits = USUAL_LIMITS
    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)
    drawn: Drawn = field(default_factory=Drawn)
    keyring: Keyring = field(default_factory=Keyring.draw)

    def __post_init__(self) -> None:
        self.vault = PostgresVault(self.stores.pool, self.keyring)
        self.keys = DataKeys(self.stores.pool, self.keyring)
        self.uploads = PostgresUploads(
            self.stores.pool,
            self.blobs,
            self.vault,
            self.keys,
            self.limits,
            self.clock,
            self.drawn,
        )
        self.files = KeptFiles(self.stores.pool, self.blobs, self.keys)
        self.remains = KeptRemains(self.stores.pool, self.blobs)

    def begin(self, length: int | None = len(SCAN), owner_id: UUID = ADA) -> UUID:
        attachment_id = self.drawn()
        self.uploads.begin(
            attachment_id,
            owner_id=owner_id,
            account_id=PRACTICE,
            form_id=FORM,
            name="CT.dcm",
            length=length,
            at_most=length or 0,
            at=self.clock(),
        )
        return attachment_id

    def receive(self, attachment_id: UUID, data: bytes, offset: int = 0) -> None:
        with self.uploads.receiving(attachment_id, owner_id=ADA, offset=offset) as receiving:
            for start in range(0, len(data), 300_000):
                receiving.write(data[start : start + 300_000])

    def receive_and_then(self, attachment_id: UUID, then: Callable[[], None], rest: bytes) -> None:
        with self.uploads.receiving(attachment_id, owner_id=ADA, offset=0) as receiving:
            then()
            receiving.write(rest)

    def receive_and_break_off(self, attachment_id: UUID, data: bytes) -> None:
        def broken() -> None:
            with self.uploads.receiving(attachment_id, owner_id=ADA, offset=0) as receiving:
                receiving.write(data)
                raise ConnectionError

        with pytest.raises(ConnectionError):
            broken()

    def received(self, attachment_id: UUID) -> int:
        return self.uploads.find(attachment_id, owner_id=ADA).received

    def content(self, attachment_id: UUID) -> bytes:
        [file] = self.uploads.whole([attachment_id], owner_id=ADA, at=self.clock())
        return b"".join(self.files.opened(file).stream(0, file.length))
