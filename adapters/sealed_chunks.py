"""How a chunk of a file is sealed, and what binds all chunks of a file together.

AES-256-GCM (NIST SP 800-38D) over chunks of 1 MiB, each as nonce (12 bytes, random), ciphertext and
tag (16 bytes). As in STREAM (Hoang, Reyhanitabar, Rogaway and Vizár: Online Authenticated-
Encryption and its Nonce-Reuse Misuse-Resistance, CRYPTO 2015) the place of a chunk and whether it
is the last are bound in, here as associated data: format, file, index, last or not. A chunk that
was moved, left out or taken from another file does not open, and a file cannot end early. Nonces
are random, not counted, because an upload that broke off may seal other bytes at the same place.

For the same reason a file has a digest: d(0) = 32 zero bytes, d(i+1) = SHA-256(d(i) || tag(i)).
Kept in the database, it says which of several chunks sealed at one place is meant, and so finds a
chunk that was put back from an earlier try. To who lacks the key it fixes the content, since for
other content no tag can be made that opens. It proves nothing about who holds the key: GCM does
not commit to its key, and with it other bytes with the same tags can be found (Dodis, Grubbs,
Ristenpart and Woodage: Fast Message Franking, CRYPTO 2018).
"""

import hashlib
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.ports import SealIsBroken

CHUNK = 1 << 20
"""Plain bytes of every chunk but the last."""

NONCE_BYTES = 12
TAG_BYTES = 16
OVERHEAD = NONCE_BYTES + TAG_BYTES
"""By how many bytes a sealed chunk is longer."""

NO_CHUNKS = bytes(32)
"""The digest of a file that has no chunk yet."""


def extended(digest: bytes, tag: bytes) -> bytes:
    """Return the digest (32 bytes) of a file that has one chunk more, given the chunk's tag."""
    return hashlib.sha256(digest + tag).digest()


def tag_of(sealed: memoryview) -> bytes:
    """Return the tag (16 bytes) of a sealed chunk."""
    return bytes(sealed[-TAG_BYTES:])


class ChunkCipher:
    """Seals and opens the chunks of one file, with its key of 32 bytes."""

    def __init__(self, key: bytes, file_id: UUID) -> None:
        self._cipher = AESGCM(key)
        self._file = file_id.hex

    def seal_into(
        self, plain: memoryview, index: int, room: memoryview, *, last: bool
    ) -> memoryview:
        """Seal a chunk into the beginning of a writable buffer; return what it takes of it."""
        sealed = room[: len(plain) + OVERHEAD]
        nonce = os.urandom(NONCE_BYTES)
        sealed[:NONCE_BYTES] = nonce
        bound_to = self._chunk_binding(index, last=last)
        self._cipher.encrypt_into(nonce, plain, bound_to, sealed[NONCE_BYTES:])
        return sealed

    def open(self, sealed: memoryview, index: int, *, last: bool) -> bytes:
        """Return the plain bytes of a chunk, or raise SealIsBroken."""
        return self._opened(sealed, self._chunk_binding(index, last=last))

    def open_into(self, sealed: memoryview, index: int, room: memoryview, *, last: bool) -> None:
        """Open a chunk into the beginning of a writable buffer, or raise SealIsBroken."""
        bound_to = self._chunk_binding(index, last=last)
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            self._cipher.decrypt_into(nonce, rest, bound_to, room[: len(rest) - TAG_BYTES])
        except (InvalidTag, ValueError):
            raise SealIsBroken from None

    def seal_tail(self, plain: memoryview, offset: int) -> bytes:
        """Seal what is no whole chunk yet, bound to where in the file (in bytes) it begins."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, self._tail_binding(offset))

    def open_tail(self, sealed: bytes, offset: int) -> bytes:
        """Return the plain bytes of a tail, or raise SealIsBroken."""
        return self._opened(memoryview(sealed), self._tail_binding(offset))

    def _opened(self, sealed: memoryview, bound_to: bytes) -> bytes:
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
        except (InvalidTag, ValueError):
            raise SealIsBroken from None

    def _chunk_binding(self, index: int, *, last: bool) -> bytes:
        """Return the associated data of a chunk (format 1)."""
        return f"1|chunk|{self._file}|{index}|{'last' if last else 'more'}".encode()

    def _tail_binding(self, offset: int) -> bytes:
        """Return the associated data of a tail (format 1)."""
        return f"1|tail|{self._file}|{offset}".encode()
