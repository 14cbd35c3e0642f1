"""Mails go to a folder instead of to people, where whoever tries SecureMail can read them.

Each notice is one JSON file named after its id, so that a repetition finds the file and changes
nothing: also after a crash, from another process, or at the same time from two. The folder is the
only state. A file appears under its name whole or not at all: it is drafted beside, flushed to the
disk, and linked (`link(2)` refuses a name that is taken, which `rename` does not).

The files hold addresses and one-time links in clear. They are readable by their owner only; this
carrier is for a machine on which nobody's health is at stake.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from notifiers.carrier import TryAgain
from notifiers.mailer import Mail


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One mail as it lies in the folder; `sent_at` is ISO 8601 in UTC, down to the microsecond."""

    notice_id: str
    to: str
    to_name: str
    subject: str
    text: str
    html: str
    sent_at: str


@dataclass(frozen=True, slots=True)
class OutboxMailer:
    """Carries mails into a folder, which it makes (for its owner only) if there is none."""

    folder: Path
    clock: Callable[[], datetime]

    def send(self, mail: Mail) -> str:
        """Keep a mail and return its file name; a notice that is already there stays as it is.

        Raises TryAgain if the disk is full or the folder cannot be written.
        """
        name = f"{mail.notice_id}.json"
        try:
            self._keep(name, mail)
        except OSError as error:
            raise TryAgain(f"the outbox cannot be written: {error.strerror}") from None
        return name

    def mails(self) -> list[OutboxEntry]:
        """Return every mail, newest first; what is not a whole mail of ours is passed over."""
        entries = [entry for path in self.folder.glob("*.json") if (entry := _read(path))]
        return sorted(entries, key=lambda entry: (entry.sent_at, entry.notice_id), reverse=True)

    def _keep(self, name: str, mail: Mail) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (self.folder / name).exists():
            self._write(name, _entry(mail, self.clock()))
        _flush_names(self.folder)

    def _write(self, name: str, entry: OutboxEntry) -> None:
        """Draft the file, flush it, and link it under its name, unless another was faster.

        The draft (mode 0600, a name that `mails` does not look at) goes away with the block.
        """
        with NamedTemporaryFile("w", encoding="ascii", dir=self.folder, prefix=".draft-") as draft:
            json.dump(asdict(entry), draft, indent=1)
            draft.flush()
            os.fsync(draft.fileno())
            with suppress(FileExistsError):
                os.link(draft.name, self.folder / name)


def _entry(mail: Mail, sent_at: datetime) -> OutboxEntry:
    return OutboxEntry(
        notice_id=str(mail.notice_id),
        to=mail.to_address,
        to_name=mail.to_name,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        sent_at=sent_at.astimezone(UTC).isoformat(timespec="microseconds"),
    )


def _flush_names(folder: Path) -> None:
    """Make the folder's list of names survive a power cut, not only the files behind them."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> OutboxEntry | None:
    """Return the mail in a file, or None: foreign files are no concern of ours, whatever is in."""
    try:
        entry = OutboxEntry(**json.loads(path.read_bytes())) if path.is_file() else None
        return entry if entry and _is_whole(entry, path.stem) else None
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def _is_whole(entry: OutboxEntry, name: str) -> bool:
    datetime.fromisoformat(entry.sent_at)
    return entry.notice_id == name and all(type(value) is str for value in asdict(entry).values())
