"""Mails go to a folder instead of to people, where whoever tries SecureMail can read them.

Each notice is one JSON file named after its id, so that a repetition finds the file and changes
nothing: also after a crash, from another process, or at the same time from two. The folder is the
only state. A file appears under its name whole or not at all: it is drafted beside, flushed to the
disk, and linked (`link(2)` refuses a name that is taken, which `rename` does not).

The files hold addresses and one-time links in clear. They are readable by their owner only; this
carrier is for a machine on which nobody's health is at stake.
"""

import base64
import json
import os
from collections.abc import Callable, Container
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from notifiers.carrier import CarrierIsDown
from notifiers.mailer import Mail, Picture


@dataclass(frozen=True, slots=True)
class OutboxPicture:
    """One picture that the HTML of a mail shows; `content` is in base64."""

    content_id: str
    media_type: str
    content: str


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One mail as it lies in the folder; `sent_at` is ISO 8601 in UTC, down to the microsecond.

    `stop_link` and `reply_to` are empty if the mail has none. Files from before there were such
    fields, and pictures, have none.
    """

    notice_id: str
    to: str
    to_name: str
    subject: str
    text: str
    html: str
    sent_at: str
    reply_to: str = ""
    stop_link: str = ""
    pictures: tuple[OutboxPicture, ...] = ()


@dataclass(frozen=True, slots=True)
class OutboxMailer:
    """Carries mails into a folder, which it makes (for its owner only) if there is none."""

    folder: Path
    clock: Callable[[], datetime]
    reply_to: str | None = None

    @property
    def carrier(self) -> str:
        """Return the name of this carrier."""
        return "outbox"

    def send(self, mail: Mail) -> str:
        """Keep a mail and return its file name; a notice that is already there stays as it is.

        Raises CarrierIsDown if the disk is full or the folder cannot be written. That is never
        AnswerWasLost: whatever happened, a repetition makes no second file.
        """
        name = f"{mail.notice_id}.json"
        try:
            self._keep(name, mail)
        except OSError as error:
            raise CarrierIsDown(f"the outbox cannot be written: {error.strerror}") from None
        return name

    def mails(self) -> list[OutboxEntry]:
        """Return every mail, newest first; what is not a whole mail of ours is passed over."""
        entries = [entry for path in self.folder.glob("*.json") if (entry := _read(path))]
        return sorted(entries, key=lambda entry: (entry.sent_at, entry.notice_id), reverse=True)

    def _keep(self, name: str, mail: Mail) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (self.folder / name).exists():
            self._write(name, _entry(mail, self.reply_to, self.clock()))
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


def _entry(mail: Mail, reply_to: str | None, sent_at: datetime) -> OutboxEntry:
    return OutboxEntry(
        notice_id=str(mail.notice_id),
        to=mail.to_address,
        to_name=mail.to_name,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        sent_at=sent_at.astimezone(UTC).isoformat(timespec="microseconds"),
        reply_to=reply_to or "",
        stop_link=mail.stop_link or "",
        pictures=tuple(_kept(picture) for picture in mail.pictures),
    )


def _kept(picture: Picture) -> OutboxPicture:
    content = base64.b64encode(picture.content).decode()
    return OutboxPicture(picture.content_id, picture.media_type, content)


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
        entry = _parsed(path.read_bytes()) if path.is_file() else None
        return entry if entry and _is_whole(entry, path.stem) else None
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def _parsed(content: bytes) -> OutboxEntry:
    read = json.loads(content)
    pictures = tuple(OutboxPicture(**picture) for picture in dict(read).pop("pictures", ()))
    return OutboxEntry(**{**read, "pictures": pictures})


def _is_whole(entry: OutboxEntry, name: str) -> bool:
    datetime.fromisoformat(entry.sent_at)
    return (
        entry.notice_id == name
        and all(_has_texts(picture) for picture in entry.pictures)
        and _has_texts(entry, besides={"pictures"})
    )


def _has_texts(record: OutboxEntry | OutboxPicture, besides: Container[str] = ()) -> bool:
    names = [field.name for field in fields(record) if field.name not in besides]
    return all(type(getattr(record, name)) is str for name in names)
