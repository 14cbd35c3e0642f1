"""Clears away what is left of files when their keys are gone, and finds files that nobody wants.

It needs no key. Blobs go first, then the row: what is cut off in between is found again. A storage
that does not answer is left alone for a minute, so that it holds up nothing else.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg_pool import ConnectionPool

from adapters.blobs import Blobs, BlobsAreUnavailable
from adapters.sealed_files import discard
from adapters.upload_slots import UNSENT_FOR
from domain.uploads import AttachmentsAreUnavailable

REMOVED_FOR = timedelta(minutes=10)
"""How long a removed file stays, so that no message that is just being sent loses it."""

REST_SECONDS = 60
"""How long a storage rests that did not answer."""

UNWANTED = """
SELECT attachment_id, owner_id FROM attachments.file
WHERE (touched_at < %s OR removed_at < %s) AND NOT EXISTS (
    SELECT FROM holds.hold JOIN holds.register USING (register_id)
    WHERE lifted_at IS NULL AND subject_id IN (owner_id, account_id)
)
ORDER BY random() LIMIT %s
"""


TAKE = """
UPDATE attachments.file SET removed_at = coalesce(removed_at, %s)
WHERE attachment_id = %s AND (touched_at < %s OR removed_at < %s)
"""


class KeptRemains:
    """The port `Remains` over the table `attachments.file` and a store of blobs."""

    def __init__(self, pool: ConnectionPool[Any], blobs: Blobs) -> None:
        self._pool = pool
        self._blobs = blobs
        self._rests_until = 0.0

    def clear_away(self, attachment_ids: Sequence[UUID], *, at: datetime) -> None:
        """Delete blobs and rows; where that fails the files are found again as removed ones."""
        ids = list(attachment_ids)
        if not ids:
            return
        try:
            self._discard(ids)
        except BlobsAreUnavailable as error:
            self._change(
                "UPDATE attachments.file SET removed_at = %s WHERE attachment_id = ANY(%s)", at, ids
            )
            raise AttachmentsAreUnavailable from error
        self._change("DELETE FROM attachments.file WHERE attachment_id = ANY(%s)", ids)

    def take(self, attachment_id: UUID, *, at: datetime) -> bool:
        """Mark a file as removed, unless somebody came back for it since it was found."""
        values = (at - REMOVED_FOR, attachment_id, at - UNSENT_FOR, at - REMOVED_FOR)
        return self._change(TAKE, *values) > 0

    def keep(self, attachment_id: UUID) -> None:
        """Do not find a file any more as one that waited too long."""
        self._change(
            """
            UPDATE attachments.file SET touched_at = 'infinity', removed_at = NULL
            WHERE attachment_id = %s
            """,
            attachment_id,
        )

    def unwanted(self, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
        """Return files that were removed or waited too long, with their owners.

        Whether one went with a message all the same, or is held, is decided by the rules. In any
        order, so that those that must stay are not always before the others.
        """
        with self._pool.connection() as connection:
            rows: list[tuple[UUID, UUID]] = connection.execute(
                UNWANTED, (now - UNSENT_FOR, now - REMOVED_FOR, limit)
            ).fetchall()
        return rows

    def _discard(self, ids: list[UUID]) -> None:
        if time.monotonic() < self._rests_until:
            raise BlobsAreUnavailable("the storage did not answer a moment ago")
        try:
            for attachment_id in ids:
                discard(self._blobs, attachment_id)
        except BlobsAreUnavailable:
            self._rests_until = time.monotonic() + REST_SECONDS
            raise

    def _change(self, statement: str, *values: object) -> int:
        with self._pool.connection() as connection:
            changed: int = connection.execute(statement, values).rowcount
        return changed
