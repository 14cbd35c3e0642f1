"""Receives files: seals their bytes as they arrive, recognises them when all are there.

What came before a connection broke, a disk filled up or a process was killed stays, and the upload
goes on from there. Nothing of a file is ever kept in clear.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg_pool import ConnectionPool

from adapters.blobs import Blobs
from adapters.kept_files import in_our_words
from adapters.receiving import Receiving
from adapters.recognising import Recogniser
from adapters.sealed_files import SealedWriter, Written
from adapters.upload_slots import Slot, UploadSlots
from adapters.wrapped_keys import DataKeys
from domain.attachment import AttachmentLimits, SealedFile, file_name
from domain.file_kind import FileIsEmpty
from domain.ports import KeyKind, Vault
from domain.refusal import Refusal
from domain.uploads import (
    AttachmentsAreUnavailable,
    Upload,
    UploadIsBusy,
    UploadIsLonger,
    UploadIsNotWhole,
)

LONGEST_NAME = 1000
"""Characters of a file's name that are kept until the file is whole."""

GOES_ON = (AttachmentsAreUnavailable, UploadIsBusy, UploadIsLonger)
"""Refusals after which an upload can go on; after any other its file is removed."""


@dataclass(frozen=True, slots=True)
class PostgresUploads:
    """The port `Uploads` over the table `attachments.file` and a store of blobs."""

    pool: ConnectionPool[Any]
    blobs: Blobs
    vault: Vault
    keys: DataKeys
    limits: AttachmentLimits
    clock: Callable[[], datetime]
    draw: Callable[[], UUID]

    @property
    def slots(self) -> UploadSlots:
        """Return the rows."""
        return UploadSlots(self.pool, self.limits)

    def begin(
        self,
        attachment_id: UUID,
        *,
        owner_id: UUID,
        account_id: UUID,
        form_id: UUID,
        name: str,
        length: int | None,
        at_most: int,
        at: datetime,
    ) -> Upload:
        """Make room for a file; its name is sealed as it came, and made tidy once it is known."""
        if length == 0:
            raise FileIsEmpty
        self.limits.require([length or 0])
        row = {
            "attachment_id": attachment_id,
            "owner_id": owner_id,
            "account_id": account_id,
            "form_id": form_id,
            "length": length,
            "at": at,
        }
        self.slots.require_room(row, at_most=at_most)  # or each refusal would leave a key behind
        sealed = self.vault.seal(name[:LONGEST_NAME], file_name(attachment_id))
        self.slots.begin({**row, "name": sealed}, at_most=at_most)
        return self.find(attachment_id, owner_id=owner_id)

    def of_form(self, form_id: UUID, *, owner_id: UUID) -> list[Upload]:
        """Return the files that were chosen in a form."""
        return [slot.upload for slot in self.slots.of_form(form_id, owner_id=owner_id)]

    def find(self, attachment_id: UUID, *, owner_id: UUID) -> Upload:
        """Return a slot."""
        return self.slots.find(attachment_id, owner_id=owner_id).upload

    @contextmanager
    def receiving(
        self, attachment_id: UUID, *, owner_id: UUID, offset: int, is_noted_at_once: bool = True
    ) -> Iterator[Receiving]:
        """Take the bytes from `offset` on; what came stays, however the block ends."""
        token = self.draw().hex
        slot = self.slots.take(
            attachment_id, owner_id=owner_id, offset=offset, writer=token, at=self.clock()
        )
        with self._holding(attachment_id, token):
            receiving = self._receiving(slot, token, is_noted_at_once=is_noted_at_once)
            try:
                with in_our_words():
                    yield receiving
                    receiving.end()
            except Refusal:
                receiving.take_back()
                raise
            except BaseException:
                try:
                    receiving.break_off()
                finally:
                    receiving.take_back()
                raise

    @contextmanager
    def _holding(self, attachment_id: UUID, token: str) -> Iterator[None]:
        """Give a slot back, however the block ends; drop a file that was refused for good."""
        try:
            with in_our_words():
                yield
        except GOES_ON:
            raise
        except Refusal:
            self.slots.drop(attachment_id, writer=token, at=self.clock())
            raise
        finally:
            self.slots.release(attachment_id, token)

    def move(self, attachment_ids: Sequence[UUID], *, owner_id: UUID, form_id: UUID) -> None:
        """Let files count as chosen in another form."""
        self.slots.move(attachment_ids, owner_id=owner_id, form_id=form_id)

    def remove(self, attachment_id: UUID, *, owner_id: UUID, at: datetime) -> None:
        """Take a file out of its form."""
        self.slots.remove(attachment_id, owner_id=owner_id, at=at)

    def whole(
        self, attachment_ids: Sequence[UUID], *, owner_id: UUID, at: datetime
    ) -> list[SealedFile]:
        """Return files that can go with a message."""
        found = self.slots.whole(attachment_ids, owner_id=owner_id, at=at)
        if any(one not in found for one in attachment_ids):
            raise UploadIsNotWhole
        return [found[one].sealed_file for one in attachment_ids]

    def _receiving(self, slot: Slot, token: str, *, is_noted_at_once: bool) -> Receiving:
        key = self.keys.of((KeyKind.CONTENT.value, slot.attachment_id))

        def writer(on_part: Callable[[Written], None]) -> SealedWriter:
            return SealedWriter(self.blobs, key, slot.attachment_id, slot.written, token, on_part)

        return Receiving(
            self.slots,
            slot,
            most=self.limits.file,
            token=token,
            clock=self.clock,
            writer=writer,
            recogniser=Recogniser(self.blobs, self.vault, self.keys),
            is_noted_at_once=is_noted_at_once,
        )
