"""Everything by which a person gets in, destroyed together: password, links, codes, sessions."""

from typing import Any
from uuid import UUID

from psycopg_pool import ConnectionPool


class PostgresCredentials:
    """The port `Credentials` over the vault's tables."""

    def __init__(self, pool: ConnectionPool[Any]) -> None:
        self._pool = pool

    def forget(self, user_id: UUID) -> None:
        """Destroy them in one transaction; the next request of hers finds no session."""
        with self._pool.connection() as connection:
            connection.execute("DELETE FROM vault.password WHERE user_id = %s", (user_id,))
            connection.execute("DELETE FROM vault.link WHERE user_id = %s", (user_id,))
            connection.execute("DELETE FROM vault.phone_code WHERE user_id = %s", (user_id,))
            connection.execute("DELETE FROM vault.code_sent WHERE counted = %s", (user_id,))
            connection.execute("DELETE FROM vault.session WHERE user_id = %s", (user_id,))
            connection.execute("DELETE FROM vault.device WHERE user_id = %s", (user_id,))
