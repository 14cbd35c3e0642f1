"""The one clock of the house, and the one place where identifiers are drawn.

A sandbox may run ahead of the real time (`securemail sandbox ahead`), so that whoever tries it sees
what happens in a month. Where money or mails are real, nothing of that is read.
"""

import os
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from uuid import UUID, uuid4

SANDBOX_CLOCK = "SANDBOX_CLOCK"
"""Names the file that says by how many seconds a sandbox is ahead; told to its parts only."""


def now() -> datetime:
    """Return the present moment in UTC."""
    file = os.environ.get(SANDBOX_CLOCK)
    real = datetime.now(UTC)
    return real + timedelta(seconds=seconds_in_file(Path(file))) if file else real


def seconds_in_file(file: Path) -> int:
    """Return by how many seconds a sandbox is ahead, 0 without such a file."""
    try:
        return seconds_in(file, file.stat().st_mtime_ns)
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=1)
def seconds_in(file: Path, written_at: int) -> int:
    """Return what the file says; it is read again only after it was written again."""
    del written_at
    return int(file.read_text())


def set_ahead(file: Path, seconds: int) -> None:
    """Let a sandbox be ahead, from the next look at its clock on."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_text(str(seconds))
    draft.replace(file)


def new_id() -> UUID:
    """Return a random identifier (RFC 9562, version 4)."""
    return uuid4()
