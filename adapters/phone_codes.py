"""Codes that prove a phone, sealed one by one, and the count of those that were sent.

Six digits are never hashed: a million hashes are tried in a moment. They are sealed under the key
of the person, so that only web and notifier can open them, and go with her key.
"""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg_pool import ConnectionPool

from domain.phone_codes import LONGEST, Limit, again_at
from domain.ports import Place, Vault, personal

DIGITS = 6

TURN = 21351
"""First half of the keys of the advisory locks under which is counted."""


def drawn() -> str:
    """Return six digits, each of the million with the same chance."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def place_of_code(code_id: UUID, user_id: UUID) -> Place:
    """Return where the digits belong: to one code of one person."""
    return personal(user_id, f"phone_code {code_id}", 1)


def half_key(counted: UUID) -> int:
    """Return the second half of the key of an advisory lock, a signed number of 32 bits."""
    return int.from_bytes(counted.bytes[:4], signed=True)


class SealedPhoneCodes:
    """The port `PhoneCodes` over the table `vault.phone_code`."""

    def __init__(self, pool: ConnectionPool[Any], vault: Vault) -> None:
        self._pool = pool
        self._vault = vault

    def draw(self, code_id: UUID, user_id: UUID, *, at: datetime, ends_at: datetime) -> None:
        """Draw six digits and keep them sealed; forget those that are over."""
        sealed = self._vault.seal(drawn(), place_of_code(code_id, user_id))
        with self._pool.connection() as connection:
            connection.execute(
                """
                DELETE FROM vault.phone_code WHERE code_id IN (
                    SELECT code_id FROM vault.phone_code WHERE ends_at <= %s FOR UPDATE SKIP LOCKED
                )
                """,
                (at,),
            )
            connection.execute(
                """
                INSERT INTO vault.phone_code (code_id, user_id, sealed, ends_at)
                VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
                """,
                (code_id, user_id, sealed, ends_at),
            )

    def digits(self, code_id: UUID, *, at: datetime) -> str | None:
        """Return the digits, None once the code was discarded or is over."""
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT sealed, user_id FROM vault.phone_code WHERE code_id = %s AND ends_at > %s",
                (code_id, at),
            ).fetchone()
        return self._vault.open(row[0], place_of_code(code_id, row[1])) if row else None

    def matches(self, code_id: UUID, given: str, *, at: datetime) -> bool:
        """Compare in a time that does not tell how many digits are right."""
        digits = self.digits(code_id, at=at)
        return digits is not None and hmac.compare_digest(digits.encode(), given.encode())

    def discard(self, code_id: UUID) -> None:
        """Delete a code."""
        with self._pool.connection() as connection:
            connection.execute("DELETE FROM vault.phone_code WHERE code_id = %s", (code_id,))


class PostgresCodePace:
    """The port `CodePace` over the table `vault.code_sent`."""

    def __init__(self, pool: ConnectionPool[Any]) -> None:
        self._pool = pool

    def admit(self, counted: Mapping[UUID, Sequence[Limit]], *, at: datetime) -> datetime | None:
        """Count one more, if that is within all limits; who counts the same waits for the other.

        The locks are taken in one order, so that nobody waits in a circle.
        """
        with self._pool.connection() as connection:
            for key in sorted({half_key(one) for one in counted}):
                connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", (TURN, key))
            rows = connection.execute(
                """
                SELECT counted, array_agg(sent_at) FROM vault.code_sent
                WHERE counted = ANY(%s) AND sent_at > %s GROUP BY counted
                """,
                (list(counted), at - LONGEST),
            ).fetchall()
            sent = {row[0]: row[1] for row in rows}
            ends = [again_at(sent.get(one, ()), counted[one], at=at) for one in counted]
            again = max((end for end in ends if end), default=None)
            if again is None:
                connection.execute(
                    """
                    DELETE FROM vault.code_sent WHERE ctid = ANY(ARRAY(
                        SELECT ctid FROM vault.code_sent WHERE sent_at <= %s FOR UPDATE SKIP LOCKED
                    ))
                    """,
                    (at - LONGEST,),
                )
                connection.execute(
                    "INSERT INTO vault.code_sent SELECT unnest(%s::uuid[]), %s", (list(counted), at)
                )
        return again
