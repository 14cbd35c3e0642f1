"""Keeps the log in PostgreSQL, reached by one address that may carry every option of libpq.

Tables are made by migrations, never by a starting process.
"""

from eventsourcing.postgres import ConnectionPool, PostgresFactory
from eventsourcing.utils import Environment
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row

SCHEMA = "eventlog"


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


class Factory(PostgresFactory):
    """The library's factory with a pool made from the whole address, TLS options included."""

    def __init__(self, env: Environment) -> None:
        super().__init__(env)
        own = self.datastore.pool
        self.datastore.pool = ConnectionPool(
            str(env.get("DATABASE_URL")),
            connection_class=Connection[DictRow],
            kwargs={"row_factory": dict_row, "autocommit": True},
            min_size=own.min_size,
            max_size=own.max_size,
            open=False,
            check=ConnectionPool.check_connection,
            timeout=3,
        )
