"""Files in memory, whole from the start."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.attachment import SealedFile
from domain.ports import KeyKind, Sealed
from domain.uploads import AttachmentsAreUnavailable, UploadIsNotWhole
from tests.doubles.vault import MemoryVault


@dataclass
class MemoryUploads:
    """Keeps the promises of the ports `Uploads.whole` and `Remains`."""

    vault: MemoryVault = field(default_factory=MemoryVault)
    files: dict[tuple[UUID, UUID], SealedFile] = field(default_factory=dict)
    discarded: list[UUID] = field(default_factory=list)
    kept: list[UUID] = field(default_factory=list)
    wanted: set[UUID] = field(default_factory=set)
    is_out_of_order: bool = False

    def arrived(self, attachment_id: UUID, *, owner_id: UUID, length: int = 1000) -> SealedFile:
        """Let a file arrive wholly."""
        file = SealedFile(attachment_id, Sealed("1.bmFtZQ"), length, "pdf", "d1" * 32)
        self.files[owner_id, attachment_id] = file
        self.vault.keys.add((KeyKind.CONTENT, attachment_id))
        return file

    def whole(
        self, attachment_ids: Sequence[UUID], *, owner_id: UUID, at: datetime
    ) -> list[SealedFile]:
        del at
        found = [self.files.get((owner_id, one)) for one in attachment_ids]
        if None in found:
            raise UploadIsNotWhole
        return [one for one in found if one]

    def clear_away(self, attachment_ids: Sequence[UUID], *, at: datetime) -> None:
        del at
        if self.is_out_of_order and attachment_ids:
            raise AttachmentsAreUnavailable
        self.discarded += attachment_ids

    def take(self, attachment_id: UUID, *, at: datetime) -> bool:
        del at
        return attachment_id not in self.wanted

    def keep(self, attachment_id: UUID) -> None:
        self.kept.append(attachment_id)
