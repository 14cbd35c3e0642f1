"""Bytes of one file as they arrive: sealed, noted in its slot, and counted against the limits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from uuid import UUID

from adapters.blobs import BlobsAreUnavailable
from adapters.recognising import Recogniser
from adapters.sealed_files import FileHasNoEnd, SealedWriter, Written
from adapters.upload_slots import HELD_FOR, Slot, UploadSlots
from domain.attachment import FileIsTooLarge
from domain.file_kind import FileIsEmpty
from domain.uploads import UploadIsBusy, UploadIsLonger


class Receiving:
    """What arrives in one slot as long as its writer has it.

    With `is_noted_at_once` false nothing is noted before the end: it came wholly, or not at all.
    """

    def __init__(
        self,
        slots: UploadSlots,
        slot: Slot,
        *,
        most: int,
        token: str,
        clock: Callable[[], datetime],
        writer: Callable[[Callable[[Written], None]], SealedWriter],
        recogniser: Recogniser,
        is_noted_at_once: bool,
    ) -> None:
        self._slots = slots
        self._slot = slot
        self._most = most
        self._token = token
        self._clock = clock
        self._noted = slot.written
        self._is_known_what_is_noted = True
        self._arrived = slot.received
        self._renew_at = clock() + HELD_FOR / 3
        self._recogniser = recogniser
        self._is_noted_at_once = is_noted_at_once
        self._writer = writer(self._note if is_noted_at_once else ignore)

    @property
    def attachment_id(self) -> UUID:
        """Return whose bytes these are."""
        return self._slot.attachment_id

    def write(self, data: bytes) -> None:
        """Seal more bytes. Raises UploadIsLonger, FileIsTooLarge or UploadIsBusy."""
        if self._arrived + len(data) > (self._slot.length or self._most):
            raise UploadIsLonger if self._slot.length else FileIsTooLarge
        self._arrived += len(data)
        self._renew(self._clock())
        self._writer.write(data)

    def end(self) -> None:
        """Note what came, and recognise the file if it is whole.

        The end of a file of unknown length is the end of what came. Raises what the kinds of files
        refuse.
        """
        if self._slot.length is not None and self._arrived < self._slot.length:
            self._note(self._writer.pause())
            return
        try:
            written = self._writer.finish()
        except FileHasNoEnd:
            raise FileIsEmpty from None
        found = self._recogniser.look(self._slot, written)
        with self._noting(written):
            self._slots.complete(
                self.attachment_id,
                written,
                found,
                before=self._noted.received,
                writer=self._token,
            )

    def break_off(self) -> None:
        """Note what came before something went wrong, as far as it may be noted.

        The last byte counts only together with what the file is.
        """
        if self._is_noted_at_once and self._arrived != self._slot.length:
            self._note(self._writer.pause())

    def take_back(self) -> None:
        """Delete what came and was not noted: it counts in no quota, and nobody finds it again."""
        if self._is_known_what_is_noted:
            with suppress(BlobsAreUnavailable):
                self._writer.take_back(self._noted.parts)

    def _renew(self, now: datetime) -> None:
        """Keep the slot, also on a line so slow that a part takes long."""
        if now >= self._renew_at:
            self._slots.renew(self.attachment_id, writer=self._token, at=now)
            self._renew_at = now + HELD_FOR / 3

    def _note(self, written: Written) -> None:
        with self._noting(written):
            self._slots.keep(
                self.attachment_id,
                written,
                before=self._noted.received,
                writer=self._token,
                at=self._clock(),
            )

    @contextmanager
    def _noting(self, written: Written) -> Iterator[None]:
        """Remember what is noted; where the database failed it may be noted all the same."""
        self._is_known_what_is_noted = False
        try:
            yield
        except UploadIsBusy:
            self._is_known_what_is_noted = True
            raise
        self._is_known_what_is_noted, self._noted = True, written


def ignore(_: Written) -> None:
    """Note nothing yet."""
