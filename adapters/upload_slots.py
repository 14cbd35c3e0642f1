"""The slots of files as rows: who may write into which, how far each has come, what it holds.

Whoever writes into a slot has it for a while, and is found out if somebody else took it over: each
change names its writer and the number of bytes that it found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from adapters.sealed_files import Written
from adapters.slot_statements import (
    COMPLETE,
    FIND,
    INSERT,
    KEEP,
    KEPT,
    LENGTHS,
    OF_FORM,
    RENEW,
    TAKE,
    WHOLE,
)
from domain.attachment import AttachmentLimits, SealedFile
from domain.ports import Sealed
from domain.uploads import NoSuchUpload, Upload, UploadIsBusy, UploadIsElsewhere

HELD_FOR = timedelta(seconds=30)
"""How long a writer to whom nothing comes keeps a slot from others."""


UNSENT_FOR = timedelta(hours=24)
"""How long a file waits for its message, counted from its last byte or its last look."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a whole file turned out to be; name and small picture are sealed."""

    name: Sealed
    kind: str
    preview: bytes | None


@dataclass(frozen=True, slots=True)
class Slot:
    """One row, sealed as it lies there."""

    attachment_id: UUID
    name: Sealed
    length: int | None
    received: int
    parts: list[str]
    digest: bytes
    tail: bytes
    kind: str | None

    @property
    def upload(self) -> Upload:
        """Return what the rules see of it."""
        return Upload(self.attachment_id, self.name, self.length, self.received, self.kind)

    @property
    def sealed_file(self) -> SealedFile:
        """Return what goes with a message; of a slot whose file is whole."""
        return SealedFile(
            self.attachment_id, self.name, self.received, str(self.kind), self.digest.hex()
        )

    @property
    def written(self) -> Written:
        """Return what a writer goes on from."""
        return Written(self.received, tuple(self.parts), self.digest, self.tail)


