"""The keys that lie outside the database: without them a stolen database says nothing.

One JSON object of base64 values, in a file of mode 0600 or in the environment. A process gets only
the keys that its work needs.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

NAMES = ("content", "personal", "lookup", "web")
"""Master keys of message keys and of personal keys; fingerprints of addresses; web tokens."""

KEY_BYTES = 32


class KeysAreUnusable(Exception):
    """The key file is missing, unreadable, open to others or incomplete."""


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """Named keys of 32 bytes each."""

    keys: dict[str, bytes]

    def __getitem__(self, name: str) -> bytes:
        """Return a key, or raise KeysAreUnusable if this process was not given it."""
        try:
            return self.keys[name]
        except KeyError:
            raise KeysAreUnusable(f"this process has no key {name!r}") from None

    def only(self, *names: str) -> "Keyring":
        """Return a ring with fewer keys."""
        return Keyring({name: self[name] for name in names})

    @classmethod
    def draw(cls) -> "Keyring":
        """Return a ring of new random keys."""
        return cls({name: secrets.token_bytes(KEY_BYTES) for name in NAMES})

    @classmethod
    def parse(cls, text: str | bytes) -> "Keyring":
        """Read the JSON form. Raises KeysAreUnusable."""
        try:
            raw = json.loads(text)
            keys = {name: base64.b64decode(raw[name], validate=True) for name in NAMES}
        except (ValueError, KeyError, TypeError, RecursionError):
            raise KeysAreUnusable(
                f"keys must be a JSON object with {', '.join(NAMES)} in base64"
            ) from None
        if any(len(key) != KEY_BYTES for key in keys.values()):
            raise KeysAreUnusable(f"every key must be {KEY_BYTES} bytes")
        return cls(keys)

    def text(self) -> str:
        """Return the JSON form."""
        encoded = {name: base64.b64encode(key).decode() for name, key in self.keys.items()}
        return json.dumps(encoded, indent=2) + "\n"


def read_key_file(path: Path) -> Keyring:
    """Read a key file. Raises KeysAreUnusable, also if others than its owner may read it."""
    try:
        mode = path.stat().st_mode
        text = path.read_bytes()
    except OSError as error:
        raise KeysAreUnusable(f"cannot read the key file {path}: {error.strerror}") from None
    if mode & 0o077:
        raise KeysAreUnusable(f"the key file {path} is open to others: chmod 600 it")
    return Keyring.parse(text)


def create_key_file(path: Path) -> Keyring:
    """Write new keys with mode 0600; never over an existing file (raises KeysAreUnusable)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    keyring = Keyring.draw()
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(keyring.text())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        raise KeysAreUnusable(f"there is a key file at {path}; it is never replaced") from None
    finally:
        draft.unlink()
    return keyring
