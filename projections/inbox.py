"""What was written to me, what did I write, and what stands in this thread? For every person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from domain.attachment import Attachment
from domain.message import Message
from domain.ports import Sealed
from projections.change import Amend, Change, Insert, Values
from projections.projection import Projection

PAGE = 50
"""Messages a page."""


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """One message as a list or a thread shows it; subject and body are sealed, or destroyed.

    The subject is that of its thread: it belongs to the first message, and is over with that one.
    """

    message_id: UUID
    thread_id: UUID
    sender_id: UUID
    recipient_id: UUID
    subject: Sealed | None
    subject_ends_at: datetime
    subject_recalled_at: datetime | None
    body: Sealed | None
    sent_at: datetime
    ends_at: datetime
    read_at: datetime | None
    recalled_at: datetime | None
    recall_reason: Sealed | None
    files: int
    position: int

    def is_over(self, at: datetime) -> bool:
        """Say whether its content is closed, whatever was destroyed by then."""
        return self.recalled_at is not None or self.ends_at <= at

    def is_subject_over(self, at: datetime) -> bool:
        """Say whether the first message of its thread is over, and with it the subject of all."""
        return self.subject_recalled_at is not None or self.subject_ends_at <= at

    @property
    def is_reply(self) -> bool:
        """Whether it answers another one."""
        return self.message_id != self.thread_id


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """One file of a message; `length` in bytes, `digest` in hexadecimal, the name sealed."""

    attachment_id: UUID
    message_id: UUID
    name: Sealed
    length: int
    kind: str
    digest: str
    downloaded_at: datetime | None


ENTRY = """
SELECT
    message.message_id, message.thread_id, message.sender_id, message.recipient_id,
    first.subject, first.ends_at AS subject_ends_at, first.recalled_at AS subject_recalled_at,
    message.body, message.sent_at, message.ends_at, message.read_at, message.recalled_at,
    message.recall_reason, message.files, message.position
