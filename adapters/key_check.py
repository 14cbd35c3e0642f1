"""Notices a key file that belongs to another database, before anything is sealed under it.

Each key answers a fixed question with an HMAC-SHA-256 (RFC 2104), which tells nothing of the key.
The first answer is kept; later ones must be the same.
"""

import hashlib
import hmac
from typing import Any

from psycopg_pool import ConnectionPool

from adapters.keyring import Keyring, KeysAreUnusable

QUESTION = b"securemail: which key is this?"


def require_right_keys(pool: ConnectionPool[Any], keyring: Keyring) -> None:
    """Raise KeysAreUnusable unless these are the keys that this database was begun with."""
    with pool.connection() as connection:
        for name, key in keyring.keys.items():
            answer = hmac.digest(key, QUESTION, hashlib.sha256)
            connection.execute(
                "INSERT INTO vault.key_check (name, answer) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                (name, answer),
            )
            row = connection.execute(
                "SELECT answer FROM vault.key_check WHERE name = %s", (name,)
            ).fetchone()
            if row is None or not hmac.compare_digest(bytes(row[0]), answer):
                raise KeysAreUnusable(
                    f"the key {name!r} is not the one that this database was begun with; "
                    "bring the right key file back"
                )
