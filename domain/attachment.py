"""A file that goes with a message, sealed, to be taken by whom the message is for.

Invariants:
- a file goes with one message, and only its sender attaches it;
- its name and content exist only sealed, under the file's own key;
- only sender and recipient of its message may take it, each download is recorded, and none is
  possible after the end of the message;
- damage is recorded once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from domain.aggregate import Aggregate, FirstEvent
from domain.ports import Place, Sealed, content
from domain.refusal import Refusal


class NoSuchAttachment(Refusal):
    """There is no such file, or it is somebody else's; the answer is the same."""


class AttachmentIsDamaged(Refusal):
    """The stored file is not what was sent; none of it is handed out."""


class FileIsTooLarge(Refusal):
    """One file has more bytes than a file may have."""


class FilesAreTooLarge(Refusal):
    """The files of one message have more bytes together than they may have."""


class TooManyFiles(Refusal):
    """One message has more files than it may have."""


class TooManyFilesWait(Refusal):
    """One person added more files that went with no message than anybody needs."""


class QuotaIsUsedUp(Refusal):
    """The practice keeps as many bytes of files as it may keep."""


WAITING_FORMS = 10
"""So many forms full of files may wait for being sent, or for being cleared away."""


@dataclass(frozen=True, slots=True)
class AttachmentLimits:
    """How much may go with a message, and how much a practice may keep; all sizes in bytes."""

    file: int
    message: int
    count: int
    quota: int

    def require(self, lengths: Sequence[int]) -> None:
        """Raise FileIsTooLarge, FilesAreTooLarge or TooManyFiles unless files may go together."""
        if any(length > self.file for length in lengths):
            raise FileIsTooLarge
        if len(lengths) > self.count:
            raise TooManyFiles
        if sum(lengths) > self.message:
            raise FilesAreTooLarge

    def require_few_waiting(self, waiting: int) -> None:
        """Raise TooManyFilesWait if one person has so many files that went with no message."""
        if waiting >= WAITING_FORMS * self.count:
            raise TooManyFilesWait

    def require_quota(self, kept: int, more: int) -> None:
        """Raise QuotaIsUsedUp unless a practice may keep more than it keeps."""
        if kept + more > self.quota:
            raise QuotaIsUsedUp


MIB = 1024 * 1024

USUAL_LIMITS = AttachmentLimits(file=250 * MIB, message=1024 * MIB, count=20, quota=50 * 1024 * MIB)
"""Of a house that is told no others."""


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file that arrived wholly and was recognised.

    `length` counts its bytes before sealing; `kind` is one of `file_kind.FileKind`; `digest` stands
    for exactly these sealed bytes, in hexadecimal.
    """

    attachment_id: UUID
    name: Sealed
    length: int
    kind: str
    digest: str


class Attachment(Aggregate):
    """One file of one message."""

    TOPIC = "attachment"

    class Event(Aggregate.Event):
        """Something that happened to a file of a message."""

    class FileAttached(Event, FirstEvent):
        """Its sender attached it to a message."""

        TOPIC = "attachment.attached"
        message_id: UUID
        recipient_id: UUID
        name: Sealed
        length: int
        kind: str
        digest: str

    class AttachmentDownloaded(Event):
        """The sender or the recipient of its message downloaded it, or a part of it."""

        TOPIC = "attachment.downloaded"

    class AttachmentFoundDamaged(Event):
        """Somebody asked for it, and it was found altered or incomplete; nothing was handed out."""

        TOPIC = "attachment.found-damaged"

        def apply(self, aggregate: "Attachment") -> None:
            """Remember that it is known."""
            aggregate.is_damaged = True

    def __init__(self, *, message_id: UUID) -> None:
        self.message_id = message_id
        self.is_damaged = False

    @classmethod
    def attach(
        cls, file: SealedFile, *, message_id: UUID, recipient_id: UUID, by: UUID, at: datetime
    ) -> Self:
        """Attach a file to a message to a person."""
        return cls._create(
            cls.FileAttached,
            id=file.attachment_id,
            timestamp=at,
            by=by,
            message_id=message_id,
            recipient_id=recipient_id,
            name=file.name,
            length=file.length,
            kind=file.kind,
            digest=file.digest,
        )

    def download(self, *, by: UUID, at: datetime) -> None:
        """Record that somebody takes it; whether she may is decided by the message."""
        self.trigger_event(self.AttachmentDownloaded, timestamp=at, by=by)

    def report_damage(self, *, by: UUID, at: datetime) -> None:
        """Record that it is damaged; doing so again changes nothing."""
        if not self.is_damaged:
            self.trigger_event(self.AttachmentFoundDamaged, timestamp=at, by=by)


def file_name(attachment_id: UUID) -> Place:
    """Return the place of a file's name, which is sealed under the file's own key."""
    return content(attachment_id, "file-name")
