"""By which signs in its first bytes each kind of file is recognised.

Every function takes the file's head and its whole length in bytes, and looks at nothing else.
"""

import re
from typing import Literal

HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})

BRANDS_BEGIN = 16
"""Bytes; before them stand a box's size and type, a major brand and its version."""

TIFF_HEADER = 8
"""Bytes; no directory can begin before."""

BIG_TIFF_HEADER = 16
"""Bytes."""

PLY_OPENING = re.compile(
    rb"ply[\r\n]+(?:(?:comment|obj_info)[^\r\n]*[\r\n]+)*"
    rb"format (?:ascii|binary_little_endian|binary_big_endian) 1\.0\s"
)


def is_dicom(head: bytes, _: int) -> bool:
    """Say whether "DICM" follows a preamble of 128 free bytes (DICOM PS3.10, section 7.1)."""
    return head[128:132] == b"DICM"


def is_stl(head: bytes, length: int) -> bool:
    """Say whether it is an STL model in text, or triangles that exactly fill the file.

    Binary: 80 free bytes, a count (uint32, little-endian), 50 bytes a triangle.
    """
    if re.match(rb"solid\b", head) and re.search(rb"\n\s*facet\s+normal\s", head, re.IGNORECASE):
        return b"\0" not in head
    triangles = int.from_bytes(head[80:84], "little")
    return triangles > 0 and length == 84 + 50 * triangles


def is_ply(head: bytes, _: int) -> bool:
    """Say whether the first lines are those of a PLY model (Turk, "The PLY File Format")."""
    return PLY_OPENING.match(head) is not None


def is_pdf(head: bytes, _: int) -> bool:
    """Say whether a version of PDF stands at the very beginning (ISO 32000-2, 7.5.2)."""
    return re.match(rb"%PDF-[12]\.\d", head) is not None


def is_jpeg(head: bytes, _: int) -> bool:
    """Say whether a start of image is followed by another marker (ITU-T T.81, B.1.1)."""
    return head.startswith(b"\xff\xd8\xff") and b"\xc0" <= head[3:4] <= b"\xfe"


def is_png(head: bytes, _: int) -> bool:
    """Say whether the signature is followed by an image header (PNG 3, 5.2 and 5.6)."""
    return head.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")


def is_heic(head: bytes, _: int) -> bool:
    """Say whether a file type box names HEVC pictures (ISO/IEC 23008-12, annex B.4)."""
    size = int.from_bytes(head[:4], "big")
    if head[4:8] != b"ftyp" or not BRANDS_BEGIN <= size <= len(head):
        return False
    brands = {head[at : at + 4] for at in (8, *range(BRANDS_BEGIN, size, 4))}
    return head[8:12] in HEIC_BRANDS | {b"mif1", b"msf1"} and not HEIC_BRANDS.isdisjoint(brands)


def is_tiff(head: bytes, length: int) -> bool:
    """Say whether a TIFF 6.0 or BigTIFF header points to a first directory inside the file."""
    order: Literal["little", "big"] = "little" if head.startswith(b"II") else "big"
    if is_dicom(head, length):  # which may carry a TIFF's header, PS3.10 says, to be read as both
        return False
    if head[:4] in (b"II*\0", b"MM\0*"):
        return TIFF_HEADER <= int.from_bytes(head[4:8], order) < length
    if head[:8] in (b"II+\0\x08\0\0\0", b"MM\0+\0\x08\0\0"):
        return BIG_TIFF_HEADER <= int.from_bytes(head[8:16], order) < length
    return False


def is_zip(head: bytes, _: int) -> bool:
    """Say whether the file begins with an archive's first entry (PKWARE APPNOTE, 4.3.7)."""
    return head.startswith(b"PK\x03\x04")


def is_compound(head: bytes, _: int) -> bool:
    """Say whether it is a compound file, as older office files are ([MS-CFB], section 2.2)."""
    return head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
