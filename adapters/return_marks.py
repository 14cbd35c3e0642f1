"""How a mail that comes back names its notice, so that nobody else can say that it came back.

Who wrote to somebody can work out the identifier of the notice about it. Were a bounce believed for
that alone, anybody could make us stop writing to anybody. So it goes with a fingerprint under a key
of the house (HMAC-SHA-256, RFC 2104), of 48 bits: each guess is a mail. Only the recipient of a
notice sees its mark, and servers on the way.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from adapters.keyring import Keyring

USE = b"marks of mails that may come back"
TAG_DIGITS = 12

_MARK = re.compile(r"([0-9a-f]{32})([0-9a-f]{12})")


@dataclass(frozen=True, slots=True, repr=False)
class ReturnMarks:
    """Marks under the first of some keys of 32 bytes; those under the others are read as well."""

    keys: tuple[bytes, ...]

    @classmethod
    def under(cls, keyring: Keyring) -> Self:
        """Return marks under keys that are derived from those for persons. Raises KeysAreUnusable.

        Marks that were made before a key was changed are read as long as the former key is kept.
        """
        keys = keyring.all_of("personal")
        return cls(tuple(hmac.digest(key, USE, hashlib.sha256) for key in keys))

    def mark(self, notice_id: UUID) -> str:
        """Return the mark of a notice, always the same 44 hexadecimal digits."""
        return notice_id.hex + tag(self.keys[0], notice_id)

    def read(self, text: str) -> UUID | None:
        """Return the notice that a mark names, None if it is not one of ours."""
        found = _MARK.fullmatch(text.lower())
        if found is None:
            return None
        notice_id = UUID(found.group(1))
        is_ours = [hmac.compare_digest(tag(key, notice_id), found.group(2)) for key in self.keys]
        return notice_id if any(is_ours) else None


def tag(key: bytes, notice_id: UUID) -> str:
    """Return the fingerprint of a notice."""
    return hmac.digest(key, notice_id.bytes, hashlib.sha256).hex()[:TAG_DIGITS]
