"""One-time links, known to the database only by their hashes.

OWASP ASVS 5.0, 6.4: random, single use, short-lived. A token has 256 bits of chance, so a plain
SHA-256 keeps it.
"""

import hashlib
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.ports import LinkIsNotValid, LinkPurpose, LinkWasUsed, marked

TOKEN_BYTES = 32


def fingerprint(token: str) -> bytes:
    """Return what the database knows of a token."""
    return hashlib.sha256(token.encode()).digest()


def hold(connection: Connection[Any], token: str, purpose: LinkPurpose) -> None:
    """Let everybody else wait who comes with a link of the same person for the same purpose.

    The rows are taken in one order, so that nobody waits in a circle.
    """
    connection.execute(
        """
        SELECT FROM vault.link JOIN vault.link AS given USING (user_id, purpose)
        WHERE given.token_hash = %s AND purpose = %s
        ORDER BY link.token_hash
        FOR UPDATE OF link
        """,
        (fingerprint(token), purpose),
    )


def owner_of(connection: Connection[Any], token: str, purpose: LinkPurpose, at: datetime) -> UUID:
    """Return whose link it is; raise LinkIsNotValid or LinkWasUsed."""
    row = connection.execute(
        """
        SELECT user_id, expires_at, consumed_at FROM vault.link
        WHERE token_hash = %s AND purpose = %s
        """,
        (fingerprint(token), purpose),
    ).fetchone()
    if row is None:
        raise LinkIsNotValid
    user_id, expires_at, consumed_at = row
    if consumed_at is not None:
        raise LinkWasUsed(user_id)
    if at >= expires_at:
        raise LinkIsNotValid
    return UUID(str(user_id))


def consume(connection: Connection[Any], user_id: UUID, purpose: LinkPurpose, at: datetime) -> None:
    """End every link of a person for a purpose."""
    connection.execute(
        """
        UPDATE vault.link SET consumed_at = %s
        WHERE user_id = %s AND purpose = %s AND consumed_at IS NULL
        """,
        (at, user_id, purpose),
    )


class PostgresLinks:
    """The port `Links` over the table `vault.link`."""

    def __init__(self, pool: ConnectionPool[Any]) -> None:
        self._pool = pool

    def mint(
        self,
        user_id: UUID,
        purpose: LinkPurpose,
        *,
        at: datetime,
        expires_at: datetime,
        version: int = 1,
    ) -> str:
        """Return a new token."""
        token = marked(secrets.token_urlsafe(TOKEN_BYTES), version)
        with self._pool.connection() as connection:
            connection.execute(
                """
                INSERT INTO vault.link (token_hash, user_id, purpose, made_at, expires_at)
                VALUES (%s, %s, %s, %s, %s)
                """,
                (fingerprint(token), user_id, purpose, at, expires_at),
            )
        return token

    def owner(self, token: str, purpose: LinkPurpose, *, at: datetime) -> UUID:
        """Return whose link it is; raise LinkIsNotValid or LinkWasUsed."""
        with self._pool.connection() as connection:
            return owner_of(connection, token, purpose, at)

    def consume_all(self, user_id: UUID, purpose: LinkPurpose, *, at: datetime) -> None:
        """End every link of that person for that purpose."""
        with self._pool.connection() as connection:
            consume(connection, user_id, purpose, at)
