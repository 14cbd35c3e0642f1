"""What kind of file somebody attaches, judged by how it begins and never by its name.

Invariants:
- what is not known is refused; a program is refused even where another kind would fit as well;
- a kind is recognised only at the very first byte (DICOM: after its preamble), as a reader that is
  less strict than ours could take anything in front of it for something else.

Media types are those that IANA registers, except PLY, which has none.
"""

from collections.abc import Callable
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from domain import file_signs
from domain.program import is_program
from domain.refusal import Refusal

HEAD_BYTES = 4096
"""Bytes; so much of a file's beginning is looked at, or all of it if it is shorter."""


class FileIsEmpty(Refusal):
    """The file has no bytes."""


class FileIsAProgram(Refusal):
    """The file, or one inside it, could run: a program, a script, a page with scripts, a macro."""


class FileKindIsUnknown(Refusal):
    """The file begins like none of the kinds that may be sent, or like two of them."""


class ArchiveIsABomb(Refusal):
    """Unpacked, the archive would fill the recipient's disk."""


class ArchiveIsDamaged(Refusal):
    """The archive's table of contents cannot be read, or leads out of the archive."""


class PictureIsTooLarge(Refusal):
    """The picture has more pixels than a program should be asked to draw."""


class FileKind(StrEnum):
    """What may be sent; `endings` of names fit the kind, the first is given to those without."""

    DICOM = "dicom", "DICOM image", "application/dicom", "dcm dicom dic"
    STL = "stl", "STL model", "model/stl", "stl"
    PLY = "ply", "PLY model", "application/x-ply", "ply"
    PDF = "pdf", "PDF document", "application/pdf", "pdf"
    JPEG = "jpeg", "JPEG picture", "image/jpeg", "jpg jpeg jpe jfif"
    PNG = "png", "PNG picture", "image/png", "png"
    HEIC = "heic", "HEIC picture", "image/heic", "heic heif hif"
    TIFF = "tiff", "TIFF picture", "image/tiff", "tif tiff"
    ZIP = "zip", "ZIP archive", "application/zip", "zip"
    WORD = (
        "word",
        "Word document",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx dotx",
    )
    EXCEL = (
        "excel",
        "Excel workbook",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx xltx xlsb",
    )
    POWERPOINT = (
        "powerpoint",
        "PowerPoint presentation",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "pptx potx ppsx",
    )
    OLDER_WORD = "older-word", "Word 97-2003 document", "application/msword", "doc dot"
    OLDER_EXCEL = "older-excel", "Excel 97-2003 workbook", "application/vnd.ms-excel", "xls xlt"
    OLDER_POWERPOINT = (
        "older-powerpoint",
        "PowerPoint 97-2003 presentation",
        "application/vnd.ms-powerpoint",
        "ppt pot pps",
    )
    TEXT = "text", "OpenDocument text", "application/vnd.oasis.opendocument.text", "odt"
    SPREADSHEET = (
        "spreadsheet",
        "OpenDocument spreadsheet",
        "application/vnd.oasis.opendocument.spreadsheet",
        "ods",
    )
    PRESENTATION = (
        "presentation",
        "OpenDocument presentation",
        "application/vnd.oasis.opendocument.presentation",
        "odp",
    )
    COMPOUND = "compound", "Older office file", "application/x-ole-storage", ""

    label: str
    media_type: str
    endings: tuple[str, ...]

    def __new__(cls, value: str, label: str, media_type: str, endings: str) -> Self:
        """Return the kind with the words on the page, its media type and its endings."""
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.label, kind.media_type, kind.endings = label, media_type, tuple(endings.split())
        return kind

    @property
    def extension(self) -> str:
        """Return the ending of a name, without its dot, that other programs expect."""
        return self.endings[0] if self.endings else ""


SIGNS: MappingProxyType[FileKind, Callable[[bytes, int], bool]] = MappingProxyType(
    {
        FileKind.DICOM: file_signs.is_dicom,
        FileKind.STL: file_signs.is_stl,
        FileKind.PLY: file_signs.is_ply,
        FileKind.PDF: file_signs.is_pdf,
        FileKind.JPEG: file_signs.is_jpeg,
        FileKind.PNG: file_signs.is_png,
        FileKind.HEIC: file_signs.is_heic,
        FileKind.TIFF: file_signs.is_tiff,
        FileKind.ZIP: file_signs.is_zip,
        FileKind.COMPOUND: file_signs.is_compound,
    }
)
"""How each kind is recognised from its head and its length."""


def kind_of(head: bytes, length: int) -> FileKind:
    """Return what a file is by its first HEAD_BYTES and its length in bytes.

    ZIP and COMPOUND say nothing yet: what is inside must be looked into before it is accepted.
    Raises FileIsEmpty, FileIsAProgram or FileKindIsUnknown. RTF, plain text and XML are unknown:
    they are no programs, but nobody asked for them, and RTF has often carried some.
    """
    head = head[: min(HEAD_BYTES, max(length, 0))]
    if not head:
        raise FileIsEmpty
    if is_program(head):
        raise FileIsAProgram
    kinds = [kind for kind, matches in SIGNS.items() if matches(head, length)]
    if len(kinds) != 1 or hides_a_document(head, kinds[0]):
        raise FileKindIsUnknown
    return kinds[0]


def hides_a_document(head: bytes, kind: FileKind) -> bool:
    """Say whether a lenient reader would find a PDF in a file of another kind.

    Such readers take "%PDF-" anywhere in the first 1024 bytes (Adobe's implementation note 13 to
    PDF 1.7). An archive or a DICOM file may well hold one; only its own beginning is judged.
    """
    if kind in (FileKind.PDF, FileKind.ZIP, FileKind.COMPOUND):
        return False
    return b"%PDF-" in head[: 128 if kind is FileKind.DICOM else 1024]
