"""A folder that keeps each file once, whole, and for its owner's eyes only.

A file appears under its name whole or not at all: it is drafted beside, flushed to the disk, and
linked (`link(2)` refuses a name that is taken, which `rename` does not). So a repetition changes
nothing: also after a crash, from another process, or at the same time from two.
"""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile


def keep_once(folder: Path, name: str, content: str) -> None:
    """Keep ASCII text under a name; a file that has the name already stays as it is.

    Makes the folder (mode 0700) if there is none; the file has mode 0600. Raises OSError, after
    which nobody knows whether the file is there.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / name).exists():
        _write(folder, name, content)
    _flush_names(folder)


def _write(folder: Path, name: str, content: str) -> None:
    """Draft the file, flush it, and link it under its name, unless another was faster."""
    with NamedTemporaryFile("w", encoding="ascii", dir=folder, prefix=".draft-") as draft:
        draft.write(content)
        draft.flush()
        os.fsync(draft.fileno())
        with suppress(FileExistsError):
            os.link(draft.name, folder / name)


def _flush_names(folder: Path) -> None:
    """Make the folder's list of names survive a power cut, not only the files behind them."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
