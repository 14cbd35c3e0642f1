"""Files on their way into a message, and what is kept of them: the ports that the rules need.

A file has a slot from the moment at which it is chosen. Its bytes are sealed as they arrive; once
all are there it is recognised by its content, and can go with a message.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.attachment import SealedFile
from domain.ports import Sealed
from domain.refusal import Refusal


class NoSuchUpload(Refusal):
    """There is no such slot, or it is somebody else's; the answer is the same."""


class UploadIsBusy(Refusal):
    """Somebody is writing into this slot; the same person in another window, or a moment ago."""


class UploadIsElsewhere(Refusal):
    """So many bytes are there already, and others were announced."""

    def __init__(self, received: int) -> None:
        super().__init__("the upload goes on elsewhere")
        self.received = received


class UploadIsLonger(Refusal):
    """More bytes came than were announced."""


class UploadIsNotWhole(Refusal):
    """A file that should go with a message has not arrived wholly, or was removed."""


class FileWasSent(Refusal):
    """A file went with another message already; it is attached anew or not at all."""


class AttachmentsAreUnavailable(Refusal):
    """Files cannot be written, read or deleted just now; trying again later may work."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One slot; `length` is None while unknown, `kind` until all bytes are there and recognised."""

    attachment_id: UUID
    name: Sealed
    length: int | None
    received: int
    kind: str | None

    @property
    def is_whole(self) -> bool:
        """Say whether it can go with a message."""
        return self.kind is not None


class Receiving(Protocol):
    """Takes the bytes of a file in order."""

    def write(self, data: bytes) -> None:
        """Take more bytes; what was taken stays.

        Raises UploadIsLonger, FileIsTooLarge, UploadIsBusy (somebody else took the slot over) or
        AttachmentsAreUnavailable.
        """


class WholeFiles(Protocol):
    """Files that arrived and were recognised."""

    def whole(
        self, attachment_ids: Sequence[UUID], *, owner_id: UUID, at: datetime
    ) -> list[SealedFile]:
        """Return these files of an owner in this order, and keep them from being cleared away.

        Raises UploadIsNotWhole.
        """


class Uploads(WholeFiles, Protocol):
    """Slots of files, each its owner's alone."""

    def begin(
        self,
        attachment_id: UUID,
        *,
        owner_id: UUID,
        account_id: UUID,
        form_id: UUID,
        name: str,
        length: int | None,
        at_most: int,
        at: datetime,
    ) -> Upload:
        """Make room for a file of `length` bytes, or of an unknown number up to `at_most`.

        Raises FileIsEmpty, FileIsTooLarge, FilesAreTooLarge, TooManyFiles, TooManyFilesWait or
        QuotaIsUsedUp.
        """

    def of_form(self, form_id: UUID, *, owner_id: UUID) -> list[Upload]:
        """Return the files that were chosen in a form, in the order in which they were."""

    def find(self, attachment_id: UUID, *, owner_id: UUID) -> Upload:
        """Return a slot. Raises NoSuchUpload."""

    def receiving(
        self, attachment_id: UUID, *, owner_id: UUID, offset: int, is_noted_at_once: bool = True
    ) -> AbstractContextManager[Receiving]:
        """Take the bytes from `offset` on; at the end of the block a whole file is recognised.

        What came stays, however the block ends; with `is_noted_at_once` false nothing does unless
        it ends well. Raises NoSuchUpload, UploadIsBusy or UploadIsElsewhere; and at the end
        FileIsEmpty, FileIsAProgram, FileKindIsUnknown, ArchiveIsABomb, ArchiveIsDamaged or
        PictureIsTooLarge, after which the file is removed.
        """

    def move(self, attachment_ids: Sequence[UUID], *, owner_id: UUID, form_id: UUID) -> None:
        """Let files count as chosen in another form. Raises TooManyFiles or FilesAreTooLarge."""

    def remove(self, attachment_id: UUID, *, owner_id: UUID, at: datetime) -> None:
        """Take a file out of its form; it is cleared away. Raises NoSuchUpload."""


class OpenFile(Protocol):
    """A file that is open for reading; it was found undamaged."""

    def stream(self, start: int, stop: int) -> Iterator[bytes]:
        """Return the bytes from `start` up to `stop`, piece by piece."""


class Files(Protocol):
    """What is kept of files, sealed."""

    def opened(self, file: SealedFile) -> OpenFile:
        """Look through a file and open it.

        Raises AttachmentIsDamaged or AttachmentsAreUnavailable.
        """

    def previews(self, attachment_ids: Sequence[UUID]) -> dict[UUID, bytes]:
        """Return the small pictures that there are, as JPEG."""


class Remains(Protocol):
    """What is left of files whose keys are destroyed."""

    def clear_away(self, attachment_ids: Sequence[UUID], *, at: datetime) -> None:
        """Delete it; what is gone already changes nothing.

        Raises AttachmentsAreUnavailable; then it is found again as unwanted.
        """

    def take(self, attachment_id: UUID, *, at: datetime) -> bool:
        """Say whether a file is still unwanted; if so no message can get it any more."""

    def keep(self, attachment_id: UUID) -> None:
        """Note that a file went with a message, so that it does not count as unwanted."""
