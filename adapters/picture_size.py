"""How many pixels a picture says it has, read from the first bytes without drawing anything."""

import re
import struct
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

from domain.file_kind import FileKind

WIDTH, HEIGHT = 256, 257
"""Tags (TIFF 6.0, section 8)."""

NUMBER_SIZES: Mapping[int, int] = MappingProxyType({3: 2, 4: 4, 16: 8})
"""Bytes of the types SHORT, LONG and BigTIFF's LONG8."""

START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of JPEG before which stand width and height (ITU-T T.81, table B.1)."""

ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers of JPEG that no length follows."""


def pixels_in(head: bytes, kind: FileKind) -> int:
    """Return width times height, or 0 if the head does not tell; never raises."""
    reader = READERS.get(kind)
    if reader is None:
        return 0
    try:
        width, height = reader(head)
    except (struct.error, IndexError):
        return 0
    return width * height


def png_size(head: bytes) -> tuple[int, int]:
    """Return what the image header says (PNG 3, 11.2.1)."""
    width, height = struct.unpack_from(">II", head, 16)
    return width, height


def jpeg_size(head: bytes) -> tuple[int, int]:
    """Return what the first frame header says (ITU-T T.81, B.2.2)."""
    at = 2
    while True:
        marker = re.compile(rb"\xff+([^\xff])").match(head, at)
        if marker is None:
            return 0, 0
        code, at = marker[1][0], marker.end()
        if code in START_OF_FRAME:
            height, width = struct.unpack_from(">HH", head, at + 3)
            return width, height
        if code not in ALONE:
            at += max(2, struct.unpack_from(">H", head, at)[0])


def tiff_size(head: bytes) -> tuple[int, int]:
    """Return what the first directory says, if it lies in the head (TIFF 6.0, section 2)."""
    order: Literal["little", "big"] = "little" if head.startswith(b"II") else "big"
    large = int.from_bytes(head[2:4], order) == 43  # noqa: PLR2004 - BigTIFF's version
    word, count_size, entry_size = (8, 8, 20) if large else (4, 2, 12)
    begins = int.from_bytes(head[word : 2 * word], order)
    count = int.from_bytes(head[begins : begins + count_size], order)
    found = {}
    for at in range(begins + count_size, len(head) - entry_size + 1, entry_size)[:count]:
        tag, kind = (int.from_bytes(head[one : one + 2], order) for one in (at, at + 2))
        value = at + entry_size - word
        found[tag] = int.from_bytes(head[value : value + NUMBER_SIZES.get(kind, 0)], order)
    return found.get(WIDTH, 0), found.get(HEIGHT, 0)


READERS: Mapping[FileKind, Callable[[bytes], tuple[int, int]]] = MappingProxyType(
    {FileKind.PNG: png_size, FileKind.JPEG: jpeg_size, FileKind.TIFF: tiff_size}
)
