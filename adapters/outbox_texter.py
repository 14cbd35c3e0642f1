"""Texts and calls go to a folder, not to phones, where whoever tries SecureMail can read them.

They lie beside the mails of `adapters.outbox_mailer`: one file a notice, named after its id and its
kind, so that a repetition finds the file and changes nothing. The files hold numbers and codes in
clear, readable by their owner only; this carrier is for a machine on which nobody's health is at
stake.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from adapters.outbox_folder import keep_once
from notifiers.carrier import TryAgain
from notifiers.texter import PhoneCall, TextMessage

Kind = Literal["text", "call"]
KINDS: tuple[Kind, ...] = ("text", "call")


@dataclass(frozen=True, slots=True)
class OutboxText:
    """One text or call as it lies in the folder; `at` is ISO 8601 in UTC, down to the microsecond.

    `to` is the number in E.164, and `words` what was written or would have been read aloud.
    """

    notice_id: str
    kind: Kind
    to: str
    words: str
    at: str


@dataclass(frozen=True, slots=True)
class OutboxTexter:
    """Carries texts and calls into a folder, which it makes (for its owner only) if need be."""

    folder: Path
    clock: Callable[[], datetime]

    @property
    def carrier(self) -> str:
        """Return "outbox"."""
        return "outbox"

    def text(self, message: TextMessage) -> str:
        """Keep a text and return its file name; a notice that is already there stays as it is.

        Raises TryAgain if the disk is full or the folder cannot be written.
        """
        return self._keep(message.notice_id, "text", message.to_phone, message.words)

    def call(self, call: PhoneCall) -> str:
        """Keep a call as `text` does; no phone rings."""
        return self._keep(call.notice_id, "call", call.to_phone, call.words)

    def texts(self) -> list[OutboxText]:
        """Return every text and call, newest first; what is no whole one of ours is passed over."""
        files = (path for kind in KINDS for path in self.folder.glob(f"*.{kind}"))
        entries = [entry for path in files if (entry := _read(path))]
        return sorted(entries, key=lambda entry: (entry.at, entry.notice_id), reverse=True)

    def _keep(self, notice_id: UUID, kind: Kind, to: str, words: str) -> str:
        name = f"{notice_id}.{kind}"
        at = self.clock().astimezone(UTC).isoformat(timespec="microseconds")
        entry = OutboxText(notice_id=str(notice_id), kind=kind, to=to, words=words, at=at)
        try:
            keep_once(self.folder, name, json.dumps(asdict(entry), indent=1))
        except OSError as error:
            raise TryAgain(f"the outbox cannot be written: {error.strerror}") from None
        return name


def _read(path: Path) -> OutboxText | None:
    """Return what is in a file, or None: foreign files are no concern of ours."""
    with suppress(OSError, ValueError, TypeError, RecursionError):
        entry = OutboxText(**json.loads(path.read_bytes())) if path.is_file() else None
        return entry if entry and _is_whole(entry, path.name) else None
    return None


def _is_whole(entry: OutboxText, name: str) -> bool:
    datetime.fromisoformat(entry.at)
    named = f"{entry.notice_id}.{entry.kind}"
    return named == name and all(type(value) is str for value in asdict(entry).values())