class UploadSlots:
    """The table `attachments.file`."""

    def __init__(self, pool: ConnectionPool[Any], limits: AttachmentLimits) -> None:
        self._pool = pool
        self._limits = limits

    def begin(self, row: dict[str, Any], *, at_most: int) -> None:
        """Add a slot, if there is room for it in its form and in its owner's quota.

        People of one account take turns here, so that two together do not get more than there is.
        Raises what `require_room` does.
        """
        with self._pool.connection() as connection:
            connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (str(row["account_id"]),)
            )
            self._require_room(connection, row, at_most)
            connection.execute(INSERT, row)

    def require_room(self, row: dict[str, Any], *, at_most: int) -> None:
        """Look whether there is room just now, before anything is made for a file.

        Raises FileIsTooLarge, FilesAreTooLarge, TooManyFiles, TooManyFilesWait or QuotaIsUsedUp.
        """
        with self._pool.connection() as connection:
            self._require_room(connection, row, at_most)

    def _require_room(self, connection: Connection[Any], row: dict[str, Any], at_most: int) -> None:
        chosen = connection.execute(LENGTHS, row).fetchall()
        self._limits.require([*(one[0] for one in chosen), row["length"] or 0])
        [[kept, waiting]] = connection.execute(KEPT, {**row, "unsent_for": UNSENT_FOR}).fetchall()
        self._limits.require_few_waiting(waiting)
        self._limits.require_quota(int(kept), at_most)

    def of_form(self, form_id: UUID, *, owner_id: UUID) -> list[Slot]:
        """Return what was chosen in a form, in this order."""
        return self._rows(OF_FORM, (form_id, owner_id))

    def find(self, attachment_id: UUID, *, owner_id: UUID) -> Slot:
        """Return a slot. Raises NoSuchUpload."""
        found = self._rows(FIND, (attachment_id, owner_id))
        if not found:
            raise NoSuchUpload
        return found[0]

    def take(
        self, attachment_id: UUID, *, owner_id: UUID, offset: int, writer: str, at: datetime
    ) -> Slot:
        """Take a slot for writing. Raises NoSuchUpload, UploadIsBusy or UploadIsElsewhere."""
        values = {"id": attachment_id, "owner": owner_id, "offset": offset}
        lease = {"writer": writer, "at": at, "until": at + HELD_FOR}
        taken = self._rows(TAKE, values | lease)
        if taken:
            return taken[0]
        slot = self.find(attachment_id, owner_id=owner_id)
        if slot.received != offset or slot.kind is not None:
            raise UploadIsElsewhere(slot.received)
        raise UploadIsBusy

    def keep(
        self, attachment_id: UUID, written: Written, *, before: int, writer: str, at: datetime
    ) -> None:
        """Note how far a writer has come. Raises UploadIsBusy if it does not have the slot."""
        values = {
            "id": attachment_id,
            "received": written.received,
            "parts": list(written.parts),
            "digest": written.digest,
            "tail": written.tail,
            "before": before,
            "writer": writer,
            "at": at,
            "until": at + HELD_FOR,
        }
        if not self._changed(KEEP, values):
            raise UploadIsBusy

    def complete(
        self, attachment_id: UUID, written: Written, found: Found, *, before: int, writer: str
    ) -> None:
        """Note that a file is whole, and what it is, at once.

        Raises UploadIsBusy if the writer does not have the slot.
        """
        values = {
            "id": attachment_id,
            "received": written.received,
            "parts": list(written.parts),
            "digest": written.digest,
            "name": found.name,
            "kind": found.kind,
            "preview": found.preview,
            "before": before,
            "writer": writer,
        }
        if not self._changed(COMPLETE, values):
            raise UploadIsBusy

    def move(self, ids: Sequence[UUID], *, owner_id: UUID, form_id: UUID) -> None:
        """Let files count as chosen in another form, if they fit in there.

        Raises FilesAreTooLarge or TooManyFiles.
        """
        with self._pool.connection() as connection:
            connection.execute(
                """
                UPDATE attachments.file SET form_id = %s
                WHERE attachment_id = ANY(%s) AND owner_id = %s AND removed_at IS NULL
                """,
                (form_id, list(ids), owner_id),
            )
            rows = connection.execute(LENGTHS, {"form_id": form_id, "owner_id": owner_id})
            self._limits.require([row[0] for row in rows])

    def renew(self, attachment_id: UUID, *, writer: str, at: datetime) -> None:
        """Keep a slot for longer. Raises UploadIsBusy if the writer does not have it."""
        values = {"id": attachment_id, "writer": writer, "at": at, "until": at + HELD_FOR}
        if not self._changed(RENEW, values):
            raise UploadIsBusy

    def release(self, attachment_id: UUID, writer: str) -> None:
        """Give a slot back; one that somebody else has stays theirs."""
        self._changed(
            "UPDATE attachments.file SET writer = NULL WHERE attachment_id = %s AND writer = %s",
            (attachment_id, writer),
        )

    def drop(self, attachment_id: UUID, *, writer: str, at: datetime) -> None:
        """Take a refused file out of its form, unless somebody else has the slot by now."""
        self._changed(
            """
            UPDATE attachments.file SET removed_at = %s, writer = NULL
            WHERE attachment_id = %s AND writer = %s
            """,
            (at, attachment_id, writer),
        )

    def remove(self, attachment_id: UUID, *, owner_id: UUID, at: datetime) -> None:
        """Take a file out of its form. Raises NoSuchUpload."""
        if not self._changed(
            """
            UPDATE attachments.file SET removed_at = %s, writer = NULL
            WHERE attachment_id = %s AND owner_id = %s AND removed_at IS NULL
            """,
            (at, attachment_id, owner_id),
        ):
            raise NoSuchUpload

    def whole(self, ids: Sequence[UUID], *, owner_id: UUID, at: datetime) -> dict[UUID, Slot]:
        """Return those of the slots that hold whole files; none is cleared away before long."""
        rows = self._rows(WHOLE, {"ids": list(ids), "owner": owner_id, "at": at})
        return {row.attachment_id: row for row in rows}

    def _rows(self, statement: str, values: Any) -> list[Slot]:  # noqa: ANN401 - psycopg's own
        with self._pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Slot))
            rows: list[Slot] = cursor.execute(statement, values).fetchall()
        return rows

    def _changed(self, statement: str, values: Any) -> bool:  # noqa: ANN401 - psycopg's own
        with self._pool.connection() as connection:
            changed: int = connection.execute(statement, values).rowcount
        return changed > 0
