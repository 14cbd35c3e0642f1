"""The files in which keys lie: the whole one, and narrower ones for parts that need less.

A file is never half written: it is made beside its place, flushed, and moved there.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.keyring import Keyring, KeysAreUnusable


def read_key_file(path: Path) -> Keyring:
    """Read a key file. Raises KeysAreUnusable, also if others than its owner may read it."""
    try:
        mode = path.stat().st_mode
        text = path.read_bytes()
    except OSError as error:
        raise KeysAreUnusable(f"cannot read the key file {path}: {error.strerror}") from None
    if mode & 0o077:
        raise KeysAreUnusable(f"the key file {path} is open to others: chmod 600 it")
    return Keyring.parse(text, path)


def create_key_file(path: Path) -> Keyring:
    """Write new keys with mode 0600; never over an existing file (raises KeysAreUnusable)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    keyring = Keyring.draw()
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    write_draft(draft, keyring)
    try:
        os.link(draft, path)
    except FileExistsError:
        raise KeysAreUnusable(f"there is a key file at {path}; it is never replaced") from None
    finally:
        draft.unlink()
    flush_folder(path.parent)
    return replace(keyring, file=path)


def replace_key_file(path: Path, keyring: Keyring) -> None:
    """Put other keys into a file, at once and for good; only one process may do it at a time."""
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    write_draft(draft, keyring)
    draft.replace(path)
    flush_folder(path.parent)


def write_draft(draft: Path, keyring: Keyring) -> None:
    """Write keys to a new file with mode 0600, flushed to disk."""
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(keyring.text())
        file.flush()
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Wait until the names of a folder's files are on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def says(path: Path, keyring: Keyring) -> bool:
    """Say whether a file can be read and holds exactly these keys."""
    try:
        return read_key_file(path) == keyring
    except KeysAreUnusable:
        return False


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """The whole key file and the narrower ones made from it, each with the names of its keys.

    All changes are made by whoever holds the lock of `valid_keys.alone`.
    """

    whole: Path
    narrower: Mapping[Path, tuple[str, ...]]

    def read(self) -> Keyring:
        """Read the whole file. Raises KeysAreUnusable."""
        return read_key_file(self.whole)

    def narrow(self, keyring: Keyring) -> None:
        """Let the narrower files say what the whole one says, where they do not yet."""
        for path, names in self.narrower.items():
            if keyring.keys.keys() >= set(names) and not says(path, keyring.only(*names)):
                replace_key_file(path, keyring.only(*names))

    def begin_change(self) -> Keyring:
        """Draw new master keys unless a change is under way, and return what the file says then.

        First everybody can open what the new keys wrap, then they wrap. So a change that is cut off
        anywhere leaves files with which everything goes on.
        """
        present = self.read()
        if not present.former:
            coming = present.redrawn()
            self.narrow(present.with_former(coming))
            present = coming.with_former(present)
            replace_key_file(self.whole, present)
        self.narrow(present)
        return present

    def end_change(self) -> None:
        """Take the former keys out of all files, and out of drafts that a killed process left."""
        present = self.read().without_former()
        self.narrow(present)
        replace_key_file(self.whole, present)
        for path in (self.whole, *self.narrower):
            for draft in path.parent.glob(f".{path.name}.*"):
                draft.unlink()
