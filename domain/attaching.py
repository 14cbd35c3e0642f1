"""How files go with a message, and how they are taken out of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.aggregate import Log, find, get, save, until_unopposed
from domain.attachment import Attachment, AttachmentLimits, NoSuchAttachment
from domain.message import Message
from domain.uploads import FileWasSent, WholeFiles


@dataclass(frozen=True, slots=True)
class Attaching:
    """Commands about files of messages."""

    log: Log
    uploads: WholeFiles
    limits: AttachmentLimits

    def attach(
        self, message: Message, attachment_ids: Sequence[UUID], *, at: datetime
    ) -> list[Attachment]:
        """Let files go with a message that is just being sent; they are saved together with it.

        Raises UploadIsNotWhole, FileWasSent, FileIsTooLarge, FilesAreTooLarge or TooManyFiles.
        """
        sender_id = message.sender_id
        files = self.uploads.whole(attachment_ids, owner_id=sender_id, at=at)
        self.limits.require([file.length for file in files])
        if any(find(self.log, Attachment, file.attachment_id) for file in files):
            raise FileWasSent
        message.attach(attachment_ids, by=sender_id, at=at)
        return [
            Attachment.attach(
                file, message_id=message.id, recipient_id=message.recipient_id, by=sender_id, at=at
            )
            for file in files
        ]

    def download(self, attachment_id: UUID, *, by: UUID, at: datetime) -> int:
        """Record that a person takes a file. Raises NoSuchAttachment or MessageHasEnded."""

        def command() -> int:
            attachment = self.require_open(attachment_id, by=by, at=at)
            attachment.download(by=by, at=at)
            return save(self.log, attachment)

        return until_unopposed(command)

    def require_open(self, attachment_id: UUID, *, by: UUID, at: datetime) -> Attachment:
        """Return a file that a person may take now. Raises NoSuchAttachment or MessageHasEnded."""
        attachment = get(self.log, Attachment, attachment_id, NoSuchAttachment)
        message = get(self.log, Message, attachment.message_id, NoSuchAttachment)
        message.require_open_to(by, at=at)
        return attachment

    def report_damage(self, attachment_id: UUID, *, by: UUID, at: datetime) -> int:
        """Record that a file is not what was sent; doing so again changes nothing.

        Raises NoSuchAttachment.
        """

        def command() -> int:
            attachment = get(self.log, Attachment, attachment_id, NoSuchAttachment)
            attachment.report_damage(by=by, at=at)
            return save(self.log, attachment)

        return until_unopposed(command)
