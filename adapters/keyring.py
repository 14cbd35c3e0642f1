"""The keys that lie outside the database: without them a stolen database says nothing.

One JSON object of base64 values, in a file of mode 0600 or in the environment. A process gets only
the keys that its work needs, and a file may hold any of them.
"""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

NAMES = ("content", "personal", "lookup", "web")
"""Master keys of message keys and of personal keys; fingerprints of addresses; web tokens."""

MASTERS = ("content", "personal")
"""Those that wrap data keys, and so can be changed."""

FORMER = "former"

KEY_BYTES = 32


class KeysAreUnusable(Exception):
    """The key file is missing, unreadable, open to others or not the right one."""


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """Named keys of 32 bytes each; `former` ones only open what was wrapped before they changed.

    `file` is where they were read, None if they came from the environment.
    """

    keys: Mapping[str, bytes]
    former: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)
    file: Path | None = field(default=None, compare=False)

    def __getitem__(self, name: str) -> bytes:
        """Return a key, or raise KeysAreUnusable if this process was not given it."""
        try:
            return self.keys[name]
        except KeyError:
            raise KeysAreUnusable(f"this process has no key {name!r}") from None

    def all_of(self, name: str) -> tuple[bytes, ...]:
        """Return the present key and the former ones. Raises KeysAreUnusable."""
        return (self[name], *self.former.get(name, ()))

    def only(self, *names: str) -> "Keyring":
        """Return a ring with fewer keys. Raises KeysAreUnusable if one of them is not there."""
        former = {name: keys for name, keys in self.former.items() if name in names}
        return Keyring({name: self[name] for name in names}, former, self.file)

    def with_former(self, other: "Keyring") -> "Keyring":
        """Return a ring that also opens what another one wrapped."""
        former = {name: other.all_of(name) for name in MASTERS if name in other.keys}
        return Keyring(self.keys, former, self.file)

    def without_former(self) -> "Keyring":
        """Return a ring with the present keys only."""
        return Keyring(self.keys, {}, self.file)

    def redrawn(self) -> "Keyring":
        """Return a ring with new master keys, and the other keys as they are.

        Raises KeysAreUnusable unless all master keys are there to be replaced.
        """
        self.only(*MASTERS)
        return Keyring({**self.keys, **drawn(*MASTERS)}, {}, self.file)

    @classmethod
    def draw(cls) -> "Keyring":
        """Return a ring of new random keys."""
        return cls(drawn(*NAMES))

    @classmethod
    def parse(cls, text: str | bytes, file: Path | None = None) -> "Keyring":
        """Read the JSON form. Raises KeysAreUnusable."""
        try:
            raw = json.loads(text)
            former = {name: tuple(map(key_in, keys)) for name, keys in raw.pop(FORMER, {}).items()}
            ring = cls({name: key_in(key) for name, key in raw.items()}, former, file)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            ring = cls({})
        if not ring.keys or not (set(ring.keys) <= set(NAMES) and set(ring.former) <= set(MASTERS)):
            raise KeysAreUnusable(
                f"keys must be a JSON object with {', '.join(NAMES)}, or some of them, in base64"
            )
        every = [*ring.keys.values(), *(key for keys in ring.former.values() for key in keys)]
        if any(len(key) != KEY_BYTES for key in every):
            raise KeysAreUnusable(f"every key must be {KEY_BYTES} bytes")
        return ring

    def text(self) -> str:
        """Return the JSON form."""
        encoded: dict[str, object] = {name: shown(key) for name, key in self.keys.items()}
        if self.former:
            encoded[FORMER] = {name: [*map(shown, keys)] for name, keys in self.former.items()}
        return json.dumps(encoded, indent=2) + "\n"


def drawn(*names: str) -> dict[str, bytes]:
    """Return new random keys of these names."""
    return {name: secrets.token_bytes(KEY_BYTES) for name in names}


def key_in(encoded: str) -> bytes:
    """Return the bytes of a key. Raises ValueError or TypeError."""
    return base64.b64decode(encoded, validate=True)


def shown(key: bytes) -> str:
    """Return a key as it stands in a file."""
    return base64.b64encode(key).decode()
