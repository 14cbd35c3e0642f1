"""The library's own log and projection, as baselines: the same events, the same rows."""

from functools import singledispatchmethod
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.conninfo import conninfo_to_dict

from domain.message import Message
from projections.inbox import INBOX


class LibraryLog(Application[UUID]):
    """The library's recorder, with its lock on the table."""

    name = "library"


def settings(database_url: str, *, connections: int = 4, creates: bool = False) -> dict[str, str]:
    """Return the library's settings for a database."""
    options = conninfo_to_dict(database_url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "CREATE_TABLE": "y" if creates else "n",
        "POSTGRES_DBNAME": str(options["dbname"]),
        "POSTGRES_HOST": str(options["host"]),
        "POSTGRES_PORT": str(options["port"]),
        "POSTGRES_USER": str(options["user"]),
        "POSTGRES_PASSWORD": str(options["password"]),
        "POSTGRES_POOL_SIZE": str(connections),
        "POSTGRES_MAX_OVERFLOW": "8",
    }


class LibraryInbox(PostgresTrackingRecorder):
    """The table of messages, with the library's tracking beside it."""

    def sent(self, event: Message.MessageSent, tracking: Tracking) -> None:
        """Insert a message."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(
                """
                INSERT INTO message (
                    message_id, thread_id, sender_id, recipient_id, subject, body, sent_at,
                    ends_at, files, position
                )
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 0, %s)
                """,
                (
                    event.originator_id,
                    event.thread_id,
                    event.by,
                    event.recipient_id,
                    event.subject,
                    event.body,
                    event.timestamp,
                    event.ends_at,
                    tracking.notification_id,
                ),
                prepare=True,
            )
            self._insert_tracking(cursor, tracking)

    def read(self, event: Message.MessageRead, tracking: Tracking) -> None:
        """Note that a message was read."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(
                """
                UPDATE message SET read_at = %s
                WHERE message_id = %s AND recipient_id = %s AND read_at IS NULL
                """,
                (event.timestamp, event.originator_id, event.by),
                prepare=True,
            )
            self._insert_tracking(cursor, tracking)


class LibraryProjection(Projection[LibraryInbox]):
    """What the inbox is, event by event."""

    name = "library_inbox"

    @singledispatchmethod
    def process_event(self, domain_event: DomainEventProtocol[UUID], tracking: Tracking) -> None:
        """Pass over what means nothing here."""
        del domain_event
        self.view.insert_tracking(tracking)

    @process_event.register
    def _(self, event: Message.MessageSent, tracking: Tracking) -> None:
        self.view.sent(event, tracking)

    @process_event.register
    def _(self, event: Message.MessageRead, tracking: Tracking) -> None:
        self.view.read(event, tracking)


def library_runner(
    database_url: str,
) -> ProjectionRunner[LibraryLog, LibraryInbox]:
    """Return the library's runner of that projection, at work."""
    env: dict[str, Any] = settings(database_url, creates=True)
    return ProjectionRunner(
        application_class=LibraryLog,
        projection_class=LibraryProjection,
        view_class=LibraryInbox,
        env=env,
    )


def make_inbox(database_url: str) -> None:
    """Make the table of messages with its indexes, as ours is."""
    with psycopg.connect(database_url) as connection:
        connection.execute(INBOX.tables)
