"""Passwords, kept as Argon2id hashes (RFC 9106) with their parameters, in the vault only."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from psycopg_pool import ConnectionPool
from zxcvbn import zxcvbn

from adapters.links import consume, hold, owner_of
from domain.password import is_too_long, one_form
from domain.ports import LinkPurpose

JUDGED_CHARACTERS = 24
"""How much of a password is judged; the judge's time grows with the square of it."""

GUESSES = 10**8
"""Fewer guesses than this are too few (zxcvbn's own border between weak and safe)."""


WORD = re.compile(r"[^\W_]{4,}")
"""A word of the context that is long enough to matter; "Ada" may occur in anything."""


def folded(text: str) -> str:
    """Return the form in which texts are searched for each other (Unicode NFKC, caseless)."""
    return unicodedata.normalize("NFKC", text).casefold()


def plain_words(context: Iterable[str]) -> list[str]:
    """Return the words of names and addresses, each once."""
    return sorted({word for text in context for word in WORD.findall(folded(text))})


class PostgresPasswords:
    """The port `Passwords` over the table `vault.password`."""

    def __init__(self, pool: ConnectionPool[Any], hasher: PasswordHasher | None = None) -> None:
        self._pool = pool
        self._hasher = hasher or PasswordHasher()
        self._nobodys_hash = self._hasher.hash("a password that nobody has")

    def weakness(self, password: str, context: Iterable[str]) -> str | None:
        """Say why a password is easy to guess: common, repeated, a pattern, or made of context."""
        words = ["securemail", *plain_words(context)]
        text = rest = folded(password)
        for word in words:
            rest = rest.replace(word, "")
        if len(rest) < len(text) / 2:
            return "Do not build it from your name, your address or your practice."
        if zxcvbn(text[:JUDGED_CHARACTERS], user_inputs=words)["guesses"] < GUESSES:
            return "This password is too common or too easy to guess. Try several unrelated words."
        return None

    def set_by_link(self, token: str, password: str, *, at: datetime) -> UUID:
        """Consume the link and store the hash, both or neither."""
        hashed = self._hasher.hash(one_form(password))
        with self._pool.connection() as connection:
            hold(connection, token, LinkPurpose.SET_PASSWORD)
            user_id = owner_of(connection, token, LinkPurpose.SET_PASSWORD, at)
            connection.execute(
                """
                INSERT INTO vault.password (user_id, hash, set_at) VALUES (%s, %s, %s)
                ON CONFLICT (user_id) DO UPDATE SET hash = EXCLUDED.hash, set_at = EXCLUDED.set_at
                """,
                (user_id, hashed, at),
            )
            consume(connection, user_id, LinkPurpose.SET_PASSWORD, at)
            connection.execute("DELETE FROM vault.session WHERE user_id = %s", (user_id,))
        return user_id

    def matches(self, user_id: UUID | None, password: str) -> bool:
        """Compare in the same time whether or not there is such a person.

        A right password whose hash was made with other parameters is hashed anew.
        """
        if is_too_long(password):
            user_id, password = None, ""
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT hash FROM vault.password WHERE user_id = %s", (user_id,)
            ).fetchone()
        try:
            self._hasher.verify(row[0] if row else self._nobodys_hash, one_form(password))
        except VerificationError:
            return False
        if row and self._hasher.check_needs_rehash(row[0]):
            self._hash_anew(user_id, password, row[0])
        return row is not None

    def _hash_anew(self, user_id: UUID | None, password: str, old: str) -> None:
        """Replace a hash, unless somebody has set another password meanwhile."""
        with self._pool.connection() as connection:
            connection.execute(
                "UPDATE vault.password SET hash = %s WHERE user_id = %s AND hash = %s",
                (self._hasher.hash(one_form(password)), user_id, old),
            )