FROM inbox.message JOIN inbox.message AS first ON first.message_id = message.thread_id
"""

THREAD = """
WHERE message.thread_id = (
    SELECT thread_id FROM inbox.message
    WHERE message_id = %(message)s AND %(reader)s IN (sender_id, recipient_id)
) AND %(reader)s IN (message.sender_id, message.recipient_id)
ORDER BY message.position
"""

FILES = """
SELECT attachment_id, message_id, name, length, kind, digest, downloaded_at
FROM inbox.file JOIN inbox.message USING (message_id)
WHERE %(reader)s IN (sender_id, message.recipient_id) AND name IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Inbox:
    """Questions about messages; `before` is the position of the last entry of the page before."""

    pool: ConnectionPool[Any]

    def received_by(self, user_id: UUID, *, before: int | None = None) -> list[InboxEntry]:
        """Return a page of what was written to a person, newest first."""
        return self._page("WHERE message.recipient_id = %(user)s", user_id, before)

    def sent_by(self, user_id: UUID, *, before: int | None = None) -> list[InboxEntry]:
        """Return a page of what a person wrote, newest first."""
        return self._page("WHERE message.sender_id = %(user)s", user_id, before)

    def unread(self, user_id: UUID, *, at: datetime) -> int:
        """Count what was written to a person, not opened yet and not over."""
        with self.pool.connection() as connection:
            row = connection.execute(
                """
                SELECT count(*) FROM inbox.message
                WHERE recipient_id = %s AND read_at IS NULL
                    AND ends_at > %s AND recalled_at IS NULL
                """,
                (user_id, at),
            ).fetchone()
        return int(row[0]) if row else 0

    def thread_of(self, message_id: UUID, *, reader_id: UUID) -> list[InboxEntry]:
        """Return the thread of a message, oldest first; nothing if it is not the reader's."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(InboxEntry))
            rows: list[InboxEntry] = cursor.execute(
                ENTRY + THREAD, {"message": message_id, "reader": reader_id}
            ).fetchall()
        return rows

    def files_of(
        self, message_ids: Iterable[UUID], *, reader_id: UUID
    ) -> dict[UUID, list[AttachedFile]]:
        """Return the files of messages by message, in the order in which they were attached."""
        found: dict[UUID, list[AttachedFile]] = {}
        for file in self._files(
            "AND message_id = ANY(%(messages)s) ORDER BY file.position",
            {"messages": list(message_ids), "reader": reader_id},
        ):
            found.setdefault(file.message_id, []).append(file)
        return found

    def file(self, attachment_id: UUID, *, reader_id: UUID) -> AttachedFile | None:
        """Return one file; nothing if it is not the reader's, or its message's content is gone."""
        values = {"attachment": attachment_id, "reader": reader_id}
        return next(iter(self._files("AND attachment_id = %(attachment)s", values)), None)

    def have_corresponded(self, one: UUID, other: UUID) -> bool:
        """Say whether either has written to the other."""
        with self.pool.connection() as connection:
            row = connection.execute(
                """
                SELECT EXISTS (
                    SELECT FROM inbox.message
                    WHERE sender_id = %(one)s AND recipient_id = %(other)s
                ) OR EXISTS (
                    SELECT FROM inbox.message
                    WHERE sender_id = %(other)s AND recipient_id = %(one)s
                )
                """,
                {"one": one, "other": other},
            ).fetchone()
        return bool(row and row[0])

    def _files(self, which: LiteralString, values: Values) -> list[AttachedFile]:
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(AttachedFile))
            rows: list[AttachedFile] = cursor.execute(FILES + which, values).fetchall()
        return rows

    def _page(self, whose: LiteralString, user_id: UUID, before: int | None) -> list[InboxEntry]:
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(InboxEntry))
            rows: list[InboxEntry] = cursor.execute(
                ENTRY
                + whose
                + """
                AND (%(before)s::bigint IS NULL OR message.position < %(before)s)
                ORDER BY message.position DESC LIMIT %(limit)s
                """,
                {"user": user_id, "before": before, "limit": PAGE},
            ).fetchall()
        return rows


def sent(event: Message.MessageSent, position: int) -> Iterable[Change]:
    """Return a new message; a reply has no subject, though replies of the first versions did."""
    yield Insert(
        "message",
        {"message_id": event.originator_id},
        {
            "thread_id": event.thread_id,
            "sender_id": event.by,
            "recipient_id": event.recipient_id,
            "subject": event.subject if event.thread_id == event.originator_id else None,
            "body": event.body,
            "sent_at": event.timestamp,
            "ends_at": event.ends_at,
            "read_at": None,
            "recalled_at": None,
            "recall_reason": None,
            "files": 0,
            "position": position,
        },
    )


def with_files(event: Message.FilesAttached, _: int) -> Iterable[Change]:
    """Return that files go with a message."""
    yield message(event, {"files": len(event.attachment_ids)})


def attached(event: Attachment.FileAttached, position: int) -> Iterable[Change]:
    """Return a file of a message."""
    yield Insert(
        "file",
        {"attachment_id": event.originator_id},
        {
            "message_id": event.message_id,
            "recipient_id": event.recipient_id,
            "name": event.name,
            "length": event.length,
            "kind": event.kind,
            "digest": event.digest,
            "downloaded_at": None,
            "position": position,
        },
    )


def downloaded(event: Attachment.AttachmentDownloaded, _: int) -> Iterable[Change]:
    """Return that its recipient took a file; only the first time counts."""
    yield Amend(
        "file",
        {"attachment_id": event.originator_id},
        {"downloaded_at": event.timestamp},
        only_if={"recipient_id": event.by, "downloaded_at": None},
    )


def read(event: Message.MessageRead, _: int) -> Iterable[Change]:
    """Return that its recipient opened a message; only the first time counts."""
    yield Amend(
        "message",
        {"message_id": event.originator_id},
        {"read_at": event.timestamp},
        only_if={"recipient_id": event.by, "read_at": None},
    )


def ends_otherwise(event: Message.ExpiryChanged, _: int) -> Iterable[Change]:
    """Return that a message ends at another moment."""
    yield message(event, {"ends_at": event.ends_at})


def recalled(event: Message.MessageRecalled, _: int) -> Iterable[Change]:
    """Return that its sender took a message back, and why."""
    yield message(event, {"recalled_at": event.timestamp, "recall_reason": event.reason})


def destroyed(event: Message.ContentDestroyed, _: int) -> Iterable[Change]:
    """Return that nothing is left of the content; what nobody can open need not lie here."""
    yield message(event, {"subject": None, "body": None})
    for attachment_id in event.attachment_ids:
        yield Amend("file", {"attachment_id": attachment_id}, {"name": None})


def message(event: Message.Event, values: Values) -> Change:
    """Return what is known of a message now."""
    return Amend("message", {"message_id": event.originator_id}, values)


INBOX = Projection(
    "inbox",
    {
        Message.MessageSent: sent,
        Message.FilesAttached: with_files,
        Attachment.FileAttached: attached,
        Attachment.AttachmentDownloaded: downloaded,
        Message.MessageRead: read,
        Message.ExpiryChanged: ends_otherwise,
        Message.MessageRecalled: recalled,
        Message.ContentDestroyed: destroyed,
    },
)
