"""The port behind which master keys lie: they wrap data keys, and nobody else sees them.

Here they come from a file or from the environment. A key service would keep them to itself and
wrap and unwrap on demand; it has to give each of its keys an identifier of 8 bytes.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from adapters.cipher import Cipher, open_under, seal_under
from adapters.key_files import read_key_file
from adapters.keyring import MASTERS, Keyring, KeysAreUnusable
from domain.ports import SealIsBroken

QUESTION = b"securemail: which key is this?"

ID_BYTES = 8

LOOK_SECONDS = 0.2
"""How often we look whether the key file was changed, at most."""


class Wrapped(NamedTuple):
    """A wrapped data key (60 bytes here), and the identifier of the master key that wrapped it."""

    key: bytes
    by: bytes


class MasterKeys(Protocol):
    """Wraps and unwraps data keys of 32 bytes; `kind` is `content` or `personal`.

    Every call raises KeysAreUnusable for a kind that this process was not given.
    """

    def wrap(self, kind: str, data_key: bytes, bound_to: bytes) -> Wrapped:
        """Wrap under the present master key of a kind, bound to whom the data key belongs to."""

    def unwrap(self, kind: str, wrapped: Wrapped, bound_to: bytes) -> bytes:
        """Unwrap with the master key that wrapped, or raise SealIsBroken."""

    def ids(self) -> Mapping[str, Sequence[bytes]]:
        """Return the identifiers of the master keys of each kind, the one that wraps first."""

    def renew(self) -> None:
        """Look again which keys there are. Raises KeysAreUnusable."""


def key_id(key: bytes) -> bytes:
    """Return the first 8 bytes of HMAC-SHA-256 (RFC 2104), which tell nothing of the key."""
    return hmac.digest(key, QUESTION, hashlib.sha256)[:ID_BYTES]


def ids_of(keyring: Keyring) -> dict[str, list[bytes]]:
    """Return the identifiers of all keys of a ring, by name, the present one first."""
    return {name: [*map(key_id, keyring.all_of(name))] for name in keyring.keys}


class RingMasterKeys:
    """The port `MasterKeys` over keys in memory.

    If they were read from a file, the file is read again when it was changed: at the next wrapping
    some tenths of a second later, and at once when something was wrapped by a key that is not
    known. Until then the former key wraps, as long as it is valid.
    """

    def __init__(self, keyring: Keyring, look_every: float = LOOK_SECONDS) -> None:
        self._file = keyring.file
        self._look_every, self._look_at = look_every, 0.0
        self._kinds = [name for name in MASTERS if name in keyring.keys]
        self._stamp: tuple[int, ...] | None = None
        self._hold(keyring)

    def wrap(self, kind: str, data_key: bytes, bound_to: bytes) -> Wrapped:
        """Wrap under the present master key of a kind."""
        if self._file and time.monotonic() >= self._look_at:
            self._follow()
        by, cipher = self._present_of(kind)
        return Wrapped(seal_under(cipher, data_key, bound_to), by)

    def unwrap(self, kind: str, wrapped: Wrapped, bound_to: bytes) -> bytes:
        """Unwrap with the master key that wrapped, or raise SealIsBroken."""
        sealed, by = wrapped
        try:
            cipher = self._ciphers[kind, by]
        except KeyError:
            cipher = self._cipher_after_a_look(kind, by)
        return open_under(cipher, sealed, bound_to)

    def ids(self) -> dict[str, list[bytes]]:
        """Return the identifiers of the master keys of each kind, the one that wraps first."""
        return self._ids

    def renew(self) -> None:
        """Read the file again. Raises KeysAreUnusable."""
        if self._file:
            stamp = self._stamp_of_file()
            self._hold(read_key_file(self._file))
            self._stamp = stamp

    def _cipher_after_a_look(self, kind: str, by: bytes) -> Cipher:
        """Return what may have come into the file meanwhile. Raises SealIsBroken."""
        self._present_of(kind)
        self._follow()
        try:
            return self._ciphers[kind, by]
        except KeyError:
            raise SealIsBroken from None

    def _follow(self) -> None:
        """Read the file again if it was changed; if it cannot be read, go on with what is known."""
        self._look_at = time.monotonic() + self._look_every
        if self._file and self._stamp_of_file() != self._stamp:
            try:
                self.renew()
            except KeysAreUnusable:
                return

    def _stamp_of_file(self) -> tuple[int, ...] | None:
        try:
            found = Path(str(self._file)).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _present_of(self, kind: str) -> tuple[bytes, Cipher]:
        try:
            return self._present[kind]
        except KeyError:
            raise KeysAreUnusable(f"this process has no key {kind!r}") from None

    def _hold(self, keyring: Keyring) -> None:
        ciphers = {
            (kind, key_id(key)): Cipher(key) for kind in self._kinds for key in keyring.all_of(kind)
        }
        self._ids = {kind: [*map(key_id, keyring.all_of(kind))] for kind in self._kinds}
        self._ciphers = ciphers
        self._present = {kind: (ids[0], ciphers[kind, ids[0]]) for kind, ids in self._ids.items()}
