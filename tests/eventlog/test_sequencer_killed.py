"""Killed before any of its statements, the sequencer leaves what another one completes."""

from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from eventlog.sequencer import Sequencer
from eventlog.verification import verify
from tests.eventlog.test_sequencer import sequencer_of


class Killed(Exception):
    """The sequencer was killed."""


class Mortal:
    """A connection that is cut off before the statement of that number, or after the last."""

    def __init__(self, connection: psycopg.Connection, statement: int) -> None:
        self._connection, self._left = connection, statement

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        if self._left == 0:
            self._connection.close()
            raise Killed
        self._left -= 1
        return self._connection.execute(*args, **kwargs)

    def cursor(self) -> Any:
        return self._connection.cursor() if self._left else self.execute("")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def ledger(connection: psycopg.Connection) -> list[Any]:
    """Return all that the sequencer wrote."""
    return [
        connection.execute("SELECT * FROM eventlog.ledger ORDER BY position").fetchall(),
        connection.execute("SELECT * FROM eventlog.subtree ORDER BY level, index").fetchall(),
    ]


def killed_before(statement: int, database_url: str) -> bool:
    """Let a sequencer work until it is killed before a statement; say whether it came so far."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        sequencer = Sequencer(Mortal(connection, statement))  # type: ignore[arg-type] # acts as one
        assert sequencer.campaign()
        while sequencer.advance(100):
            pass
    return False


def test_killed_before_any_of_its_statements_it_leaves_what_another_completes(database_url: str):
    other = psycopg.connect(database_url, autocommit=True)
    other.execute(
        """
        INSERT INTO eventlog.domain_events (originator_id, originator_version, topic, state)
        SELECT gen_random_uuid(), 1, 'topic', int8send(n) FROM generate_series(1, 600) AS n
        """
    )
    statement, deaths = 2, 0
    while True:
        try:
            killed_before(statement, database_url)
        except (Killed, psycopg.OperationalError):
            deaths += 1
            with sequencer_of(database_url) as successor:
                successor.advance(7)
            statement += 1
            continue
        break
    assert deaths > 5
    written = ledger(other)
    assert [row[0] for row in written[0]] == list(range(1, 601))
    assert len(written[1]) == 600 // 256
    assert verify(other).size == 600
    undisturbed = ledger_made_at_once(other)
    assert written == undisturbed
    other.close()


def ledger_made_at_once(connection: psycopg.Connection) -> list[Any]:
    """Return what one sequencer writes that nobody disturbs."""
    dsn = make_conninfo(connection.info.dsn, password=connection.info.password)
    with psycopg.connect(dsn) as owner:
        for table in ("ledger", "subtree"):
            owner.execute(f"ALTER TABLE eventlog.{table} DISABLE TRIGGER append_only")
            owner.execute(f"TRUNCATE eventlog.{table}")
    with sequencer_of(dsn) as sequencer:
        sequencer.catch_up()
    return ledger(connection)
