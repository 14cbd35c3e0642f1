"""What an older office file is, by the names of its streams; nothing in it is ever run.

Sections are those of [MS-CFB], Microsoft's specification of compound files. At most
MOST_DIRECTORY_SECTORS are read, wherever in the file they lie.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from domain.file_kind import ArchiveIsDamaged, FileIsAProgram, FileKind, FileKindIsUnknown

MOST_DIRECTORY_SECTORS = 1024
"""Of 512 bytes with four entries each, or of 4096 with 32; real files have a few dozen."""

MOST_TABLE_SECTORS = 128
"""Of the table of tables (DIFAT); enough for 1 GB."""

HEADER = struct.Struct("<26xHHH16xI16xII436s")
"""Version, byte order, sector shift, first directory sector, first DIFAT sector and their number,
and the first 109 entries of the DIFAT (2.2)."""

ENTRY = struct.Struct("<64sHBxIII")
ENTRY_BYTES = 128
ROOT, NOBODY = 0, 0xFFFF_FFFF
LAST_SECTOR = 0xFFFF_FFFA
"""No sector has a higher number (2.1)."""

KINDS = {
    "worddocument": FileKind.OLDER_WORD,
    "workbook": FileKind.OLDER_EXCEL,
    "book": FileKind.OLDER_EXCEL,
    "powerpoint document": FileKind.OLDER_POWERPOINT,
}
"""The main stream of each ([MS-DOC] 2.1.1, [MS-XLS] 2.1.2, [MS-PPT] 2.1.2)."""

PROGRAMS = frozenset(
    {"macros", "_vba_project_cur", "_vba_project", "vba", "\x01ole10native", "\x01ole10itemname"}
)
"""Macros ([MS-OVBA] 2.2.1), and packages that hold any file whatever ([MS-OLEDS] 2.3.6)."""


def compound_kind(file: BinaryIO, length: int) -> FileKind:
    """Return which office file this is.

    Raises FileIsAProgram for macros and packed files, FileKindIsUnknown for installers, mails,
    encrypted documents and whatever else is kept in compound files, ArchiveIsDamaged otherwise.
    """
    entries = list(CompoundFile(file, length).entries())
    if any(entry.name in PROGRAMS for entry in entries):
        raise FileIsAProgram
    kinds = {KINDS[name] for name in names_at_the_top(entries) if name in KINDS}
    if len(kinds) != 1:
        raise FileKindIsUnknown
    return kinds.pop()


@dataclass(frozen=True, slots=True)
class Entry:
    """One stream or storage, by its name in lower case, with its neighbours in a tree (2.6.1)."""

    name: str
    left: int
    right: int
    child: int


def names_at_the_top(entries: list[Entry]) -> set[str]:
    """Return the names directly under the root, by walking its tree once."""
    waiting, seen = [entries[ROOT].child], set[int]()
    while waiting:
        number = waiting.pop()
        if number == NOBODY:
            continue
        if number in seen or number >= len(entries):
            raise ArchiveIsDamaged
        seen.add(number)
        waiting += [entries[number].left, entries[number].right]
    return {entries[number].name for number in seen}


class CompoundFile:
    """The sectors of one file, read one at a time."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file = file
        fields = HEADER.unpack(self._read(0, HEADER.size))
        version, order, shift, self._first, table, tables, known = fields
        if (version, order, shift) not in ((3, 0xFFFE, 9), (4, 0xFFFE, 12)):
            raise ArchiveIsDamaged
        self._size: int = 1 << shift
        self._sectors = length // self._size
        self._tables = numbers(known)
        self._read_table = (-1, numbers(b""))
        self._read_tables(table, tables)

    def entries(self) -> Iterator[Entry]:
        """Yield every entry of the directory, used or not, in the order of their numbers."""
        sector = self._first
        for _ in range(MOST_DIRECTORY_SECTORS):
            if sector > LAST_SECTOR:
                return
            content = self._sector(sector)
            for at in range(0, self._size, ENTRY_BYTES):
                yield entry_in(content, at)
            sector = self._after(sector)
        raise ArchiveIsDamaged

    def _read_tables(self, sector: int, count: int) -> None:
        """Learn where the file's allocation table is (2.5)."""
        if count > MOST_TABLE_SECTORS:
            raise ArchiveIsDamaged
        for _ in range(count):
            *more, sector = numbers(self._sector(sector))
            self._tables += more

    def _after(self, sector: int) -> int:
        """Return the sector that follows in a chain (2.3)."""
        table, place = divmod(sector, self._size // 4)
        if table >= len(self._tables):
            raise ArchiveIsDamaged
        if self._read_table[0] != table:  # chains mostly stay in one part of the table
            self._read_table = table, numbers(self._sector(self._tables[table]))
        return self._read_table[1][place]

    def _sector(self, number: int) -> bytes:
        if number >= self._sectors:
            raise ArchiveIsDamaged
        return self._read((number + 1) * self._size, self._size)

    def _read(self, begins: int, size: int) -> bytes:
        self._file.seek(begins)
        found = self._file.read(size)
        if len(found) != size:
            raise ArchiveIsDamaged
        return found


def numbers(raw: bytes) -> list[int]:
    """Return the 32-bit numbers in some bytes."""
    return list(struct.unpack(f"<{len(raw) // 4}I", raw))


def entry_in(content: bytes, at: int) -> Entry:
    """Return the directory entry at that place of a sector; one that is not used has no name."""
    name, size, kind, left, right, child = ENTRY.unpack_from(content, at)
    if size > len(name):
        raise ArchiveIsDamaged
    text = name[: max(size - 2, 0)].decode("utf-16-le", errors="replace") if kind else ""
    return Entry(text.lower(), left, right, child)
