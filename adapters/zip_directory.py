"""The table of contents of a ZIP archive, read strictly and in bounded memory.

Sections are those of PKWARE's APPNOTE 6.3.10. Python's own reader believes the lengths that an
archive states about itself, and makes an object of every entry that fits; this one counts first.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from domain.file_kind import ArchiveIsABomb, ArchiveIsDamaged

MOST_ENTRIES = 10_000
MOST_DIRECTORY_BYTES = 4 * 1024 * 1024

LOCAL = struct.Struct("<4s22xHH")
CENTRAL = struct.Struct("<4s4xHH8xIIHHHH6xI")
END = struct.Struct("<4sHHHHIIH")
LOCATOR = struct.Struct("<4sIQI")
END_64 = struct.Struct("<4sQ4xIIQQQQ")

FULL_16, FULL_32 = 0xFFFF, 0xFFFF_FFFF
FULLS = (FULL_16, FULL_32, FULL_32)
"""The values that say: see the ZIP64 record, where there is one (4.4.1.4)."""

UTF_8, MASKED = 0x0800, 0x2000
"""Flags (4.4.4): how a name is written, and that the local headers are masked."""


ZIP64_EXTRA, UNICODE_PATH_EXTRA = 0x0001, 0x7075
"""Extra fields (4.5.3 and 4.6.9): large numbers, and a name that some programs prefer."""

UNUSABLE_NAME = re.compile(r"[\0-\x1f\x7f]|\A\Z|\A[/\\]|\A[A-Za-z]:|(?:\A|[/\\])\.\.(?:[/\\]|\Z)")
"""Not a relative path without control characters (4.4.17.1)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file in the archive."""

    names: tuple[str, ...]
    """As stated, and once more where an extra field states another."""

    method: int
    """How it is packed; 0 is not at all."""

    size: int
    """Bytes when unpacked, as stated."""

    begins: int
    """Bytes from the archive's beginning to the entry's own header."""

    ends: int
    """Bytes to where it ends at the earliest."""


def entries_of(file: BinaryIO, length: int) -> list[Entry]:
    """Return what the table of contents lists, at least one entry, in its order.

    Raises ArchiveIsDamaged, or ArchiveIsABomb if there are more than MOST_ENTRIES or the table is
    longer than MOST_DIRECTORY_BYTES.
    """
    count, size, begins = directory_of(file, length)
    if count > MOST_ENTRIES or size > MOST_DIRECTORY_BYTES:
        raise ArchiveIsABomb
    entries = list(parsed(read(file, begins, size), begins, count))
    if not entries:
        raise ArchiveIsDamaged
    return entries


def read(file: BinaryIO, begins: int, size: int) -> bytes:
    """Return exactly these bytes, or raise ArchiveIsDamaged."""
    if begins < 0:
        raise ArchiveIsDamaged
    file.seek(begins)
    found = file.read(size)
    if len(found) != size:
        raise ArchiveIsDamaged
    return found


def directory_of(file: BinaryIO, length: int) -> tuple[int, int, int]:
    """Return the table's entries, its bytes and its beginning, as the end of the archive says.

    The table must end where the record about it begins, so that all readers find the same one.
    """
    tail_size = min(length, END.size + FULL_16)
    tail = read(file, length - tail_size, tail_size)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < END.size:
        raise ArchiveIsDamaged
    _, disk, first_disk, here, count, size, begins, comment = END.unpack_from(tail, at)
    if at + END.size + comment != len(tail) or disk or first_disk or here != count:
        raise ArchiveIsDamaged
    ends = length - tail_size + at
    large = directory_of_64(file, ends) if ends >= LOCATOR.size else None
    if large is not None:
        for stated, full, true in zip((count, size, begins), FULLS, large, strict=False):
            if stated not in (full, true):
                raise ArchiveIsDamaged
        count, size, begins, ends = large
    if begins + size != ends:
        raise ArchiveIsDamaged
    return count, size, begins


def directory_of_64(file: BinaryIO, ends: int) -> tuple[int, int, int, int] | None:
    """Return the same and the place of the ZIP64 record, or None if there is none (4.3.14)."""
    signature, disk, begins, disks = LOCATOR.unpack(read(file, ends - LOCATOR.size, LOCATOR.size))
    if signature != b"PK\x06\x07":
        return None
    record = END_64.unpack(read(file, min(begins, ends), END_64.size))
    signature, size, this_disk, first_disk, here, count, table_size, table_begins = record
    if signature != b"PK\x06\x06" or begins + 12 + size + LOCATOR.size != ends or here != count:
        raise ArchiveIsDamaged
    if disk or this_disk or first_disk or disks != 1:
        raise ArchiveIsDamaged
    return count, table_size, table_begins, begins


def parsed(table: bytes, begins: int, count: int) -> Iterator[Entry]:
    """Yield the entries of a table that begins there and must hold exactly so many (4.3.12)."""
    at = 0
    for _ in range(count):
        if at + CENTRAL.size > len(table):
            raise ArchiveIsDamaged
        fields = CENTRAL.unpack_from(table, at)
        signature, flags, method, packed, size, *lengths, disk, place = fields
        name, extra, comment = lengths
        at += CENTRAL.size
        rest = table[at : at + name + extra + comment]
        at += name + extra + comment
        if signature != b"PK\x01\x02" or flags & MASKED:
            raise ArchiveIsDamaged
        extras = extras_of(rest[name : name + extra])
        size, packed, place = large_numbers((size, packed, place), extras.get(ZIP64_EXTRA, b""))
        ends = place + LOCAL.size + name + packed
        if ends > begins or disk not in (0, FULL_16):
            raise ArchiveIsDamaged
        names = names_of(rest[:name], flags, extras.get(UNICODE_PATH_EXTRA, b""))
        yield Entry(names, method, size, place, ends)
    if at != len(table):
        raise ArchiveIsDamaged


def extras_of(extra: bytes) -> dict[int, bytes]:
    """Return the extra fields by their identifier; no identifier may come twice (4.5.1)."""
    found: dict[int, bytes] = {}
    while extra:
        identifier, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        if len(extra) < 4 + size or identifier in found:
            raise ArchiveIsDamaged
        found[identifier], extra = extra[4 : 4 + size], extra[4 + size :]
    return found


def large_numbers(stated: tuple[int, int, int], extra: bytes) -> tuple[int, int, int]:
    """Return the numbers, each that is full replaced by the next one of the extra field (4.5.3)."""
    larger = (int.from_bytes(extra[at : at + 8], "little") for at in range(0, len(extra) - 7, 8))
    try:
        numbers = [next(larger) if number == FULL_32 else number for number in stated]
    except StopIteration:
        raise ArchiveIsDamaged from None
    return numbers[0], numbers[1], numbers[2]


def names_of(raw: bytes, flags: int, unicode_path: bytes) -> tuple[str, ...]:
    """Return the names that programs may give an entry, all of them relative paths."""
    try:
        names = [raw.decode("utf-8" if flags & UTF_8 else "cp437")]
        if unicode_path:
            names.append(unicode_path[5:].decode())
    except UnicodeDecodeError:
        raise ArchiveIsDamaged from None
    if any(UNUSABLE_NAME.search(name) for name in names):
        raise ArchiveIsDamaged
    return tuple(names)


def first_bytes(file: BinaryIO, entry: Entry, *, limit: int) -> bytes:
    """Return the content of an entry that is not packed, b"" of any other or of a longer one.

    Raises ArchiveIsDamaged if the entry's own header is not where the table says.
    """
    header = LOCAL.unpack(read(file, entry.begins, LOCAL.size))
    signature, name, extra = header
    if signature != b"PK\x03\x04":
        raise ArchiveIsDamaged
    if entry.method or entry.size > limit:
        return b""
    return read(file, entry.begins + LOCAL.size + name + extra, entry.size)
