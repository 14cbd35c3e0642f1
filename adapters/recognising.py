"""Looks at a file that arrived wholly: what it is, a name that fits, and a small picture of it.

Programs, bombs and what nobody knows are refused here, before anybody can be sent them.
"""

from dataclasses import dataclass
from uuid import UUID

from adapters import archives, pictures
from adapters.blobs import Blobs
from adapters.sealed_files import SealedReader, Written
from adapters.upload_slots import Found, Slot
from adapters.wrapped_keys import DataKeys, encrypt
from domain.attachment import file_name
from domain.file_kind import HEAD_BYTES, FileKind, kind_of
from domain.file_name import tidy
from domain.ports import KeyKind, Vault


def preview_binding(attachment_id: UUID) -> bytes:
    """Return the associated data of a sealed small picture (format 1)."""
    return f"1|preview|{attachment_id.hex}".encode()


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Opens what was just sealed, and looks."""

    blobs: Blobs
    vault: Vault
    keys: DataKeys

    def look(self, slot: Slot, written: Written) -> Found:
        """Return what a file is.

        Raises FileIsEmpty, FileIsAProgram, FileKindIsUnknown, ArchiveIsABomb, ArchiveIsDamaged or
        PictureIsTooLarge.
        """
        key = self.keys.of((KeyKind.CONTENT.value, slot.attachment_id))
        reader = SealedReader(
            self.blobs,
            key,
            slot.attachment_id,
            written.received,
            written.parts,
            written.digest,
        )
        kind = kind_in(reader, written.received)
        preview = preview_of(reader, written.received, kind)
        place = file_name(slot.attachment_id)
        return Found(
            name=self.vault.seal(tidy(self.vault.open(slot.name, place), kind), place),
            kind=kind.value,
            preview=encrypt(key, preview, preview_binding(slot.attachment_id)) if preview else None,
        )


def kind_in(reader: SealedReader, length: int) -> FileKind:
    """Return the kind of a file, from its head, and for archives from their table of contents."""
    head = b"".join(reader.stream(0, min(length, HEAD_BYTES)))
    kind = kind_of(head, length)
    return archives.look(reader.file(), length) if kind in archives.LOOKED_INTO else kind


def preview_of(reader: SealedReader, length: int, kind: FileKind) -> bytes | None:
    """Return a small picture of a picture, None of anything else or of what is damaged."""
    return pictures.preview(reader.stream(0, length), kind, length)
