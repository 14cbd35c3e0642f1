"""Deletes what is left of files when their keys are gone, and finds files that nobody wants.

It needs no key. Blobs go first, then the row: what is cut off in between is found again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg_pool import ConnectionPool

from adapters.blobs import Blobs
from adapters.kept_files import in_our_words
from adapters.sealed_files import discard
from adapters.upload_slots import UNSENT_FOR

REMOVED_FOR = timedelta(minutes=10)
"""How long a removed file stays, so that no message that is just being sent loses it."""


@dataclass(frozen=True, slots=True)
class KeptRemains:
    """The port `Remains` over the table `attachments.file` and a store of blobs."""

    pool: ConnectionPool[Any]
    blobs: Blobs

    def wipe(self, attachment_ids: Sequence[UUID]) -> None:
        """Delete blobs and rows."""
        with in_our_words():
            for attachment_id in attachment_ids:
                discard(self.blobs, attachment_id)
        with self.pool.connection() as connection:
            connection.execute(
                "DELETE FROM attachments.file WHERE attachment_id = ANY(%s)",
                (list(attachment_ids),),
            )

    def unwanted(self, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
        """Return files that were removed or waited too long, with their owners.

        Whether one went with a message all the same is decided by the rules.
        """
        with self.pool.connection() as connection:
            rows: list[tuple[UUID, UUID]] = connection.execute(
                """
                SELECT attachment_id, owner_id FROM attachments.file
                WHERE (touched_at < %s OR removed_at < %s)
                    AND NOT EXISTS (SELECT FROM inbox.file AS sent
                                    WHERE sent.attachment_id = file.attachment_id)
                    AND NOT EXISTS (
                        SELECT FROM holds.hold JOIN holds.register USING (register_id)
                        WHERE lifted_at IS NULL AND subject_id IN (owner_id, account_id)
                    )
                ORDER BY touched_at LIMIT %s
                """,
                (now - UNSENT_FOR, now - REMOVED_FOR, limit),
            ).fetchall()
        return rows
