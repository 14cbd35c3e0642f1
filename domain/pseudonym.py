"""The name of somebody whose name is not known: the same everywhere and for ever.

It is made of the identifier, so that rosters and audits show the same one, and says nothing else.
"""

import base64
import hashlib
from uuid import UUID


def pseudonym(user_id: UUID) -> str:
    """Return eight letters and digits of SHA-256 of the identifier, as in "Person K7QM-2XVA"."""
    digest = hashlib.sha256(b"pseudonym" + user_id.bytes).digest()
    letters = base64.b32encode(digest).decode()
    return f"Person {letters[:4]}-{letters[4:8]}"
