"""Devices in the vault: each by a hash over its random name and the person.

A name has 128 bits of chance, so a plain SHA-256 keeps it; with the person in it, nobody sees who
shares a browser.
"""

import hashlib
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg_pool import ConnectionPool

from domain.device import MOST_DEVICES

NAME_BYTES = 16


def fingerprint(user_id: UUID, device: str) -> bytes:
    """Return what the database knows of a person's device."""
    return hashlib.sha256(user_id.bytes + device.encode()).digest()


class PostgresDevices:
    """The port `Devices` over the table `vault.device`."""

    def __init__(self, pool: ConnectionPool[Any]) -> None:
        self._pool = pool

    def draw(self) -> str:
        """Return a name for a new device."""
        return secrets.token_urlsafe(NAME_BYTES)

    def knows(self, user_id: UUID, device: str) -> bool:
        """Look the device up."""
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT FROM vault.device WHERE user_id = %s AND device_hash = %s",
                (user_id, fingerprint(user_id, device)),
            ).fetchone()
        return row is not None

    def remember(self, user_id: UUID, device: str, *, at: datetime) -> None:
        """Store when it was used; those unused longest go if there are too many."""
        with self._pool.connection() as connection:
            connection.execute(
                """
                INSERT INTO vault.device (user_id, device_hash, added_at, used_at)
                VALUES (%(user)s, %(hash)s, %(at)s, %(at)s)
                ON CONFLICT (user_id, device_hash)
                    DO UPDATE SET used_at = greatest(device.used_at, EXCLUDED.used_at)
                """,
                {"user": user_id, "hash": fingerprint(user_id, device), "at": at},
            )
            connection.execute(
                """
                DELETE FROM vault.device WHERE user_id = %(user)s AND device_hash IN (
                    SELECT device_hash FROM vault.device WHERE user_id = %(user)s
                    ORDER BY used_at DESC, device_hash OFFSET %(most)s
                )
                """,
                {"user": user_id, "most": MOST_DEVICES},
            )
