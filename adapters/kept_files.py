"""Opens the files of messages: looked through as a whole first, so that no half is handed out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg_pool import ConnectionPool

from adapters.blobs import Blobs, BlobsAreUnavailable
from adapters.recognising import preview_binding
from adapters.sealed_files import SealedFileIsDamaged, SealedReader
from adapters.wrapped_keys import DataKeys, decrypt
from domain.attachment import AttachmentIsDamaged, SealedFile
from domain.ports import KeyKind, SealIsBroken
from domain.uploads import AttachmentsAreUnavailable


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turn what goes wrong with blobs into the rules' own refusals."""
    try:
        yield
    except BlobsAreUnavailable as error:
        raise AttachmentsAreUnavailable from error
    except SealedFileIsDamaged as error:
        raise AttachmentIsDamaged from error


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """The port `Files` over the table `attachments.file` and a store of blobs."""

    pool: ConnectionPool[Any]
    blobs: Blobs
    keys: DataKeys

    def opened(self, file: SealedFile) -> SealedReader:
        """Look through a file and open it; what it must be is what its message says."""
        key = self.keys.of((KeyKind.CONTENT.value, file.attachment_id))
        reader = SealedReader(
            self.blobs,
            key,
            file.attachment_id,
            file.length,
            self._parts(file.attachment_id),
            bytes.fromhex(file.digest),
        )
        with in_our_words():
            reader.verify()
        return reader

    def previews(self, attachment_ids: Sequence[UUID]) -> dict[UUID, bytes]:
        """Return the small pictures that there are; one that does not open is left out."""
        with self.pool.connection() as connection:
            rows = connection.execute(
                """
                SELECT attachment_id, preview FROM attachments.file
                WHERE attachment_id = ANY(%s) AND preview IS NOT NULL
                """,
                (list(attachment_ids),),
            ).fetchall()
        keys = self.keys.of_all((KeyKind.CONTENT.value, one) for one, _ in rows) if rows else {}
        opened = {one: opened_preview(keys, one, preview) for one, preview in rows}
        return {one: preview for one, preview in opened.items() if preview}

    def _parts(self, attachment_id: UUID) -> Sequence[str]:
        with self.pool.connection() as connection:
            row = connection.execute(
                "SELECT parts FROM attachments.file WHERE attachment_id = %s", (attachment_id,)
            ).fetchone()
        if row is None:
            raise AttachmentIsDamaged
        return tuple(row[0])


def opened_preview(
    keys: dict[tuple[str, UUID], bytes], attachment_id: UUID, sealed: bytes
) -> bytes | None:
    """Open a small picture, or return None if it cannot be opened."""
    key = keys.get((KeyKind.CONTENT.value, attachment_id))
    try:
        return decrypt(key, sealed, preview_binding(attachment_id)) if key else None
    except SealIsBroken:
        return None
