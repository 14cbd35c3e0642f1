"""What an archive really is, by its table of contents; nothing is ever unpacked.

Follows PKWARE's APPNOTE 6.3.10 strictly: what readers could understand in two ways is damaged. The
memory used is bounded by MOST_DIRECTORY_BYTES whatever the archive says. An archive inside an
archive is not looked into: nothing here unpacks it, and its recipient unpacks one layer at a time.
"""

from typing import BinaryIO

from adapters.compound_file import compound_kind
from adapters.zip_directory import Entry, entries_of, first_bytes
from domain.file_kind import ArchiveIsABomb, FileIsAProgram, FileKind, FileKindIsUnknown
from domain.file_signs import is_compound, is_zip
from domain.program import is_name_of_a_page, is_name_of_a_program

LOOKED_INTO = (FileKind.ZIP, FileKind.COMPOUND)
"""What `kind_of` cannot tell by the beginning."""

MOST_UNPACKED = 10_000_000_000
"""Bytes, of all entries together."""

MOST_GROWTH = 200
"""Times the archive's own length, once more than ALWAYS_FINE comes out."""

ALWAYS_FINE = 100_000_000
"""Bytes."""

OFFICE = {
    "word/document": FileKind.WORD,
    "xl/workbook": FileKind.EXCEL,
    "ppt/presentation": FileKind.POWERPOINT,
}
"""How the main part's name begins in an Office Open XML package (ECMA-376, part 1, annex F)."""

OPEN_DOCUMENT = {
    kind.media_type.encode(): kind
    for kind in (FileKind.TEXT, FileKind.SPREADSHEET, FileKind.PRESENTATION)
}

OFFICE_MACROS = ("vbaproject.bin", "vbadata.xml", "/macrosheets/", "/activex/")
OPEN_DOCUMENT_MACROS = ("basic/", "scripts/")


def look(file: BinaryIO, length: int) -> FileKind:
    """Return what a ZIP or compound file of that many bytes really is.

    The file must be seekable; it is read from wherever its parts say, and not closed. Raises
    ArchiveIsABomb, ArchiveIsDamaged, FileIsAProgram or FileKindIsUnknown.
    """
    file.seek(0)
    head = file.read(8)
    if is_compound(head, length):
        return compound_kind(file, length)
    if not is_zip(head, length):
        raise FileKindIsUnknown
    entries = entries_of(file, length)
    require_harmless(entries, length)
    kind = kind_of_package(file, entries)
    names = [name for entry in entries for name in entry.names]
    if kind is FileKind.ZIP and any(is_name_of_a_page(name) for name in names):
        raise FileIsAProgram
    return kind


def require_harmless(entries: list[Entry], length: int) -> None:
    """Raise ArchiveIsABomb or FileIsAProgram for what nobody should unpack."""
    unpacked = sum(entry.size for entry in entries)
    if unpacked > MOST_UNPACKED or unpacked > max(ALWAYS_FINE, MOST_GROWTH * length):
        raise ArchiveIsABomb
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.begins):
        if entry.begins < end:  # entries that share their bytes (Fifield, "A better zip bomb")
            raise ArchiveIsABomb
        end = entry.ends
    if any(is_name_of_a_program(name) for entry in entries for name in entry.names):
        raise FileIsAProgram


def kind_of_package(file: BinaryIO, entries: list[Entry]) -> FileKind:
    """Return the office file that the entries make, or ZIP; raise FileIsAProgram for macros."""
    names = [name.lower() for entry in entries for name in entry.names]
    if entries[0].names[0] == "mimetype":  # OpenDocument 1.3, part 2, section 3.3
        kind = OPEN_DOCUMENT.get(first_bytes(file, entries[0], limit=100), FileKind.ZIP)
        refuse_macros(names, OPEN_DOCUMENT_MACROS if kind is not FileKind.ZIP else ())
        return kind
    if "[content_types].xml" not in names:
        return FileKind.ZIP
    kinds = {kind for start, kind in OFFICE.items() if any(one.startswith(start) for one in names)}
    refuse_macros(names, OFFICE_MACROS)
    return kinds.pop() if len(kinds) == 1 else FileKind.ZIP


def refuse_macros(names: list[str], signs: tuple[str, ...]) -> None:
    """Raise FileIsAProgram if a name has one of the signs in it."""
    if any(sign in name for name in names for sign in signs):
        raise FileIsAProgram
