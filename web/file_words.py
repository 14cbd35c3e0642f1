"""What people are told about files: how much may go with a message, and why one was refused."""

from collections.abc import Callable
from http import HTTPStatus

from domain.attachment import (
    AttachmentIsDamaged,
    AttachmentLimits,
    FileIsTooLarge,
    FilesAreTooLarge,
    QuotaIsUsedUp,
    TooManyFiles,
    TooManyFilesWait,
)
from domain.file_kind import (
    ArchiveIsABomb,
    ArchiveIsDamaged,
    FileIsAProgram,
    FileIsEmpty,
    FileKindIsUnknown,
    PictureIsTooLarge,
)
from domain.refusal import Refusal
from domain.uploads import (
    AttachmentsAreUnavailable,
    FileWasSent,
    NoSuchUpload,
    UploadIsBusy,
    UploadIsElsewhere,
    UploadIsLonger,
    UploadIsNotWhole,
)
from web.portal import portal

KINDS = "DICOM, STL, PLY, PDF, JPEG, PNG, HEIC, TIFF, ZIP and office files"

WORDS: dict[type[Refusal], tuple[HTTPStatus, Callable[[AttachmentLimits], str]]] = {
    FileIsEmpty: (HTTPStatus.UNPROCESSABLE_ENTITY, lambda _: "This file is empty."),
    FileIsTooLarge: (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        lambda limits: f"This file is too large. A file may have {size(limits.file)}.",
    ),
    FilesAreTooLarge: (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        lambda limits: f"Together the files may have {size(limits.message)}.",
    ),
    TooManyFiles: (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        lambda limits: f"A message may have {limits.count} files.",
    ),
    TooManyFilesWait: (
        HTTPStatus.TOO_MANY_REQUESTS,
        lambda _: (
            "You have added many files that went with no message. "
            "They are cleared away within a day; please add more then."
        ),
    ),
    QuotaIsUsedUp: (
        HTTPStatus.INSUFFICIENT_STORAGE,
        lambda limits: (
            f"There is no room left: a practice keeps files of {size(limits.quota)} at most. "
            "Room comes back when messages end or are recalled."
        ),
    ),
    FileIsAProgram: (
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        lambda _: "This file is a program, a script, or holds one. It cannot be sent.",
    ),
    FileKindIsUnknown: (
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        lambda _: f"Files of this kind cannot be sent. What can be sent: {KINDS}.",
    ),
    ArchiveIsABomb: (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        lambda _: "Unpacked, this archive would be far too large. It cannot be sent.",
    ),
    ArchiveIsDamaged: (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        lambda _: "This archive is damaged. Please make it anew.",
    ),
    PictureIsTooLarge: (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        lambda _: "This picture has more than 100 million pixels. Please make it smaller.",
    ),
    AttachmentsAreUnavailable: (
        HTTPStatus.SERVICE_UNAVAILABLE,
        lambda _: "Files cannot be kept just now. What has arrived is safe; please try again soon.",
    ),
    NoSuchUpload: (HTTPStatus.NOT_FOUND, lambda _: "There is no such file."),
    UploadIsBusy: (
        HTTPStatus.LOCKED,
        lambda _: "This file is on its way in another window, or was a moment ago.",
    ),
    UploadIsElsewhere: (
        HTTPStatus.CONFLICT,
        lambda _: "Another part of this file is wanted.",
    ),
    UploadIsLonger: (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        lambda _: "This file became longer while it was sent. Please add it again.",
    ),
    UploadIsNotWhole: (
        HTTPStatus.CONFLICT,
        lambda _: "A file has not arrived wholly. Please wait for it, or remove it.",
    ),
    FileWasSent: (
        HTTPStatus.CONFLICT,
        lambda _: "These files went with an earlier message. Please add them again.",
    ),
    AttachmentIsDamaged: (
        HTTPStatus.INTERNAL_SERVER_ERROR,
        lambda _: "The stored file was damaged, so none of it is shown. Please tell support.",
    ),
}
"""Each refusal that concerns files, with its status and its words."""

FILE_REFUSED = tuple(WORDS)


def words_for(refusal: Refusal) -> str:
    """Say why a file was refused."""
    return WORDS[type(refusal)][1](portal().attaching.limits)


def size(count: int) -> str:
    """Return a number of bytes as a person reads it; a megabyte has 1024 times 1024."""
    amount, unit = float(count), "bytes"
    for larger in ("KB", "MB", "GB"):
        if amount < 1024:  # noqa: PLR2004 - of each unit in the next
            break
        amount, unit = amount / 1024, larger
    digits = "{:.3g}" if amount < 100 else "{:.0f}"  # noqa: PLR2004 - three digits, or all of them
    return f"{digits.format(amount)} {unit}" if unit != "bytes" else f"{count} bytes"


def limits_in_words() -> str:
    """Say how much may go with a message, before anybody tries."""
    limits = portal().attaching.limits
    return (
        f"Up to {limits.count} files, {size(limits.file)} each, {size(limits.message)} together: "
        f"{KINDS}."
    )
