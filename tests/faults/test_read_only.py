"""A server that takes no writes yet, as one that is being promoted, is waited for."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from eventlog import appending
from eventlog.appending import Appender
from tests.fixtures.product import eventually

pytestmark = pytest.mark.as_owner

SETTING = "ALTER DATABASE {} SET default_transaction_read_only = {}"
REFUSED = """
SELECT FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle'
    AND query LIKE '%INSERT INTO eventlog.domain_events%'
"""
END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def test_an_append_to_a_server_that_is_read_only_for_a_moment_succeeds(
    database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(appending, "PATIENCE_SECONDS", 60.0)
    name = sql.Identifier(str(conninfo_to_dict(database_url)["dbname"]))
    append = [StoredEvent(UUID(int=1), 1, "topic", b"state")]
    with (
        psycopg.connect(database_url, autocommit=True) as owner,
        closing(Appender(database_url)) as appender,
        ThreadPoolExecutor(1) as thread,
    ):
        owner.execute(sql.SQL(SETTING).format(name, sql.SQL("on")))
        appending_now = thread.submit(appender, [append])
        eventually(
            lambda: appending_now.done() or owner.execute(REFUSED).fetchone() is not None,
            "an append that is refused",
        )
        owner.execute(sql.SQL(SETTING).format(name, sql.SQL("off")))
        owner.execute(END_OTHERS)
        assert appending_now.result() == [[1]]
