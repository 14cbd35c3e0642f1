"""Keeps the log in PostgreSQL, as a recorder of the library with another way to make order.

Appends wait for nobody, the sequencer orders them afterwards. Tables are made by migrations, never
by a starting process.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent, Subscription
from eventsourcing.postgres import (
    ConnectionPool,
    PostgresApplicationRecorder,
    PostgresDatastore,
    PostgresFactory,
)
from eventsourcing.utils import Environment
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row, tuple_row

from eventlog.appending import Append, Appender
from eventlog.group_commit import GroupCommit
from eventlog.subscription import OrderedSubscription
from eventlog.wake_up import Bell

SCHEMA = "eventlog"

NEXT = """
SELECT originator_id, originator_version, topic, state
FROM eventlog.domain_events
WHERE notification_id > CASE %(after)s WHEN 0 THEN 0 ELSE (
        SELECT notification_id FROM eventlog.ledger WHERE position = %(after)s
    ) END
    AND notification_id <= (
        SELECT notification_id FROM eventlog.ledger ORDER BY position DESC LIMIT 1
    )
ORDER BY notification_id LIMIT %(limit)s
"""


def in_postgres(database_url: str, *, connections: int = 8) -> dict[str, str]:
    """Return the settings of a log in that database."""
    options = {key: str(value) for key, value in conninfo_to_dict(database_url).items()}
    return {
        "PERSISTENCE_MODULE": "eventlog.postgres:Factory",
        "DATABASE_URL": database_url,
        "CREATE_TABLE": "n",
        "POSTGRES_SCHEMA": SCHEMA,
        "POSTGRES_DBNAME": options.get("dbname", ""),
        "POSTGRES_HOST": options.get("host", ""),
        "POSTGRES_USER": options.get("user", ""),
        "POSTGRES_PASSWORD": options.get("password", ""),
        "POSTGRES_POOL_SIZE": "1",
        "POSTGRES_MAX_OVERFLOW": str(connections - 1),
    }


class Recorder(PostgresApplicationRecorder):
    """Appends in groups, with one statement each and no lock on the table."""

    def __init__(
        self, datastore: PostgresDatastore, *, events_table_name: str, database_url: str
    ) -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        self.database_url = database_url
        self._appender = Appender(database_url)
        self._commit: GroupCommit[Append, list[int]] = GroupCommit(self._appender)
        self._bell = Bell(database_url)

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: object
    ) -> Sequence[int] | None:
        """Append events, all or none, and return their notification ids.

        Raises IntegrityError when a version of an aggregate is there already, and the library's
        OperationalError when the server is away.
        """
        del kwargs
        if not stored_events:
            return []
        notification_ids = self._commit(stored_events)
        self._bell.ring()
        return notification_ids

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return events that have their place in the order, by notification id."""
        ordered = self.newest_ordered()
        found: Sequence[Notification] = super().select_notifications(
            start,
            limit,
            ordered if stop is None else min(stop, ordered),
            topics,
            inclusive_of_start=inclusive_of_start,
        )
        return found

    def head(self) -> int:
        """Return the newest position, 0 if there is none."""
        with self.datastore.get_connection() as connection:
            row = connection.execute(
                "SELECT position FROM eventlog.ledger ORDER BY position DESC LIMIT 1"
            ).fetchone()
        return int(row["position"]) if row else 0

    def read(
        self, after: int, limit: int, connection: Connection[Any] | None = None
    ) -> list[tuple[int, StoredEvent]]:
        """Return up to `limit` events behind a position, oldest first, with their positions.

        The order is that of the notification ids and has no gap, so that it is enough to count.
        """
        own = nullcontext(connection) if connection else self.datastore.get_connection()
        with own as used:
            cursor = used.cursor(row_factory=tuple_row, binary=True)
            rows = cursor.execute(NEXT, {"after": after, "limit": limit}).fetchall()
        return [
            (position, StoredEvent(*event)) for position, event in enumerate(rows, start=after + 1)
        ]

    def newest_ordered(self) -> int:
        """Return the notification id at the head of the order, 0 if there is none."""
        with self.datastore.get_connection() as connection:
            row = connection.execute(
                "SELECT notification_id FROM eventlog.ledger ORDER BY position DESC LIMIT 1"
            ).fetchone()
        return int(row["notification_id"]) if row else 0

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Return a subscription that outlives its connections."""
        return OrderedSubscription(self, gt, topics)

    def close(self) -> None:
        """Give all connections back."""
        self._bell.close()
        self._appender.close()


class Factory(PostgresFactory):
    """The library's factory with a pool made from the whole address, TLS options included."""

    def __init__(self, env: Environment) -> None:
        super().__init__(env)
        own = self.datastore.pool
        self._database_url = str(env.get("DATABASE_URL"))
        self._recorders: list[Recorder] = []
        self.datastore.pool = ConnectionPool(
            self._database_url,
            connection_class=Connection[DictRow],
            kwargs={"row_factory": dict_row, "autocommit": True},
            min_size=own.min_size,
            max_size=own.max_size,
            open=False,
            check=ConnectionPool.check_connection,
            timeout=3,
        )

    def application_recorder(self) -> Recorder:
        """Return the recorder of the log."""
        recorder = Recorder(
            self.datastore,
            events_table_name=f"{self.env.name.lower()}_events",
            database_url=self._database_url,
        )
        self._recorders.append(recorder)
        return recorder

    def close(self) -> None:
        """Give all connections back."""
        for recorder in self._recorders:
            recorder.close()
        super().close()
